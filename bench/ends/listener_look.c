#include "bench/ends/listener_look.h"

#include "bench/ends/accept_holder.h"
#include "common/clock.h"

/* Nothing has been taken from the queue for so long: what moves is not looked at. */
#define UNTOUCHED_LEAST_NS (NS_PER_S / 4)
/* Looking takes one part in this many of one processor's time. */
#define SHARE 300

void listener_look_begin(struct listener_look *look, struct diag *diag)
{
	look->diag = diag;
}

static bool is_one_of_several(const struct accept_watch_report *report)
{
	return report->longest.waiting > 0 && report->beside_waiting < report->beside;
}

/* A connection that had waited before the look of the watch is in a queue that was not empty then,
 * nor has been emptied by the next. */
static int wait_take(struct listener_look *look, struct accept_watch *watch, struct process *server,
	struct error *error)
{
	uint64_t oldest_ms, now_ns = clock_now_ns();
	if (diag_unaccepted(look->diag, &oldest_ms, error) == -1 ||
		accept_watch_look(watch, NULL, error) == -1)
		return -1;
	struct accept_watch_report report = accept_watch_report(watch);
	if (!is_one_of_several(&report) || oldest_ms <= look->wait.oldest_ms)
		return 0;
	static const struct accept_start unknown;
	look->wait = (struct listener_wait){.at_ns = now_ns,
		.oldest_ms = oldest_ms,
		.waiting = report.waiting,
		.listeners = report.beside,
		.listeners_waiting = report.beside_waiting,
		.holder = accept_holder_find(report.longest.inode, server, &unknown).holder};
	return 0;
}

int listener_look_turn(struct listener_look *look, struct accept_watch *watch,
	struct process *server, struct error *error)
{
	struct accept_watch_report report = accept_watch_report(watch);
	uint64_t now_ns = clock_now_ns();
	if (!look->diag || now_ns < look->due_ns || !is_one_of_several(&report) ||
		now_ns < report.untouched_since_ns + UNTOUCHED_LEAST_NS)
		return 0;
	uint64_t began_ns = clock_thread_cpu_ns();
	int result = wait_take(look, watch, server, error);
	look->due_ns = clock_now_ns() + SHARE * (clock_thread_cpu_ns() - began_ns);
	return result;
}
