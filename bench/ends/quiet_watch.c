#include "bench/ends/quiet_watch.h"

#include "common/clock.h"

#define LOOKS 4
#define APART_LEAST_NS (50 * NS_PER_MS)
/* Looking takes one part in this many of one processor's time at most. */
#define COST_SHARE 100

void quiet_watch_begin(struct quiet_watch *watch, struct diag *diag, uint64_t timeout_ns)
{
	watch->diag = diag;
	watch->quiet_ns = timeout_ns / 2;
	watch->due_ns = clock_now_ns() + watch->quiet_ns;
}

/* Leaves those that are open and over which nothing goes. */
static void quiet_keep(struct held_sockets *held, uint64_t least_ms)
{
	size_t kept = 0;
	for (size_t i = 0; i < held->count; i++) {
		if (held->states[i] != SOCKET_ESTABLISHED || held->quiet_ms[i] < least_ms)
			continue;
		held->inodes[kept] = held->inodes[i];
		held->states[kept++] = held->states[i];
	}
	held->count = kept;
}

static void holder_find(struct quiet_watch *watch, struct process *server, struct holder *holder)
{
	struct holder holders[SOCKET_STATES];
	struct held_sockets held = {.count = 0};
	struct port_set *connections = port_set_create();
	uint64_t ignored;
	struct error error;
	if (connections && diag_open(watch->diag, connections, &held, &ignored, &error) == 0)
		quiet_keep(&held, watch->quiet_ns / NS_PER_MS);
	else
		held.count = 0;
	port_set_destroy(connections);
	if (held.count > 0 && holders_find(&held, server, holders) == 0)
		*holder = holders[SOCKET_ESTABLISHED];
}

void quiet_watch_look(struct quiet_watch *watch, struct process *server, struct holder *holder)
{
	uint64_t apart_ns = watch->quiet_ns / LOOKS;
	if (!watch->diag || holder->pid != 0 || clock_now_ns() < watch->due_ns)
		return;
	uint64_t begun_ns = clock_now_ns();
	holder_find(watch, server, holder);
	uint64_t now_ns = clock_now_ns(), rest_ns = COST_SHARE * (now_ns - begun_ns);
	uint64_t least_ns = rest_ns > APART_LEAST_NS ? rest_ns : APART_LEAST_NS;
	watch->due_ns = now_ns + (apart_ns > least_ns ? apart_ns : least_ns);
}
