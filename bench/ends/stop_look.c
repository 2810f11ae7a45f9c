#include "bench/ends/stop_look.h"

#include "bench/process/socket_owner.h"
#include "bench/process/thread_call.h"

#define SOCKETS_MAX (ACCEPT_QUEUES_MAX + HELD_SOCKETS_MAX)

struct sockets {
	uint32_t inodes[SOCKETS_MAX];
	size_t count;
};

static void connections_add(struct diag *diag, struct sockets *sockets)
{
	struct held_sockets held = {.count = 0};
	struct port_set *ports = port_set_create();
	uint64_t ignored;
	struct error error;
	if (ports && diag_open(diag, ports, &held, &ignored, &error) == 0)
		for (size_t i = 0; i < held.count; i++)
			sockets->inodes[sockets->count++] = held.inodes[i];
	port_set_destroy(ports);
}

static void listening_add(struct accept_watch *listeners, struct sockets *sockets)
{
	struct accept_queues queues = {.count = 0};
	struct error error;
	if (accept_watch_look(listeners, &queues, &error) == -1)
		return;
	for (size_t i = 0; i < queues.count; i++)
		sockets->inodes[sockets->count++] = queues.list[i].inode;
}

/* Leaves the sockets that these processes hold, or, without `held`, those that they do not. */
static void sockets_keep(struct sockets *sockets, const pid_t *pids, size_t count, bool held)
{
	pid_t owners[SOCKETS_MAX];
	size_t kept = 0;
	if (socket_owners_find(pids, count, sockets->inodes, sockets->count, owners) == -1)
		sockets->count = 0;
	for (size_t i = 0; i < sockets->count; i++)
		if ((owners[i] != 0) == held)
			sockets->inodes[kept++] = sockets->inodes[i];
	sockets->count = kept;
}

static size_t running_find(struct process *server, pid_t pids[PROCESS_TREE_MAX])
{
	size_t running = 0, count = process_members(server, pids);
	for (size_t i = 0; i < count; i++)
		if (!process_is_stopped(pids[i]))
			pids[running++] = pids[i];
	return running;
}

bool stop_look_serves(void *argument, pid_t pid)
{
	const struct stop_look *look = argument;
	struct sockets sockets = {.count = 0};
	pid_t running[PROCESS_TREE_MAX];
	listening_add(look->listeners, &sockets);
	connections_add(look->diag, &sockets);
	sockets_keep(&sockets, &pid, 1, true);
	sockets_keep(&sockets, running, running_find(look->server, running), false);
	return sockets.count > 0;
}

bool stop_look_holds(void *argument, pid_t pid)
{
	const struct stop_look *look = argument;
	const pid_t pids[] = {pid};
	struct sockets sockets = {.count = 0};
	connections_add(look->diag, &sockets);
	sockets_keep(&sockets, pids, 1, true);
	return sockets.count > 0;
}
