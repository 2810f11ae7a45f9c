/* hgrm_samples SAMPLES HGRM: writes the same random durations as numbers, one a line in
 * nanoseconds, and as a histogram's percentile text, for another implementation to compare. */
#include "bench/statistics/histogram.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define SAMPLES 50000

static uint64_t random_next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

int main(int argc, char **argv)
{
	uint64_t seed = 2463534242;
	struct histogram *h = histogram_create();
	FILE *samples = argc == 3 ? fopen(argv[1], "we") : NULL;
	FILE *hgrm = argc == 3 ? fopen(argv[2], "we") : NULL;
	if (!h || !samples || !hgrm) {
		fputs("usage: hgrm_samples SAMPLES HGRM\n", stderr);
		return 2;
	}
	/* Even over the logarithm from 1 µs to 90 s. */
	for (int i = 0; i < SAMPLES; i++) {
		double unit = (double)(random_next(&seed) >> 11) / 9007199254740992.0;
		uint64_t ns = (uint64_t)(1e3 * pow(9e7, unit));
		histogram_record(h, ns);
		fprintf(samples, "%" PRIu64 "\n", ns);
	}
	int failed = histogram_write_hgrm(h, hgrm) | fclose(samples) | fclose(hgrm);
	histogram_destroy(h);
	return failed != 0;
}
