/* accept-starved: the server accepted none of the connections that waited, for most of the load,
 * while it served others that were kept alive. So does a pool of processes or threads, each of
 * which has one connection until that ends: those beyond are served when a client closes. Rates and
 * latency show nothing of it: they are those of the served. In the end all may be accepted, so that
 * never-accepted has nothing to tell. */
#include "bench/judge/accept_starved.h"
#include "bench/findings/finding.h"

#include <math.h>
#include <stdio.h>

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	struct accept_starved starved = accept_starved_of(trial, figures);
	if (starved.waiting == 0)
		return;
	double t_s = finding_t_s(trial, starved.since_ns);
	double until_s = finding_t_s(trial, starved.until_ns);
	uint64_t opened = starved.waiting + starved.accepted;
	char queues[80] = "";
	if (starved.listeners > 1)
		snprintf(queues, sizeof(queues), " in the queues of all %u listeners of the port",
			starved.listeners);
	finding_add(findings,
		"%llu of %llu connections waited to be accepted%s, and none was from %.1f s to "
		"%.1f s, while others were kept alive and served: requests/s and latency are those "
		"of "
		"the others; have more workers than clients that keep a connection "
		"(MaxRequestWorkers, threads), end kept connections sooner, or serve them in an "
		"event loop",
		(unsigned long long)starved.waiting, (unsigned long long)opened, queues, t_s,
		until_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "until_s", until_s);
	finding_number(findings, "waiting", (double)starved.waiting);
	finding_number(
		findings, "listeners", starved.listeners > 1 ? (double)starved.listeners : NAN);
	finding_number(findings, "accepted", (double)starved.accepted);
	finding_number(findings, "opened", (double)opened);
	finding_number(findings, "exchanges", figures->exchanges);
}

extern const struct finding_kind finding_accept_starved;
const struct finding_kind finding_accept_starved = {
	.id = "accept-starved",
	.summary = "connections waited to be accepted for most of the load, while others were kept "
		   "alive and served",
	.cause = "each of the server's workers has one connection until that ends, and there are "
		 "more clients than workers",
	.cure = "have more workers than clients that keep a connection, end kept connections "
		"sooner, or serve them in an event loop",
	.detect = detect,
};
