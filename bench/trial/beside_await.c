#include "bench/trial/beside_await.h"

#include "bench/trial/watches.h"
#include "common/clock.h"

#include <netinet/tcp.h>

/* With TCP_DEFER_ACCEPT a client that says nothing stays in SYN_RECV for some time: its SYN-ACK is
 * sent again, and only then is there a socket to accept. */
static bool is_accepted(const struct sample_end *server)
{
	return server->others.states[TCP_SYN_RECV] == 0 &&
	       server->others.by_owner[SOCKET_ESTABLISHED_UNACCEPTED] == 0;
}

static int look(struct stage *stage, bool *all_there, struct error *error)
{
	struct sample sample;
	packet_tap_poll(stage->packet_tap);
	*all_there = load_is_prepared(&stage->load);
	if (!*all_there)
		return 0;
	if (sampler_read(stage->sampler, &sample, error) == -1)
		return -1;
	*all_there = is_accepted(&sample.server);
	return 0;
}

int beside_await(struct stage *stage, uint64_t within_ns, const volatile bool *interrupted,
	struct error *error)
{
	uint64_t due_ns = clock_now_ns() + within_ns;
	bool all_there = false;
	load_prepare(&stage->load);
	if (load_is_prepared(&stage->load))
		return 0;
	/* Nothing that is seen meanwhile counts: the trial begins later. */
	packet_tap_begin(stage->packet_tap, due_ns + NS_PER_S);
	while (!all_there && clock_now_ns() < due_ns && !*interrupted) {
		if (look(stage, &all_there, error) == -1)
			return -1;
		if (!all_there)
			clock_pause(TRIAL_TURN_NS);
	}
	return 0;
}
