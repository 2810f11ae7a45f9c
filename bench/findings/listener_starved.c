/* listener-starved: several listeners share the server's port (SO_REUSEPORT), and connections
 * waited in the queue of one for most of the load, while those of the others were empty. The kernel
 * gives each listener its share of the connections by a hash of addresses and ports
 * (net/core/sock_reuseport.c), whether its process accepts or not, and nobody else can take them.
 * Rates and latency are those of the others; in the end all may be accepted. Where all of them have
 * a queue there are too few workers (accept-starved); where the queue is left to the end,
 * never-accepted tells. */
#include "bench/judge/listener_starved.h"
#include "bench/findings/finding.h"

#include <math.h>

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char who[HOLDER_TEXT_SIZE];
	const struct listener_wait *wait = listener_starved_of(trial);
	(void)figures;
	if (!wait)
		return;
	double seen_s = finding_t_s(trial, wait->at_ns), oldest_s = (double)wait->oldest_ms / 1e3;
	bool one = wait->listeners_waiting == 1;
	finding_add(findings,
		"at %.1f s %llu connection%s waited in the queue%s of %u of %u listeners of the "
		"port, the oldest for %.1f s or more, and none in those of the others: the kernel "
		"gives each listener (SO_REUSEPORT) its share, whether its process accepts or not, "
		"and %s did not take %s; accept from every listener in an event loop or with "
		"workers enough, or have all workers accept from one that they share",
		seen_s, (unsigned long long)wait->waiting, wait->waiting == 1 ? "" : "s",
		one ? "" : "s", wait->listeners_waiting, wait->listeners, oldest_s,
		holder_text(&wait->holder, "its holder", who), wait->waiting == 1 ? "it" : "them");
	finding_number(findings, "t_s", fmax(seen_s - oldest_s, 0));
	finding_number(findings, "seen_s", seen_s);
	finding_number(findings, "waiting", (double)wait->waiting);
	finding_number(findings, "oldest_s", oldest_s);
	finding_number(findings, "listeners", wait->listeners);
	finding_number(findings, "listeners_waiting", wait->listeners_waiting);
	finding_holder(findings, &wait->holder);
}

extern const struct finding_kind finding_listener_starved;
const struct finding_kind finding_listener_starved = {
	.id = "listener-starved",
	.summary = "connections waited for most of the load in the queue of one of several "
		   "listeners of the port, while the others had none",
	.cause = "the kernel gives each listener of a port (SO_REUSEPORT) its share of the "
		 "connections, and the process of this one was busy, or did not accept",
	.cure = "accept from every listener in an event loop or with workers enough, or have all "
		"workers accept from one that they share",
	.detect = detect,
};
