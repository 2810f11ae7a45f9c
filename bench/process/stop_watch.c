#include "bench/process/stop_watch.h"

#include "common/clock.h"

#include <string.h>

/* Looking takes one part in this many of one processor's time. */
#define SHARE 1000
/* The same, for asking whether a process serves: that is done once a stop. */
#define SHARE_OF_QUESTIONS 20

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

/* Asked once a stop. */
static bool does_serve(
	struct stop_watch *watch, const struct stop_verdict *before, size_t before_count, pid_t pid)
{
	struct stop_verdict *verdict = &watch->verdicts[watch->verdict_count++];
	*verdict = (struct stop_verdict){.pid = pid, .serves = true};
	for (size_t i = 0; i < before_count; i++)
		if (before[i].pid == pid)
			return verdict->serves = before[i].serves;
	uint64_t began_ns = clock_thread_cpu_ns();
	if (watch->serves)
		verdict->serves = watch->serves(watch->argument, pid);
	watch->due_ns += SHARE_OF_QUESTIONS * (clock_thread_cpu_ns() - began_ns);
	return verdict->serves;
}

/* How many of them are stopped and serve; `first` is set to the first. */
static size_t stopped_count(
	struct stop_watch *watch, const pid_t *stopped, size_t count, pid_t *first)
{
	struct stop_verdict before[PROCESS_TREE_MAX];
	size_t before_count = watch->verdict_count, serving = 0;
	memcpy(before, watch->verdicts, before_count * sizeof(*before));
	watch->verdict_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (!does_serve(watch, before, before_count, stopped[i]))
			continue;
		*first = serving++ == 0 ? stopped[i] : *first;
	}
	return serving;
}

void stop_watch_look_now(struct stop_watch *watch, struct process *process)
{
	pid_t members[PROCESS_TREE_MAX], first = 0;
	uint64_t began_ns = clock_thread_cpu_ns();
	size_t stopped = 0, count = process_members(process, members);
	for (size_t i = 0; i < count; i++)
		if (process_is_stopped(members[i]))
			members[stopped++] = members[i];
	uint64_t now_ns = clock_now_ns();
	watch->due_ns = now_ns + SHARE * (clock_thread_cpu_ns() - began_ns);
	size_t serving = stopped_count(watch, members, stopped, &first);
	stop_watch_see(watch, first, serving, now_ns);
}

void stop_watch_look(struct stop_watch *watch, struct process *process)
{
	if (clock_now_ns() >= watch->due_ns)
		stop_watch_look_now(watch, process);
}
