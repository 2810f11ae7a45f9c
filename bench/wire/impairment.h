/* What the wire does to the frames of one direction, in netem's words (tc-netem(8)): a pure
 * function of when a frame arrived, of its length, and of a seed. */
#ifndef BENCH_WIRE_IMPAIRMENT_H
#define BENCH_WIRE_IMPAIRMENT_H

#include <stdbool.h>
#include <stdint.h>

/* All zero: frames go on as they came. */
struct impairment {
	uint64_t delay_ns;
	/* A frame's delay is between delay - jitter and delay + jitter, all alike probable. Frames
	 * overtake each other where it is larger than the time between two of them, as with netem.
	 */
	uint64_t jitter_ns;
	uint64_t rate_bits_per_s; /* 0: unlimited */
	/* Shares of the frames, 0 to 1. */
	double loss, duplicate;
	double reorder; /* these are sent at once, before those that wait for their delay */
};

struct impairment_state {
	struct impairment impairment;
	uint64_t random;  /* the seed */
	uint64_t free_ns; /* when the last frame's last bit has left, at that rate */
};

/* A frame, and its copy where it is sent twice. */
#define IMPAIRMENT_COPIES_MAX 2

bool impairment_is_none(const struct impairment *impairment);

/* When a frame that arrived at `now_ns` is to be sent. Returns how often: 0 (lost), 1 or 2. A frame
 * that is both duplicated and lost is sent once, as with netem. */
unsigned impairment_decide(struct impairment_state *state, uint64_t now_ns, uint32_t length,
	uint64_t due_ns[IMPAIRMENT_COPIES_MAX]);

#endif
