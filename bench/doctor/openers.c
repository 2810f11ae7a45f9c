#include "bench/doctor/openers.h"

#include "common/bounded_text.h"
#include "common/printable.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tasks that are remembered: beyond it all are forgotten, and found anew where they still run. */
#define TASKS_MAX 8192
/* As many again are free, so a search ends soon. */
#define PLACES (2UL * TASKS_MAX)
/* Different ones of a process and a pair. */
#define OPENERS_MAX 4096
/* A process without a name of its own has that of one of these before it. */
#define PARENTS_MOST 8

struct task {
	uint32_t process, thread, parent;
	uint64_t space;
	bool was_looked_at;
	struct doctor_process seen; /* `pid` 0: gone before it was looked at */
	char name[16];
};

struct openers {
	const struct process_list *list;
	struct task *tasks; /* by the number of the thread, which goes on to the next free one */
	size_t task_count;
	struct doctor_opener *found;
	size_t found_count;
	uint32_t left_out;
	uint64_t records_lost;
};

struct openers *openers_create(const struct process_list *list)
{
	struct openers *openers = calloc(1, sizeof(*openers));
	if (!openers)
		return NULL;
	openers->list = list;
	openers->tasks = calloc(PLACES, sizeof(*openers->tasks));
	openers->found = calloc(OPENERS_MAX, sizeof(*openers->found));
	if (openers->tasks && openers->found)
		return openers;
	openers_destroy(openers);
	return NULL;
}

void openers_destroy(struct openers *openers)
{
	if (!openers)
		return;
	free(openers->tasks);
	free(openers->found);
	free(openers);
}

/* NULL: it is not remembered. */
static struct task *task_find(struct openers *openers, uint32_t thread)
{
	for (size_t i = thread;; i++) {
		struct task *task = &openers->tasks[i % PLACES];
		if (task->thread == 0)
			return NULL;
		if (task->thread == thread)
			return task;
	}
}

static void tasks_forget(struct openers *openers)
{
	memset(openers->tasks, 0, PLACES * sizeof(*openers->tasks));
	openers->task_count = 0;
}

static struct task *task_make(struct openers *openers, uint32_t thread, uint32_t process)
{
	struct task *task = task_find(openers, thread);
	if (task)
		return task;
	if (openers->task_count == TASKS_MAX)
		tasks_forget(openers);
	size_t i = thread;
	while (openers->tasks[i % PLACES].thread != 0)
		i++;
	task = &openers->tasks[i % PLACES];
	*task = (struct task){.thread = thread, .process = process};
	openers->task_count++;
	return task;
}

/* Where a process was before the records began. */
static uint64_t space_before(const struct openers *openers, uint32_t process)
{
	for (size_t i = 0; i < openers->list->count; i++)
		if ((uint32_t)openers->list->pids[i] == process)
			return openers->list->namespaces[i];
	return 0;
}

static void space_settle(struct openers *openers, struct task *task)
{
	char path[64];
	if (task->space != 0)
		return;
	snprintf(path, sizeof(path), "/proc/%u/task/%u/ns/net", task->process, task->thread);
	task->space = process_namespace(path);
	if (task->space == 0)
		task->space = space_before(openers, task->process);
}

/* One that is gone has its name by the records, or its parent's; its unit is its parent's. */
static void name_settle(struct openers *openers, struct task *task)
{
	const struct task *named = task_find(openers, task->process);
	uint32_t parent = named ? named->parent : task->parent;
	if (task->was_looked_at)
		return;
	task->was_looked_at = true;
	task->seen = process_describe((pid_t)task->process);
	if (task->seen.pid != 0)
		return;
	const char *name = named ? named->name : "";
	struct doctor_process before = {.pid = 0};
	for (int i = 0; i < PARENTS_MOST && parent != 0 && before.pid == 0; i++) {
		const struct task *next = task_find(openers, parent);
		before = process_describe((pid_t)parent);
		if (!name[0] && next)
			name = next->name;
		parent = next ? next->parent : 0;
	}
	task->seen = before;
	task->seen.pid = (pid_t)task->process;
	if (name[0])
		bounded_text_write(task->seen.name, sizeof(task->seen.name), "%s", name);
	else if (!task->seen.name[0])
		bounded_text_write(
			task->seen.name, sizeof(task->seen.name), "a process that is gone");
	printable_clean(task->seen.name, PRINTABLE_ONE_LINE);
}

static bool is_pair_of(const struct doctor_opener *opener, const struct connect_record *call)
{
	return opener->port == call->port && opener->is_ipv6 == call->is_ipv6 &&
	       memcmp(&opener->destination, &call->destination, sizeof(call->destination)) == 0 &&
	       memcmp(&opener->source, &call->source, sizeof(call->source)) == 0;
}

