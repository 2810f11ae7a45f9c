#include "bench/trial/beside_await.h"

#include "bench/trial/watches.h"
#include "common/clock.h"

#include <netinet/tcp.h>

/* A server that lets in a few at a time is waited for no longer. */
#define AWAIT_MAX_NS (60 * NS_PER_S)

struct await {
	struct stage *stage;
	uint64_t room;     /* connections that may wait at the listener at the same time */
	uint64_t let_in;   /* those that did not wait there at the last look */
	uint64_t moved_ns; /* when there were more of these than ever before */
};

/* A SYN queue that is full is answered with SYN cookies, whose connections the kernel does not tell
 * from late ACKs of old ones (net/ipv4/syncookies.c). It is as long as the backlog, and with
 * TCP_DEFER_ACCEPT a client that says nothing stays in it for a second or more, though its own
 * handshake is over. Those on their way are not seen: a quarter is left to them. */
static int room_take(struct await *await, const struct address *server, struct error *error)
{
	struct listeners listeners;
	uint32_t backlog;
	if (server_end_listeners(&await->stage->server, &listeners, error) == -1)
		return -1;
	await->room = UINT64_MAX;
	if (listeners_backlog(&listeners, server, &backlog))
		await->room = backlog > 4 ? backlog - backlog / 4 : 1;
	load_beside_allow(&await->stage->load, await->room);
	return 0;
}

/* With TCP_DEFER_ACCEPT a client that says nothing stays in SYN_RECV for some time: its SYN-ACK is
 * sent again, and only then is there a socket to accept. */
static uint64_t waiting_of(const struct sample_end *server)
{
	return server->others.states[TCP_SYN_RECV] +
	       server->others.by_owner[SOCKET_ESTABLISHED_UNACCEPTED];
}

static int look(struct await *await, bool *all_there, struct error *error)
{
	struct stage *stage = await->stage;
	struct sample sample;
	packet_tap_poll(stage->packet_tap);
	*all_there = load_is_prepared(&stage->load);
	/* First: one that begins meanwhile is not taken for one that was let in. */
	uint64_t started = load_beside_started(&stage->load);
	if (sampler_read(stage->sampler, &sample, error) == -1)
		return -1;
	uint64_t waiting = waiting_of(&sample.server);
	uint64_t let_in = started > waiting ? started - waiting : 0;
	if (let_in > await->let_in) {
		await->let_in = let_in;
		await->moved_ns = sample.at_ns;
	}
	if (await->room != UINT64_MAX)
		load_beside_allow(&stage->load, let_in + await->room);
	*all_there = *all_there && waiting == 0;
	return 0;
}

int beside_await(struct stage *stage, const struct address *server, uint64_t within_ns,
	const volatile bool *interrupted, struct error *error)
{
	struct await await = {.stage = stage, .moved_ns = clock_now_ns()};
	uint64_t due_ns = await.moved_ns + AWAIT_MAX_NS, now_ns;
	bool all_there = false;
	if (load_is_prepared(&stage->load))
		return 0;
	if (room_take(&await, server, error) == -1)
		return -1;
	load_prepare(&stage->load);
	/* Nothing that is seen meanwhile counts: the trial begins later. */
	packet_tap_begin(stage->packet_tap, due_ns + NS_PER_S);
	while (!all_there && !*interrupted && (now_ns = clock_now_ns()) < due_ns &&
		now_ns < await.moved_ns + within_ns) {
		if (look(&await, &all_there, error) == -1)
			return -1;
		if (!all_there)
			clock_pause(TRIAL_TURN_NS);
	}
	if (!*interrupted)
		load_beside_allow(&stage->load, UINT64_MAX);
	return 0;
}
