#include "bench/process/close_watch.h"

#include "bench/process/thread_call.h"
#include "common/clock.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>

/* Looking takes one part in this many of one processor's time. */
#define SHARE 500

static struct close_sight *sight_find(struct close_watch *watch, pid_t pid, pid_t tid)
{
	for (size_t i = 0; i < watch->sight_count; i++)
		if (watch->sights[i].tid == tid && watch->sights[i].pid == pid)
			return &watch->sights[i];
	return NULL;
}

static void blocked_count(struct close_watch_report *report, const struct close_sight *sight)
{
	if (report->blocked++ == 0) {
		report->first_ns = sight->since_ns;
		report->pid = (uint32_t)sight->pid;
		report->processes = 1;
		process_name(sight->pid, report->name);
	} else if (report->pid != (uint32_t)sight->pid) {
		report->processes = 2;
	}
}

void close_watch_see(struct close_watch *watch, const struct close_sight *found, uint64_t before_ns,
	uint64_t after_ns)
{
	struct close_watch_report *report = &watch->report;
	struct close_sight *sight = sight_find(watch, found->pid, found->tid);
	if (!sight && watch->sight_count == CLOSE_WATCH_THREADS)
		return;
	if (!sight)
		sight = &watch->sights[watch->sight_count++];
	else if (sight->descriptor == found->descriptor && sight->switches == found->switches) {
		uint64_t asleep_ns = before_ns - sight->since_ns;
		sight->look = report->looks;
		if (asleep_ns >= CLOSE_WATCH_APART_NS && !sight->is_counted) {
			sight->is_counted = true;
			blocked_count(report, sight);
		}
		if (sight->is_counted && asleep_ns / NS_PER_MS > report->longest_ms)
			report->longest_ms = asleep_ns / NS_PER_MS;
		return;
	}
	*sight = *found;
	sight->since_ns = after_ns;
	sight->look = report->looks;
	sight->is_counted = false;
}

void close_watch_end_look(struct close_watch *watch)
{
	struct close_watch_report *report = &watch->report;
	size_t kept = 0;
	uint64_t at_once = 0;
	for (size_t i = 0; i < watch->sight_count; i++) {
		if (watch->sights[i].look != report->looks)
			continue;
		at_once += watch->sights[i].is_counted;
		watch->sights[kept++] = watch->sights[i];
	}
	watch->sight_count = kept;
	report->looks++;
	if (at_once > report->at_once)
		report->at_once = at_once;
}

/* Returns whether /proc told. */
static bool thread_look(struct close_watch *watch, pid_t pid, pid_t tid)
{
	struct thread_call call;
	uint64_t before_ns = clock_now_ns();
	if (!thread_call_read(pid, tid, SYS_close, &call))
		return false;
	if (call.is_asleep) {
		struct close_sight found = {.pid = pid,
			.tid = tid,
			.descriptor = call.argument,
			.switches = call.switches};
		close_watch_see(watch, &found, before_ns, clock_now_ns());
	}
	return true;
}

/* What one look has come to. */
struct round {
	size_t threads, looked;
	bool told;
};

static void process_look(struct close_watch *watch, pid_t pid, size_t room, struct round *round)
{
	char path[64];
	struct dirent *entry;
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	DIR *folder = opendir(path);
	while (folder && (entry = readdir(folder))) {
		pid_t tid = (pid_t)atoi(entry->d_name);
		if (tid <= 0)
			continue;
		size_t at = round->threads++;
		if (at < watch->turn || round->looked == room || sight_find(watch, pid, tid))
			continue;
		round->told |= thread_look(watch, pid, tid);
		if (++round->looked == room)
			watch->turn = at + 1;
	}
	if (folder)
		closedir(folder);
}

static void all_look(struct close_watch *watch, struct process *process)
{
	pid_t members[PROCESS_TREE_MAX];
	struct round round = {0};
	size_t known = watch->sight_count, room = CLOSE_WATCH_THREADS - known;
	size_t count = process_members(process, members);
	for (size_t i = 0; i < known; i++)
		round.told |= thread_look(watch, watch->sights[i].pid, watch->sights[i].tid);
	for (size_t i = 0; i < count; i++)
		process_look(watch, members[i], room, &round);
	if (round.looked < room || watch->turn >= round.threads)
		watch->turn = 0;
	if (round.threads > watch->report.threads)
		watch->report.threads = round.threads;
	if (round.told)
		close_watch_end_look(watch);
}

void close_watch_look(struct close_watch *watch, struct process *process)
{
	if (clock_now_ns() < watch->due_ns)
		return;
	uint64_t began_ns = clock_thread_cpu_ns();
	all_look(watch, process);
	watch->due_ns = clock_now_ns() + SHARE * (clock_thread_cpu_ns() - began_ns);
}
