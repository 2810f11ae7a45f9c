/* Time in nanoseconds: CLOCK_MONOTONIC, everywhere but for processor time, and for what is told to
 * other hosts. */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_US UINT64_C(1000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

static inline uint64_t clock_timespec_ns(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * NS_PER_S + (uint64_t)t->tv_nsec;
}

static inline uint64_t clock_now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return clock_timespec_ns(&t);
}

/* By the host's clock: microseconds since 1970. */
static inline uint64_t clock_unix_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return clock_timespec_ns(&t) / NS_PER_US;
}

/* Processor time that the calling thread has taken: what waits for a processor takes none. */
static inline uint64_t clock_thread_cpu_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return clock_timespec_ns(&t);
}

/* At most `ns`: a signal ends it. */
static inline void clock_pause(uint64_t ns)
{
	nanosleep(&(struct timespec){.tv_sec = (time_t)(ns / NS_PER_S),
			  .tv_nsec = (long)(ns % NS_PER_S)},
		NULL);
}

#endif
