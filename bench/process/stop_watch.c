#include "bench/process/stop_watch.h"

#include "common/clock.h"

/* Looking takes one part in this many of one processor's time. */
#define SHARE 1000

void stop_watch_see(struct stop_watch *watch, pid_t pid, size_t stopped, uint64_t now_ns)
{
	struct stop_watch_report *report = &watch->report;
	report->at_end = stopped > 0;
	if (stopped == 0) {
		watch->last_ns = 0;
		return;
	}
	if (report->first_ns == 0) {
		report->first_ns = now_ns;
		report->pid = (uint32_t)pid;
		process_name(pid, report->name);
	}
	if (stopped > report->processes)
		report->processes = stopped;
	if (watch->last_ns != 0)
		report->stopped_ns += now_ns - watch->last_ns;
	watch->last_ns = now_ns;
}

void stop_watch_look_now(struct stop_watch *watch, struct process *process)
{
	pid_t members[PROCESS_TREE_MAX], first = 0;
	uint64_t began_ns = clock_thread_cpu_ns();
	size_t stopped = 0;
	size_t count = process_members(process, members);
	for (size_t i = 0; i < count; i++) {
		if (!process_is_stopped(members[i]))
			continue;
		first = stopped++ == 0 ? members[i] : first;
	}
	uint64_t now_ns = clock_now_ns();
	stop_watch_see(watch, first, stopped, now_ns);
	watch->due_ns = now_ns + SHARE * (clock_thread_cpu_ns() - began_ns);
}

void stop_watch_look(struct stop_watch *watch, struct process *process)
{
	if (clock_now_ns() >= watch->due_ns)
		stop_watch_look_now(watch, process);
}
