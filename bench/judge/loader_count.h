/* How many requests a third-party loader made: what it says itself, unless what was counted
 * contradicts it. */
#ifndef BENCH_JUDGE_LOADER_COUNT_H
#define BENCH_JUDGE_LOADER_COUNT_H

#include "bench/trial/record.h"

#include <stdbool.h>
#include <stdint.h>

/* Why it is not what the loader says. */
enum loader_doubt {
	LOADER_BELIEVED,
	LOADER_BEYOND_SERVER, /* more requests than the server answers before it closes */
	LOADER_BEYOND_BYTES,  /* more than fit into what was sent */
	LOADER_WITH_FAILED,   /* its rate counts what failed */
	LOADER_BEYOND_TIME,   /* its rate is not of its requests */
};

struct loader_count {
	double requests, per_s; /* that are taken; each may be unknown (NAN) */
	enum loader_doubt doubt;
	/* What the doubt rests on: bytes of a connection; seconds in which something was sent. */
	double bytes, active_s;
};

/* Whether what is taken is the most that there can have been, and no count. */
static inline bool loader_count_is_at_most(const struct loader_count *count)
{
	return count->doubt == LOADER_BEYOND_SERVER || count->doubt == LOADER_BEYOND_BYTES;
}

/* Of a loader whose output is known; `opened` connections. */
struct loader_count loader_count_of(const struct trial *trial, uint64_t opened);

/* Bytes of data that the server sent on all connections, by those whose beginning and end were
 * seen; NAN: too few were. */
double loader_count_server_bytes(const struct trial *trial, uint64_t opened);

/* Bytes that the loader takes for received, and that the server cannot have sent: 0 where it says
 * nothing about it. */
double loader_count_missing_bytes(const struct trial *trial, uint64_t opened);

#endif
