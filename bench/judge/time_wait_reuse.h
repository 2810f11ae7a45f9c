/* Whether connect(2) of an end is given a port in TIME_WAIT again, and when. */
#ifndef BENCH_JUDGE_TIME_WAIT_REUSE_H
#define BENCH_JUDGE_TIME_WAIT_REUSE_H

#include "bench/trial/record.h"

#include <stdbool.h>

/* The end whose tcp_timestamps are off, as results name it: then no connection of the load has
 * them. NULL: they are on at both. */
const char *time_wait_reuse_lacks_timestamps(const struct trial *trial);

/* Whether net.ipv4.tcp_tw_reuse lets the client: 1, with timestamps. 2 is for loopback alone. */
bool time_wait_is_reused(const struct trial *trial);

/* The same of either end, for connections to elsewhere or over its loopback. */
bool time_wait_is_reused_by(const struct trial *trial, enum td_who end, bool over_loopback);

/* How old a TIME_WAIT of that end has to be then. */
double time_wait_reuse_delay_s(const struct trial *trial, enum td_who end);
/* For how long one holds its port then: more than 0. */
double time_wait_reuse_hold_s(const struct trial *trial, enum td_who end);

#endif
