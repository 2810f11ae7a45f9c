#include "bench/load/connect_bins.h"

uint32_t connect_bin(uint64_t ns)
{
	if (ns < 16)
		return (uint32_t)ns;
	uint32_t octave = 63u - (uint32_t)__builtin_clzll(ns);
	uint32_t bin = (octave - 3) * 16 + (uint32_t)(ns >> (octave - 4) & 15);
	return bin < CONNECT_BINS ? bin : CONNECT_BINS - 1;
}

uint64_t connect_bin_ns(uint32_t bin)
{
	if (bin < 16)
		return bin;
	uint32_t octave = bin / 16 + 3;
	return (UINT64_C(16) + bin % 16) << (octave - 4);
}

uint64_t connect_bins_median_ns(const uint32_t *bins, const uint32_t *before)
{
	uint64_t seen = 0, passed = 0, median_ns = 0;
	for (uint32_t b = 0; b < CONNECT_BINS; b++)
		seen += bins[b] - before[b];
	for (uint32_t b = 0; b < CONNECT_BINS && seen > 0 && passed * 2 < seen; b++) {
		passed += bins[b] - before[b];
		median_ns = connect_bin_ns(b);
	}
	return median_ns;
}
