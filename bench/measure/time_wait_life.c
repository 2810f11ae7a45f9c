#include "bench/measure/time_wait_life.h"

#include "common/clock.h"

#include <time.h>

/* include/net/tcp.h: TCP_TIMEWAIT_LEN. */
#define TIMER_S 60
/* kernel/time/timer.c: a level has 64 buckets, and its tick is 8 times that of the level below. */
#define LEVEL_BUCKETS 64
#define LEVEL_FACTOR 8
/* What kernels are configured with: 24 to 1200 (MIPS, Alpha); x86, arm and others 100 to 1000. */
#define HZ_LEAST 24
#define HZ_MOST 1200
#define HZ_WITH_LONGEST_TICK 100

const char *const time_wait_life_source =
	"60 s (TCP_TIMEWAIT_LEN), up to the timer wheel's next tick at that distance; HZ from "
	"clock_getres(CLOCK_MONOTONIC_COARSE)";

/* Jiffies of a tick of the level that a timer so far ahead lies in (LVL_START, LVL_GRAN). */
static uint32_t wheel_tick(uint32_t jiffies_ahead)
{
	uint32_t tick = 1;
	while (jiffies_ahead >= (LEVEL_BUCKETS - 1) * tick)
		tick *= LEVEL_FACTOR;
	return tick;
}

struct time_wait_life time_wait_life_of(uint32_t hz)
{
	uint32_t taken = hz ? hz : HZ_WITH_LONGEST_TICK;
	double tick_s = (double)wheel_tick(TIMER_S * taken) / taken;
	return (struct time_wait_life){
		.hz = hz,
		.least_s = TIMER_S,
		.mean_s = TIMER_S + tick_s / 2,
		.most_s = TIMER_S + tick_s,
	};
}

uint32_t time_wait_life_hz(uint64_t tick_ns)
{
	uint64_t hz = tick_ns ? (NS_PER_S + tick_ns / 2) / tick_ns : 0;
	return hz >= HZ_LEAST && hz <= HZ_MOST ? (uint32_t)hz : 0;
}

struct time_wait_life time_wait_life_here(void)
{
	struct timespec tick = {0};
	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	return time_wait_life_of(time_wait_life_hz(clock_timespec_ns(&tick)));
}
