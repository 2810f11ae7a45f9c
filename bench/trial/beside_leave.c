#include "bench/trial/beside_leave.h"

#include "bench/trial/watches.h"
#include "common/clock.h"

/* Without one that it closes; in all. */
#define CLOSE_WITHIN_NS (2 * NS_PER_S)
#define CLOSE_MOST_NS (60 * NS_PER_S)

/* Until the server has closed its ends, too, but for those that no client has. */
static int close_await(struct stage *stage, struct beside_sockets *left, struct error *error)
{
	uint64_t due_ns = clock_now_ns() + CLOSE_MOST_NS, moved_ns = clock_now_ns();
	for (uint64_t fewest = UINT64_MAX;;) {
		if (sampler_beside(stage->sampler, left, error) == -1)
			return -1;
		uint64_t now_ns = clock_now_ns(), held = left->open - left->reopened;
		if (held < fewest) {
			fewest = held;
			moved_ns = now_ns;
		}
		if (held == 0 || now_ns > due_ns || now_ns - moved_ns > CLOSE_WITHIN_NS)
			return 0;
		clock_pause(TRIAL_TURN_NS);
	}
}

/* Each was made of an ACK that passed as the answer to a SYN cookie, which the kernel counts: what
 * is more than that has another cause. */
static uint64_t reopened(const struct beside_sockets *left, const struct counters *before,
	const struct counters *now)
{
	uint64_t taken = now->syncookies_recv - before->syncookies_recv;
	return left->reopened < taken ? left->reopened : taken;
}

int beside_leave(struct stage *stage, struct trial *trial, struct error *error)
{
	struct sample sample;
	struct beside_sockets left;
	load_release(&stage->load);
	while (!load_is_released(&stage->load))
		clock_pause(TRIAL_TURN_NS);
	trial->beside_count = load_beside(&stage->load, trial->beside);
	if (trial->beside_count == 0)
		return 0;
	if (close_await(stage, &left, error) == -1 ||
		sampler_read(stage->sampler, &sample, error) == -1)
		return -1;
	trial->beside_end.server = sample.server.others;
	trial->beside_end.reopened =
		reopened(&left, &trial->before.server.counters, &sample.server.counters);
	return 0;
}
