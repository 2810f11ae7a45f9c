#include "bench/doctor/watching.h"

#include "bench/doctor/visit.h"
#include "common/clock.h"

#include <stdio.h>
#include <unistd.h>

struct watching watching_begin(const struct process_list *processes, struct doctor_host *host)
{
	struct watching watching = {.begin_ns = clock_now_ns()};
	struct error why = {.text = "no memory"};
	watching.openers = openers_create(processes);
	if (watching.openers)
		watching.watch = connect_watch_create(&why);
	if (!watching.watch)
		doctor_unseen_tell(host,
			geteuid() == 0 ? "who opens connections"
				       : "who opens connections, which root can see",
			why.text);
	return watching;
}

void watching_drain(struct watching *watching)
{
	uint64_t now_ns = clock_now_ns();
	if (watching->watch)
		connect_watch_drain(
			watching->watch, watching->drained_ns, openers_add, watching->openers);
	watching->drained_ns = now_ns;
}

static void lost_tell(struct doctor_host *host)
{
	char why[96];
	snprintf(why, sizeof(why), "%llu records were lost while this host was busy",
		(unsigned long long)host->records_lost);
	if (host->records_lost > 0)
		doctor_unseen_tell(host, "some of those who open connections", why);
}

void watching_end(struct watching *watching, uint64_t space, struct doctor_host *host)
{
	if (watching->watch) {
		connect_watch_drain(watching->watch, UINT64_MAX, openers_add, watching->openers);
		if (openers_take(watching->openers, space, host) == 0)
			host->watched_s =
				(double)(clock_now_ns() - watching->begin_ns) / (double)NS_PER_S;
		lost_tell(host);
	}
	connect_watch_destroy(watching->watch);
	openers_destroy(watching->openers);
}