static void call_settle(struct openers *openers, const struct connect_record *call)
{
	struct task *task = task_make(openers, call->thread, call->process);
	space_settle(openers, task);
	name_settle(openers, task);
	/* The latest are the likeliest. */
	for (size_t i = openers->found_count; i > 0; i--) {
		struct doctor_opener *opener = &openers->found[i - 1];
		if (opener->process.pid == (pid_t)call->process && opener->space == task->space &&
			is_pair_of(opener, call)) {
			opener->opened++;
			return;
		}
	}
	if (openers->found_count == OPENERS_MAX) {
		openers->left_out++;
		return;
	}
	openers->found[openers->found_count++] = (struct doctor_opener){.space = task->space,
		.source = call->source,
		.destination = call->destination,
		.port = call->port,
		.is_ipv6 = call->is_ipv6,
		.process = task->seen,
		.processes = 1,
		.opened = 1};
}

void openers_add(const struct connect_record *record, void *argument)
{
	struct openers *openers = argument;
	/* Where the tasks are by now is not known. */
	if (record->kind == CONNECT_RECORD_LOST) {
		openers->records_lost += record->lost;
		tasks_forget(openers);
		return;
	}
	/* Of a task in no PID namespace that is seen from here. */
	if (record->process == 0 || record->thread == 0 || record->process == UINT32_MAX)
		return;
	if (record->kind == CONNECT_RECORD_CALL) {
		call_settle(openers, record);
		return;
	}
	struct task *task = task_make(openers, record->thread, record->process);
	if (record->kind == CONNECT_RECORD_FORK)
		*task = (struct task){.thread = record->thread,
			.process = record->process,
			.parent = record->parent};
	else if (record->kind == CONNECT_RECORD_SPACE)
		task->space = record->space;
	else
		snprintf(task->name, sizeof(task->name), "%s", record->name);
}

static int order(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* 0: the same pair, program and unit. */
static int program_order(const struct doctor_opener *a, const struct doctor_opener *b)
{
	int result = order(a->space, b->space);
	result = result ? result : order(a->port, b->port);
	result = result ? result : memcmp(&a->destination, &b->destination, sizeof(a->destination));
	result = result ? result : memcmp(&a->source, &b->source, sizeof(a->source));
	result = result ? result : strcmp(a->process.name, b->process.name);
	return result ? result : strcmp(a->process.unit, b->process.unit);
}

/* Of one program that process comes first that has opened the most. */
static int before_together(const void *a, const void *b)
{
	const struct doctor_opener *first = a, *second = b;
	int result = program_order(first, second);
	result = result ? result : order(second->opened, first->opened);
	return result ? result : order((uint64_t)first->process.pid, (uint64_t)second->process.pid);
}

static int more_opened(const void *a, const void *b)
{
	const struct doctor_opener *first = a, *second = b;
	int result = order(second->opened, first->opened);
	return result ? result : program_order(first, second);
}

int openers_take(struct openers *openers, uint64_t space, struct doctor_host *host)
{
	struct doctor_opener *list = calloc(openers->found_count + 1, sizeof(*list));
	size_t count = 0;
	if (!list)
		return -1;
	qsort(openers->found, openers->found_count, sizeof(*openers->found), before_together);
	for (size_t i = 0; i < openers->found_count; i++) {
		const struct doctor_opener *opener = &openers->found[i];
		if (space != 0 && opener->space != space)
			continue;
		if (count > 0 && program_order(&list[count - 1], opener) == 0) {
			list[count - 1].processes++;
			list[count - 1].opened += opener->opened;
		} else {
			list[count++] = *opener;
		}
	}
	qsort(list, count, sizeof(*list), more_opened);
	host->openers = list;
	host->opener_count = count;
	host->openers_left_out = openers->left_out;
	host->records_lost = openers->records_lost;
	return 0;
}

const struct doctor_opener *doctor_opener_of(const struct doctor_host *host,
	const struct doctor_namespace *space, const struct doctor_pair *pair, uint32_t *all)
{
	const struct connect_record call = {.source = pair->source,
		.destination = pair->destination,
		.port = pair->port,
		.is_ipv6 = pair->is_ipv6};
	const struct doctor_opener *most = NULL;
	*all = 0;
	for (size_t i = 0; i < host->opener_count; i++) {
		const struct doctor_opener *opener = &host->openers[i];
		if (opener->space != space->inode || !is_pair_of(opener, &call))
			continue;
		most = most ? most : opener;
		*all += opener->opened;
	}
	return most;
}
