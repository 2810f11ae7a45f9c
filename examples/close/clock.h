/* Not about closing: a clock that nobody sets. */
#ifndef CLOCK_H
#define CLOCK_H

#include <time.h>

static inline long long now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static inline time_t now_s(void)
{
	return (time_t)(now_ms() / 1000);
}

#endif
