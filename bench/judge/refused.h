/* Connects of a third-party loader that were refused: it does not tell them. */
#ifndef BENCH_JUDGE_REFUSED_H
#define BENCH_JUDGE_REFUSED_H

#include "bench/judge/estimate.h"
#include "bench/trial/record.h"

#include <stdint.h>

/* Those of the load of which the packet tap saw `seen`. Where it looks at a share of the
 * connections, the packets say when SYNs were refused, and the client's kernel how many were in
 * all: `seen` has its share of those. */
struct estimate refused_of(const struct trial *trial, uint64_t seen);

#endif
