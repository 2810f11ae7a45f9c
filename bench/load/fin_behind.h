/* How long the server's FIN came behind the last bytes of its last response. */
#ifndef BENCH_LOAD_FIN_BEHIND_H
#define BENCH_LOAD_FIN_BEHIND_H

#include "bench/load/connection.h"

#include <stdint.h>

/* By the kernel's clock, so that what the loader itself was late with is not in it. Asked for only
 * where it may be ENDING_LATE_NS or more; else 0. The FIN is the last segment that has come. */
uint64_t fin_behind_ns(const struct connection *c, uint64_t now_ns);

#endif
