#include "bench/process/descriptor_watch.h"

#include "bench/process/descriptor_limit.h"
#include "common/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Looking takes one part in this many of one processor's time: at all processes, and at those that
 * are near. */
#define SHARE 500
#define SHARE_NEAR 200
/* The same, for asking whether a process serves: that is done until it does, the less often the
 * more often it did not. */
#define SHARE_OF_QUESTIONS 20
#define DESCRIPTORS_A_CONNECTION 2

/* Since Linux 6.2 the folder's size is the number of descriptors (fs/proc/fd.c); before, it is 0,
 * and they are counted. */
static uint64_t in_use(const struct descriptor_sight *sight)
{
	struct stat folder;
	if (fstat(sight->folder, &folder) == -1)
		return 0;
	return folder.st_size > 0 ? (uint64_t)folder.st_size
				  : descriptor_count(sight->pid, UINT64_MAX);
}

static void serves_ask(struct descriptor_watch *watch, struct descriptor_sight *sight)
{
	if (sight->serves || clock_now_ns() < watch->question_due_ns)
		return;
	uint64_t began_ns = clock_thread_cpu_ns();
	sight->serves = !watch->serves || watch->serves(watch->argument, sight->pid);
	uint64_t cost_ns = clock_thread_cpu_ns() - began_ns;
	watch->question_due_ns = clock_now_ns() + SHARE_OF_QUESTIONS * ++watch->questions * cost_ns;
}

void descriptor_watch_see(struct descriptor_watch *watch, struct descriptor_sight *sight,
	uint64_t in_use, uint64_t now_ns)
{
	struct descriptor_watch_report *report = &sight->report;
	uint64_t below = in_use > sight->beyond ? in_use - sight->beyond : 0;
	uint64_t left = sight->limit > below ? sight->limit - below : 0;
	report->looks++;
	sight->is_near = sight->limit > 0 && left <= DESCRIPTORS_A_CONNECTION * watch->connections;
	if (sight->limit == 0 || left > 0)
		return;
	if (report->reached++ == 0) {
		report->first_ns = now_ns;
		report->pid = (uint32_t)sight->pid;
		process_name(sight->pid, report->name);
	}
	report->last_ns = now_ns;
	report->limit = sight->limit;
	serves_ask(watch, sight);
}

static struct descriptor_sight *sight_of(struct descriptor_watch *watch, pid_t pid)
{
	char path[64];
	for (size_t i = 0; i < watch->count; i++)
		if (watch->sights[i].pid == pid)
			return &watch->sights[i];
	if (watch->count == DESCRIPTOR_SIGHTS_MAX)
		return NULL;
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder == -1)
		return NULL;
	struct descriptor_sight *sight = &watch->sights[watch->count++];
	*sight = (struct descriptor_sight){.pid = pid, .folder = folder};
	return sight;
}

/* The limit may have become another. What is beyond it is counted once: it can only become less,
 * and then the limit is seen as not reached. */
static void limit_take(struct descriptor_sight *sight)
{
	uint64_t limit = descriptor_limit(sight->pid);
	if (limit == sight->limit)
		return;
	sight->limit = limit;
	sight->beyond = descriptor_count(sight->pid, UINT64_MAX);
	uint64_t below = descriptor_count(sight->pid, limit);
	sight->beyond -= below < sight->beyond ? below : sight->beyond;
}

bool descriptor_watch_look(struct descriptor_watch *watch, struct process *process)
{
	pid_t members[PROCESS_TREE_MAX];
	bool is_near = false;
	if (clock_now_ns() >= watch->due_ns) {
		uint64_t began_ns = clock_thread_cpu_ns();
		size_t count = process_members(process, members);
		for (size_t i = 0; i < count; i++) {
			struct descriptor_sight *sight = sight_of(watch, members[i]);
			if (!sight)
				continue;
			limit_take(sight);
			descriptor_watch_see(watch, sight, in_use(sight), clock_now_ns());
		}
		watch->due_ns = clock_now_ns() + SHARE * (clock_thread_cpu_ns() - began_ns);
	}
	for (size_t i = 0; i < watch->count; i++)
		is_near |= watch->sights[i].is_near;
	return is_near;
}

void descriptor_watch_look_near(struct descriptor_watch *watch)
{
	if (clock_now_ns() < watch->near_due_ns)
		return;
	uint64_t began_ns = clock_thread_cpu_ns();
	for (size_t i = 0; i < watch->count; i++) {
		struct descriptor_sight *sight = &watch->sights[i];
		if (sight->is_near)
			descriptor_watch_see(watch, sight, in_use(sight), clock_now_ns());
	}
	watch->near_due_ns = clock_now_ns() + SHARE_NEAR * (clock_thread_cpu_ns() - began_ns);
}

struct descriptor_watch_report descriptor_watch_report(const struct descriptor_watch *watch)
{
	struct descriptor_watch_report most = {.looks = 0};
	uint32_t processes = 0;
	for (size_t i = 0; i < watch->count; i++) {
		const struct descriptor_sight *sight = &watch->sights[i];
		if (!sight->serves)
			continue;
		processes++;
		if (sight->report.reached > most.reached)
			most = sight->report;
	}
	most.processes = processes;
	return most;
}

void descriptor_watch_finish(struct descriptor_watch *watch)
{
	for (size_t i = 0; i < watch->count; i++)
		close(watch->sights[i].folder);
	watch->count = 0;
}
