/* Rules of the wire: which frames it holds, drops, copies or changes. A rule tells frames apart by
 * the end that sent them, by flags, by whether they have data, and by their order. The first rule
 * that takes a frame decides. A gate is a rule that holds all that one end sends. */
#ifndef BENCH_WIRE_RULE_H
#define BENCH_WIRE_RULE_H

#include "bench/wire/frame_queue.h"
#include "bench/wire/frame_tcp.h"

#include <stdbool.h>
#include <stdint.h>

#define RULES_MAX 16

enum rule_action {
	RULE_HOLD, /* until it is released */
	RULE_DROP,
	RULE_COPY,  /* it goes on; a copy is held */
	RULE_SHIFT, /* its timestamps are others */
};

enum rule_payload {
	PAYLOAD_ANY,
	PAYLOAD_SOME,
	PAYLOAD_NONE,
};

struct rule {
	enum rule_action action;
	unsigned from;     /* the end that sent it: enum relay_end */
	uint8_t flags;     /* all of these are set: enum tcp_flag */
	uint8_t not_flags; /* none of these is */
	enum rule_payload payload;
	uint32_t nth; /* that many from when the rule was made, from 1; 0: each */
	/* Of RULE_SHIFT: milliseconds, as Linux counts them (RFC 7323, 5.4), of its own timestamp,
	 * and of the one that it echoes. */
	int32_t shift, shift_echo;
};

struct rule_state {
	struct rule rule;
	bool is_used;
	uint64_t matched, acted;
	uint64_t held; /* frames that wait for their release */
};

/* A frame that is held. */
struct held_frame {
	struct held_frame *next;
	uint64_t since_ns;
	unsigned rule;
	uint16_t length;
	uint8_t direction;
	uint8_t bytes[FRAME_BYTES_MAX];
};

/* Zeroed: there are none. */
struct rules {
	struct rule_state states[RULES_MAX];
	struct held_frame *first, *last; /* in the order in which they came */
};

/* Returns the rule's number, or -1 where there are too many. */
int rules_add(struct rules *rules, const struct rule *rule);

/* The rule takes no more frames; those that it holds stay. */
void rules_retire(struct rules *rules, unsigned rule);

/* The rule that takes the frame, and counts it; NULL: none does. */
struct rule_state *rules_match(struct rules *rules, unsigned from, struct iovec frame);

/* Keeps a copy of the frame. Returns false where there is no memory. */
bool rules_hold(
	struct rules *rules, const struct rule_state *state, uint64_t now_ns, struct iovec frame);

/* The first frame that the rule holds, or NULL; it belongs to the caller, who frees it. */
struct held_frame *rules_take(struct rules *rules, unsigned rule);

/* How many are held of one direction. */
uint64_t rules_held(const struct rules *rules, unsigned direction);

void rules_finish(struct rules *rules);

#endif
