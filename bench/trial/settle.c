#include "bench/trial/settle.h"

#include "bench/trial/watches.h"
#include "common/clock.h"

#include <netinet/tcp.h>

#define SETTLE_WITHIN_NS (2 * NS_PER_S)
#define SETTLE_LOSS_NS (10 * NS_PER_S)

/* What may stay: established connections of the load, where it is a proxy's; connections of clients
 * beside the load in every state that waits for an application, since these leave later. */
struct may_stay {
	bool proxy, beside;
};

static bool ends_by_itself(int state)
{
	return state == TCP_SYN_SENT || state == TCP_SYN_RECV || state == TCP_CLOSING ||
	       state == TCP_LAST_ACK;
}

/* The load's sockets that are neither listening nor in TIME_WAIT: their closing is not over. Others
 * may stay open as long as their owner likes; of these only what is being closed counts. */
static uint64_t unsettled(const struct sample_end *end, struct may_stay may_stay)
{
	uint64_t sum = 0;
	for (int state = 0; state < DIAG_STATES; state++) {
		if (state == TCP_LISTEN || state == TCP_TIME_WAIT)
			continue;
		sum += state == TCP_ESTABLISHED && may_stay.proxy ? 0 : end->census.states[state];
		if (state != TCP_ESTABLISHED && (!may_stay.beside || ends_by_itself(state)))
			sum += end->others.states[state];
	}
	return sum;
}

/* Over a wire a FIN and its ACK are late, and a FIN that is lost comes again after 0.2, 0.6, 1.4 s,
 * or later where the SYN was lost, too (RFC 6298, 5.5 and 5.7). */
static uint64_t settle_within_ns(const struct impairment *impairment)
{
	uint64_t travels = 4 * (impairment->delay_ns + impairment->jitter_ns);
	return SETTLE_WITHIN_NS + travels + (impairment->loss > 0 ? SETTLE_LOSS_NS : 0);
}

int trial_settle(struct stage *stage, struct trial *trial, struct error *error)
{
	const struct may_stay may_stay = {
		trial->load.is_proxy, load_beside_started(&stage->load) > 0};
	uint64_t due = clock_now_ns() + settle_within_ns(&trial->wire.impairment);
	for (;;) {
		/* First, so that what it judges is older than the sample, up to which others
		 * count. */
		packet_tap_poll(stage->packet_tap);
		if (sampler_read(stage->sampler, &trial->after, error) == -1)
			return -1;
		int64_t waiting = server_end_waiting(&stage->server, error);
		if (waiting == -1)
			return -1;
		watches_look_at_server(stage, trial);
		if (unsettled(&trial->after.server, may_stay) +
					unsettled(&trial->after.client, may_stay) +
					(uint64_t)waiting ==
				0 ||
			clock_now_ns() > due)
			break;
		clock_pause(TRIAL_TURN_NS);
	}
	return server_end_settled(&stage->server, error);
}
