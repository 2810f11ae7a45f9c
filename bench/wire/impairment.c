#include "bench/wire/impairment.h"

#include "common/clock.h"
#include "common/random.h"

bool impairment_is_none(const struct impairment *impairment)
{
	return impairment->delay_ns == 0 && impairment->jitter_ns == 0 &&
	       impairment->rate_bits_per_s == 0 && impairment->loss <= 0 &&
	       impairment->duplicate <= 0 && impairment->reorder <= 0;
}

/* True in this share of the calls. */
static bool happens(struct impairment_state *state, double share)
{
	return share > 0 && (double)(random_next(&state->random) >> 11) * 0x1p-53 < share;
}

static uint64_t delay_of(struct impairment_state *state)
{
	const struct impairment *impairment = &state->impairment;
	uint64_t jitter = impairment->jitter_ns, delay = impairment->delay_ns;
	if (happens(state, impairment->reorder))
		return 0;
	if (jitter == 0)
		return delay;
	delay += random_below(&state->random, 2 * jitter + 1);
	return delay > jitter ? delay - jitter : 0;
}

/* When the frame's last bit leaves, at the rate; it waits for those before it. */
static uint64_t sent_ns(struct impairment_state *state, uint64_t now_ns, uint32_t length)
{
	uint64_t rate = state->impairment.rate_bits_per_s;
	if (rate == 0)
		return now_ns;
	if (state->free_ns < now_ns)
		state->free_ns = now_ns;
	state->free_ns += (uint64_t)length * 8 * NS_PER_S / rate;
	return state->free_ns;
}

unsigned impairment_decide(struct impairment_state *state, uint64_t now_ns, uint32_t length,
	uint64_t due_ns[IMPAIRMENT_COPIES_MAX])
{
	unsigned copies = 1 + (unsigned)happens(state, state->impairment.duplicate);
	copies -= (unsigned)happens(state, state->impairment.loss);
	for (unsigned i = 0; i < copies; i++)
		due_ns[i] = sent_ns(state, now_ns, length) + delay_of(state);
	return copies;
}
