/* Clients beside the load are there before anything of the trial is measured. */
#ifndef BENCH_TRIAL_BESIDE_AWAIT_H
#define BENCH_TRIAL_BESIDE_AWAIT_H

#include "bench/trial/stage.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Has them connect, no more at a time than the listener at `server` has room for, and returns 0
 * once the server has accepted each of them, or has let in none for `within_ns`: the others are
 * waited for no longer. Where there are none it returns at once. Returns -1 when the server's
 * sockets cannot be read. */
int beside_await(struct stage *stage, const struct address *server, uint64_t within_ns,
	const volatile bool *interrupted, struct error *error);

#endif
