/* How long frames waited for the relay: the time in which at least one of them could have gone on.
 * What it does meanwhile, run or wait for a processor, does not matter. */
#ifndef BENCH_WIRE_BACKLOG_H
#define BENCH_WIRE_BACKLOG_H

#include <stdint.h>

/* Zeroed, there was none. */
struct backlog {
	uint64_t sum_ns;
	uint64_t known_ns; /* the end of the last span */
};

/* One or more frames waited from the first time to the second one. What was counted already is not
 * counted again. */
void backlog_add(struct backlog *backlog, uint64_t from_ns, uint64_t until_ns);

#endif
