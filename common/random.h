/* splitmix64: good enough to shuffle and to resample, the same on every machine. */
#ifndef COMMON_RANDOM_H
#define COMMON_RANDOM_H

#include <stdint.h>

static inline uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Above 0, up to 1, so that its logarithm is finite. */
static inline double random_share(uint64_t *state)
{
	return ((double)(random_next(state) >> 11) + 1) * 0x1p-53;
}

/* 0 to count - 1; the bias is below count / 2^64. */
static inline uint64_t random_below(uint64_t *state, uint64_t count)
{
	return (uint64_t)((unsigned __int128)random_next(state) * count >> 64);
}

#endif
