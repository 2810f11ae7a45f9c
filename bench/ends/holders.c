#include "bench/ends/holders.h"

#include "bench/process/socket_owner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds what `pid` holds, and keeps the process that holds most. */
static void holder_take(struct holder *holder, pid_t pid, uint64_t held)
{
	holder->processes += held > 0;
	if (held <= holder->held)
		return;
	holder->held = held;
	holder->pid = (uint32_t)pid;
}

static void members_count(const struct held_sockets *sockets, const pid_t *owners, pid_t pid,
	struct holder holders[SOCKET_STATES])
{
	uint64_t held[SOCKET_STATES] = {0};
	for (size_t i = 0; i < sockets->count; i++)
		held[sockets->states[i]] += owners[i] == pid;
	for (int state = 0; state < SOCKET_STATES; state++)
		holder_take(&holders[state], pid, held[state]);
}

int holders_find(const struct held_sockets *sockets, struct process *process,
	struct holder holders[SOCKET_STATES])
{
	pid_t members[PROCESS_TREE_MAX];
	size_t count = process_members(process, members);
	pid_t *owners = malloc((sockets->count + 1) * sizeof(*owners));
	memset(holders, 0, SOCKET_STATES * sizeof(*holders));
	if (!owners ||
		socket_owners_find(members, count, sockets->inodes, sockets->count, owners) == -1) {
		free(owners);
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		members_count(sockets, owners, members[i], holders);
	free(owners);
	for (int state = 0; state < SOCKET_STATES; state++)
		if (holders[state].pid != 0)
			process_name((pid_t)holders[state].pid, holders[state].name);
	return 0;
}

const char *holder_text(
	const struct holder *holder, const char *otherwise, char text[HOLDER_TEXT_SIZE])
{
	uint32_t others = holder->processes - 1;
	if (holder->pid == 0)
		snprintf(text, HOLDER_TEXT_SIZE, "%s", otherwise);
	else if (others == 0)
		snprintf(text, HOLDER_TEXT_SIZE, "%s (pid %u)", holder->name, holder->pid);
	else
		snprintf(text, HOLDER_TEXT_SIZE, "%s (pid %u) and %u other process%s", holder->name,
			holder->pid, others, others > 1 ? "es" : "");
	return text;
}
