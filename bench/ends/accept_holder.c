#include "bench/ends/accept_holder.h"

#include "bench/process/descriptor_limit.h"
#include "bench/process/socket_owner.h"

#include <string.h>

/* Leaves those of the processes that hold the socket. */
static size_t holders_keep(pid_t *pids, size_t count, uint32_t inode)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		pid_t owner = 0;
		if (socket_owners_find(&pids[i], 1, &inode, 1, &owner) == 0 && owner != 0)
			pids[kept++] = pids[i];
	}
	return kept;
}

static void listener_take(
	struct accept_start_listener *listener, uint32_t inode, struct process *server)
{
	pid_t pids[PROCESS_TREE_MAX];
	size_t count = holders_keep(pids, process_members(server, pids), inode);
	listener->inode = inode;
	listener->are_all = count <= ACCEPT_START_PROCESSES;
	listener->count = listener->are_all ? count : ACCEPT_START_PROCESSES;
	for (size_t i = 0; i < listener->count; i++) {
		listener->processes[i].pid = pids[i];
		process_name(pids[i], listener->processes[i].name);
	}
}

void accept_start_take(
	struct accept_start *start, const struct accept_queues *queues, struct process *server)
{
	start->count = queues->count;
	if (start->count > ACCEPT_START_LISTENERS)
		start->count = ACCEPT_START_LISTENERS;
	for (size_t i = 0; i < start->count; i++)
		listener_take(&start->listeners[i], queues->list[i].inode, server);
}

/* One of several that runs on could have kept it. */
static enum listener_gap_holder holder_of(const struct accept_start_listener *listener)
{
	if (!listener->are_all || listener->count == 0)
		return GAP_HOLDER_UNKNOWN;
	for (size_t i = 0; i < listener->count; i++)
		if (!process_has_ended(listener->processes[i].pid))
			return GAP_HOLDER_RUNS;
	return GAP_HOLDER_HAS_ENDED;
}

enum listener_gap_holder accept_start_holder(const struct accept_start *start, uint32_t inode)
{
	for (size_t i = 0; i < start->count; i++)
		if (start->listeners[i].inode == inode)
			return holder_of(&start->listeners[i]);
	return GAP_HOLDER_UNKNOWN;
}

static bool is_among(pid_t pid, const pid_t *pids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (pids[i] == pid)
			return true;
	return false;
}

/* Where one that held the listener at the start is left, and another has come to hold it, who left
 * is no news: workers are replaced so. Where all have left it to others, they have. */
static void left_find(struct accept_holder *found, const struct accept_start_listener *start,
	const pid_t *pids, size_t count)
{
	const struct accept_start_process *left = NULL;
	size_t stayed = 0;
	for (size_t i = 0; i < start->count; i++) {
		bool holds = is_among(start->processes[i].pid, pids, count);
		stayed += holds;
		if (!holds && !left)
			left = &start->processes[i];
	}
	if (!left || (stayed > 0 && stayed < count) || !start->are_all)
		return;
	found->left_to_newcomers = stayed == 0;
	found->left_pid = (uint32_t)left->pid;
	found->left_has_ended = process_has_ended(left->pid);
	memcpy(found->left_name, left->name, sizeof(found->left_name));
}

static void states_find(struct accept_holder *found, const pid_t *pids, size_t count)
{
	size_t stopped = 0, full = 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t limit = descriptor_limit_reached(pids[i]);
		stopped += process_is_stopped(pids[i]);
		full += limit > 0;
		if (i == 0)
			found->descriptor_limit = limit;
	}
	found->is_stopped = count > 0 && stopped == count;
	if (full < count)
		found->descriptor_limit = 0;
}

void accept_limit_see(
	struct accept_limit *limit, const struct accept_holder *holder, uint64_t at_ns)
{
	limit->looks++;
	if (holder->descriptor_limit == 0)
		return;
	if (limit->reached++ > 0)
		return;
	limit->first_ns = at_ns;
	limit->limit = holder->descriptor_limit;
	limit->holder = holder->holder;
}

struct accept_holder accept_holder_find(
	uint32_t inode, struct process *server, const struct accept_start *start)
{
	struct accept_holder found = {.left_pid = 0};
	pid_t pids[PROCESS_TREE_MAX];
	size_t count = holders_keep(pids, process_members(server, pids), inode);
	found.holder.processes = (uint32_t)count;
	if (count == 0)
		return found;
	found.holder.pid = (uint32_t)pids[0];
	process_name(pids[0], found.holder.name);
	states_find(&found, pids, count);
	for (size_t i = 0; i < start->count; i++)
		if (start->listeners[i].inode == inode)
			left_find(&found, &start->listeners[i], pids, count);
	return found;
}
