/* One connection, segment by segment, with the states of both ends: what a ladder shows, whoever
 * draws it. */
#ifndef BENCH_TRACE_LADDER_H
#define BENCH_TRACE_LADDER_H

#include "bench/trace/connection.h"
#include "bench/trace/tcp_states.h"
#include "bench/trace/tls_reader.h"

#include <stdbool.h>
#include <stddef.h>

/* Segments that are kept of one connection; the rest are counted. */
#define LADDER_ROWS_MAX 100000

struct ladder_row {
	uint64_t at_ns;
	uint64_t packet;
	struct tcp_header tcp;
	uint8_t side;      /* as in struct connection */
	uint32_t notes;    /* bits of enum connection_note */
	uint8_t states[2]; /* of the sides, once the segment was sent: enum tcp_state */
	/* The state of its side between sending it and getting what crosses it. */
	uint8_t passed;
	size_t folded; /* so many rows from here on may be told together; 0: none */
	/* Of data that a file tells of as one: more than one segment. */
	uint64_t segments, bytes;
	uint32_t delivered_row; /* the row after which the other end had it */
};

struct ladder {
	struct ladder_row *rows;
	size_t count, room;
	uint64_t left_out;
	struct tls_reader tls;
	uint32_t bases[2]; /* sequence numbers are told relative to these */
	uint8_t initial[2];
	/* What a side has of an older connection of the same ports, where somebody knows that. */
	uint8_t older[2];
	/* The state in which its kernel had a side in the end, where no segment tells that (a timer
	 * or a setting ended the connection) and somebody knows it. */
	uint8_t untold[2];
};

static inline bool ladder_has_untold(const struct ladder *ladder)
{
	return ladder->untold[0] != STATE_UNKNOWN || ladder->untold[1] != STATE_UNKNOWN;
}

/* What stands beside such states. */
#define LADDER_UNTOLD "(by the kernel's word)"

/* Zeroed, it is empty. A segment for which there is no memory is left out, and counted. */
void ladder_add(
	struct ladder *ladder, unsigned side, unsigned notes, const struct segment *segment);

/* Follows the states, and finds where rows may be folded. `client` is the client's side. */
void ladder_settle(struct ladder *ladder, unsigned client);

/* What the rows hold that are told together, by side. */
struct ladder_fold {
	uint64_t segments[2], bytes[2];
};

struct ladder_fold ladder_fold_sum(const struct ladder *ladder, size_t at, size_t count);

/* A number of a side, relative to its first. */
static inline uint32_t ladder_seq(const struct ladder *ladder, unsigned side, uint32_t seq)
{
	return seq - ladder->bases[side];
}

/* A row's own number, as it is told: that of a refusal is 0, and not relative to anything. */
uint32_t ladder_shown_seq(const struct ladder *ladder, const struct ladder_row *row);

/* "FIN, ACK": in Wireshark's order. Returns `text`. */
#define LADDER_FLAGS_SIZE 48
const char *ladder_flags(const struct tcp_header *header, char text[LADDER_FLAGS_SIZE]);

/* The flags that such a text names. */
uint8_t ladder_flags_of(const char *text);

void ladder_finish(struct ladder *ladder);

#endif
