/* Which bytes of one direction of a connection were captured, each counted once: by the sequence
 * numbers that a segment takes. In order it is three numbers; where bytes are missing, a list of
 * the holes, which is bounded. */
#ifndef BENCH_TRACE_BYTE_LEDGER_H
#define BENCH_TRACE_BYTE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

struct byte_holes;

/* Zeroed: nothing is known. */
struct byte_ledger {
	uint64_t bytes : 60;
	uint64_t begun : 1;       /* `first` and `next` are known */
	uint64_t first_known : 1; /* by the SYN: nothing lies before it */
	uint64_t overflown : 1;   /* more holes than are kept: the count may lack bytes */
	uint32_t first;           /* the lowest number that counts */
	uint32_t next;            /* behind the highest that was seen */
	struct byte_holes *holes; /* NULL: none yet */
};

/* What a segment brought. */
enum byte_news {
	BYTES_NONE,   /* no payload */
	BYTES_NEW,    /* in order: it goes on where the last one ended */
	BYTES_AHEAD,  /* new, and bytes before it are missing */
	BYTES_LATE,   /* new, but others after it came before */
	BYTES_AGAIN,  /* seen before, all of it */
	BYTES_ASTRAY, /* not of this connection, by its number */
};

/* The SYN was seen: data begins at this number. */
void byte_ledger_begin(struct byte_ledger *ledger, uint32_t first);

/* Data of `length` bytes at `seq`. */
enum byte_news byte_ledger_add(struct byte_ledger *ledger, uint32_t seq, uint32_t length);

/* Of the bytes that were captured, those at or behind `acked`. */
uint64_t byte_ledger_behind(const struct byte_ledger *ledger, uint32_t acked);

/* Whether bytes before `acked` are missing. */
bool byte_ledger_has_gap_before(const struct byte_ledger *ledger, uint32_t acked);

void byte_ledger_finish(struct byte_ledger *ledger);

#endif
