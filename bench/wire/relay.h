/* Frames between the two links of the middle namespace: read here, impaired, sent there when they
 * are due. Knows no thread: wire.c turns it. */
#ifndef BENCH_WIRE_RELAY_H
#define BENCH_WIRE_RELAY_H

#include "bench/trace/capture_writer.h"
#include "bench/wire/backlog.h"
#include "bench/wire/frame_queue.h"
#include "bench/wire/frame_record.h"
#include "bench/wire/frame_ring.h"
#include "bench/wire/impairment.h"
#include "bench/wire/rule.h"
#include "bench/wire/send_ring.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Of one direction: arrived + duplicated + copied + injected = sent + lost + dropped + held +
 * waiting
 * + overflown + too_long. */
struct relay_counts {
	uint64_t arrived, bytes;
	uint64_t lost, duplicated;          /* as the impairment wants */
	uint64_t dropped, copied, injected; /* as a rule wants */
	uint64_t held;                      /* frames and copies that wait for their release */
	uint64_t sent;
	uint64_t waiting; /* for their time */
	/* The relay's own losses. */
	uint64_t overflown; /* too many waited */
	uint64_t too_long;  /* larger than an MTU of 1500 */
	uint64_t unsent;    /* of those sent: the link did not take them */
	uint64_t unread;    /* found the ring full; not among those that arrived */
};

/* By the end that sent the frame; a link is named by the end that is behind it. */
enum relay_end {
	RELAY_SERVER,
	RELAY_CLIENT,
	RELAY_ENDS,
};

struct relay {
	/* What arrives on a link, and what is sent on it. */
	struct frame_ring links[RELAY_ENDS];
	struct send_ring outlets[RELAY_ENDS];
	struct impairment_state impairments[RELAY_ENDS];
	struct frame_queue queue;
	struct relay_counts counts[RELAY_ENDS];
	struct capture_writer *capture; /* of the frames that arrive, by end; NULL: none */
	struct rules rules;
	struct frame_record record;
	bool keeps_record;
	struct backlog backlog;
};

struct relay_spec {
	unsigned ifindexes[RELAY_ENDS];
	struct impairment impairments[RELAY_ENDS];
	uint64_t seed;
	/* Where each frame that arrives is written to (pcapng, an interface an end), with what
	 * becomes of it where the other end does not get it once. Optional: default nowhere. */
	const char *capture_path;
	/* Whether relay.record has what was seen and done. Optional: default it has nothing. */
	bool keeps_record;
};

/* On links of the calling thread's namespace. Returns 0, or -1 with nothing open. */
int relay_open(struct relay *relay, const struct relay_spec *spec, struct error *error);
void relay_close(struct relay *relay);

/* Takes what has arrived, up to a batch of each end, and sends what is due. Returns whether there
 * may be more to do at once. */
bool relay_turn(struct relay *relay);

/* When the next frame is due; UINT64_MAX: none waits. */
uint64_t relay_due_ns(const struct relay *relay);

/* Sends frames that the rule holds, in their order, at most so many. Returns how many. */
uint64_t relay_release(struct relay *relay, unsigned rule, uint64_t most);

/* Sends a segment that nobody sent: between the ends of the first frame that the rule holds, with
 * these numbers and flags. Returns false where the rule holds none. */
bool relay_inject(struct relay *relay, unsigned rule, const struct tcp_header *header);

/* Fills in the counts of what waits and of what the rings lost. */
void relay_count(struct relay *relay);

/* The relay's own losses, of both directions: what an ideal wire would have carried. */
uint64_t relay_own_losses(const struct relay_counts counts[RELAY_ENDS]);

#endif
