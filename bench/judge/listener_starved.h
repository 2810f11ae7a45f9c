/* Connections that waited for most of the load in the queue of one of several listeners of the port
 * (SO_REUSEPORT), while the others had none. */
#ifndef BENCH_JUDGE_LISTENER_STARVED_H
#define BENCH_JUDGE_LISTENER_STARVED_H

#include "bench/trial/record.h"

/* NULL: it was not seen; or what keeps its process from accepting, or the end of the trial
 * (never-accepted), tells more. */
const struct listener_wait *listener_starved_of(const struct trial *trial);

#endif
