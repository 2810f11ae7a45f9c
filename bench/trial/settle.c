#include "bench/trial/settle.h"

#include "bench/trial/watches.h"
#include "common/clock.h"

#include <netinet/tcp.h>

#define SETTLE_WITHIN_NS (2 * NS_PER_S)
#define SETTLE_LOSS_NS (10 * NS_PER_S)

/* `is_kept`: open connections of the load are a proxy's, which may keep them. The load's sockets
 * that are neither listening nor in TIME_WAIT: their closing is not over. Others may stay open as
 * long as their owner likes; of these only what is being closed counts. */
static uint64_t unsettled(const struct sample_end *end, bool is_kept)
{
	uint64_t sum = 0;
	for (int state = 0; state < DIAG_STATES; state++) {
		if (state == TCP_LISTEN || state == TCP_TIME_WAIT)
			continue;
		sum += state == TCP_ESTABLISHED && is_kept ? 0 : end->census.states[state];
		if (state != TCP_ESTABLISHED)
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
	bool is_kept = trial->load.is_proxy;
	uint64_t due = clock_now_ns() + settle_within_ns(&trial->wire.impairment);
	for (;;) {
		/* First, so that what it judges is older than the sample, up to which others
		 * count. */
		packet_tap_poll(stage->packet_tap);
		if (sampler_read(stage->sampler, &trial->after, error) == -1)
			return -1;
		int64_t waiting = accept_look_waiting(&stage->accept_look, error);
		if (waiting == -1)
			return -1;
		watches_look_at_server(stage, trial);
		if (unsettled(&trial->after.server, is_kept) +
					unsettled(&trial->after.client, is_kept) +
					(uint64_t)waiting ==
				0 ||
			clock_now_ns() > due)
			break;
		clock_pause(TRIAL_TURN_NS);
	}
	stop_watch_look_now(&stage->stop_watch, &stage->server);
	return 0;
}
