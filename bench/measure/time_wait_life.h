/* How long a TIME_WAIT of this kernel lives. The kernel sets a timer of 60 s (TCP_TIMEWAIT_LEN),
 * and its timer wheel fires a timer at the next tick of the level that the timer lies in, never
 * before its time (kernel/time/timer.c, calc_index). That tick is seconds long, and its length
 * follows from HZ, so a TIME_WAIT lives longer than 60 s: between 60.0 and 62.05 s at HZ 250. */
#ifndef BENCH_MEASURE_TIME_WAIT_LIFE_H
#define BENCH_MEASURE_TIME_WAIT_LIFE_H

#include <stdint.h>

struct time_wait_life {
	uint32_t hz; /* 0: not known, and the rest is that of HZ 100, the longest in use */
	/* The least and the most that one lives, and the mean over many. What must last takes the
	 * most; a gauge that is expected takes the mean. */
	double least_s, mean_s, most_s;
};

/* The source of HZ, as results name it. */
extern const char *const time_wait_life_source;

struct time_wait_life time_wait_life_of(uint32_t hz);

/* The life on the kernel that runs: clock_getres(CLOCK_MONOTONIC_COARSE) is 1/HZ. */
struct time_wait_life time_wait_life_here(void);

/* HZ whose tick is so long; 0 where no kernel's is. */
uint32_t time_wait_life_hz(uint64_t tick_ns);

#endif
