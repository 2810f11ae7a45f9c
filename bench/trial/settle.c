#include "bench/trial/settle.h"

#include "bench/trial/unsettled.h"
#include "bench/trial/watches.h"
#include "common/clock.h"

#define SETTLE_WITHIN_NS (2 * NS_PER_S)
#define SETTLE_LOSS_NS (10 * NS_PER_S)

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
		server_end_sample(&stage->server, &trial->after);
		watches_look_at_server(stage, trial);
		if (unsettled_count(&trial->after.server, may_stay) +
					unsettled_count(&trial->after.client, may_stay) +
					(uint64_t)waiting ==
				0 ||
			clock_now_ns() > due)
			break;
		clock_pause(TRIAL_TURN_NS);
	}
	return server_end_settled(&stage->server, error);
}
