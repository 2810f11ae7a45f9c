#include "bench/statistics/histogram.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HALF_BITS HISTOGRAM_HALF_BITS
#define HALF (UINT64_C(1) << HALF_BITS)
#define LIMIT_NS HISTOGRAM_LIMIT_NS
#define DOUBLINGS HISTOGRAM_DOUBLINGS
#define BINS HISTOGRAM_BINS
#define ROUNDED 1e-9
#define TICKS_PER_HALF_DISTANCE 5

struct histogram {
	uint64_t count;
	uint64_t max;
	unsigned __int128 sum;
	uint64_t bins[BINS];
};

static size_t bin_index(uint64_t ns)
{
	if (ns > LIMIT_NS)
		ns = LIMIT_NS;
	if (ns < 2 * HALF)
		return ns;
	unsigned shift = 63 - HALF_BITS - (unsigned)__builtin_clzll(ns);
	return (shift << HALF_BITS) + (ns >> shift);
}

/* The highest value that falls into the bin. */
static uint64_t bin_high(size_t bin)
{
	if (bin < 2 * HALF)
		return bin;
	unsigned shift = (unsigned)(bin >> HALF_BITS) - 1;
	uint64_t high = ((bin - (shift << HALF_BITS) + 1) << shift) - 1;
	return high < LIMIT_NS ? high : LIMIT_NS;
}

struct histogram *histogram_create(void)
{
	return calloc(1, sizeof(struct histogram));
}

size_t histogram_size(void)
{
	return sizeof(struct histogram);
}

void histogram_destroy(struct histogram *histogram)
{
	free(histogram);
}

static void record_many(struct histogram *histogram, uint64_t ns, uint64_t count)
{
	histogram->bins[bin_index(ns)] += count;
	histogram->count += count;
	histogram->sum += (unsigned __int128)ns * count;
	if (ns > histogram->max)
		histogram->max = ns;
}

void histogram_record(struct histogram *histogram, uint64_t ns)
{
	record_many(histogram, ns, 1);
}

void histogram_reset(struct histogram *histogram)
{
	memset(histogram, 0, sizeof(*histogram));
}

void histogram_add(struct histogram *histogram, const struct histogram *other)
{
	for (size_t bin = 0; bin < BINS; bin++)
		histogram->bins[bin] += other->bins[bin];
	histogram->count += other->count;
	histogram->sum += other->sum;
	if (other->max > histogram->max)
		histogram->max = other->max;
}

void histogram_correct(
	struct histogram *histogram, const struct histogram *other, uint64_t interval_ns)
{
	histogram_add(histogram, other);
	for (size_t bin = 0; bin < BINS && interval_ns > 0; bin++) {
		uint64_t count = other->bins[bin];
		if (count == 0)
			continue;
		for (uint64_t left = bin_high(bin); left >= 2 * interval_ns;) {
			left -= interval_ns;
			record_many(histogram, left, count);
		}
	}
}

const uint64_t *histogram_bins(const struct histogram *histogram)
{
	return histogram->bins;
}

int histogram_restore(
	struct histogram *histogram, const uint64_t bins[BINS], uint64_t max_ns, double mean_ns)
{
	uint64_t count = 0;
	size_t highest = 0;
	for (size_t bin = 0; bin < BINS; bin++) {
		if (__builtin_add_overflow(count, bins[bin], &count))
			return -1;
		highest = bins[bin] ? bin : highest;
	}
	/* A number that went through a text of ten digits may lie just beside its bin. */
	double slack = ROUNDED * (double)max_ns;
	if (bin_index(max_ns + (uint64_t)slack) < highest ||
		bin_index(max_ns - (uint64_t)slack) > highest ||
		!(mean_ns >= 0 && mean_ns <= (double)max_ns + slack))
		return -1;
	memcpy(histogram->bins, bins, sizeof(histogram->bins));
	histogram->count = count;
	histogram->max = max_ns;
	histogram->sum = (unsigned __int128)(mean_ns * (double)count);
	return 0;
}

uint64_t histogram_count(const struct histogram *histogram)
{
	return histogram->count;
}

uint64_t histogram_max(const struct histogram *histogram)
{
	return histogram->max;
}

double histogram_mean(const struct histogram *histogram)
{
	return histogram->count ? (double)histogram->sum / (double)histogram->count : 0;
}

static uint64_t bin_value(const struct histogram *histogram, size_t bin)
{
	uint64_t high = bin_high(bin);
	return high < histogram->max ? high : histogram->max;
}

uint64_t histogram_quantile(const struct histogram *histogram, double quantile)
{
	if (histogram->count == 0)
		return 0;
	if (quantile >= 1)
		return histogram->max;
	/* The quantile is taken one step down, as the product may be rounded up: 0.07 × 100 is the
	 * 7th value, not the 8th. */
	double wanted = quantile > 0 ? ceil(nextafter(quantile, 0) * (double)histogram->count) : 0;
	uint64_t rank = wanted < 1 ? 1 : (uint64_t)wanted;
	uint64_t seen = 0;
	size_t bin = 0;
	while (bin < BINS - 1 && (seen += histogram->bins[bin]) < rank)
		bin++;
	return bin_value(histogram, bin);
}

static double deviation(const struct histogram *histogram)
{
	double mean = histogram_mean(histogram), squares = 0;
	for (size_t bin = 0; bin < BINS; bin++) {
		double distance = (double)bin_value(histogram, bin) - mean;
		squares += (double)histogram->bins[bin] * distance * distance;
	}
	return histogram->count ? sqrt(squares / (double)histogram->count) : 0;
}

/* The next level, in percent: five steps for each halving of the distance to 100. */
static double level_next(double level)
{
	double halvings = floor(log2(100 / (100 - level))) + 1;
	return level + 100 / (TICKS_PER_HALF_DISTANCE * exp2(halvings));
}

static void levels_write(const struct histogram *histogram, FILE *out)
{
	double level = 0;
	uint64_t seen = 0;
	for (size_t bin = 0; bin < BINS && seen < histogram->count; bin++) {
		seen += histogram->bins[bin];
		double value = (double)bin_value(histogram, bin) / 1e3;
		double reached = 100 * (double)seen / (double)histogram->count;
		while (histogram->bins[bin] && reached >= level) {
			fprintf(out, "%12.3f %2.12f %10" PRIu64 " %14.2f\n", value, level / 100,
				seen, 1 / (1 - level / 100));
			level = level_next(level);
			/* The bin that ends the count is shown once, then as the maximum. */
			if (seen == histogram->count)
				break;
		}
	}
	if (histogram->count)
		fprintf(out, "%12.3f %2.12f %10" PRIu64 "\n", (double)histogram->max / 1e3, 1.0,
			seen);
}

int histogram_write_hgrm(const struct histogram *histogram, FILE *out)
{
	fprintf(out, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
		"1/(1-Percentile)");
	levels_write(histogram, out);
	fprintf(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n",
		histogram_mean(histogram) / 1e3, deviation(histogram) / 1e3);
	fprintf(out, "#[Max     = %12.3f, Total count    = %12" PRIu64 "]\n",
		(double)histogram->max / 1e3, histogram->count);
	fprintf(out, "#[Buckets = %12d, SubBuckets     = %12" PRIu64 "]\n", DOUBLINGS + 1,
		2 * HALF);
	return fflush(out) == 0 && !ferror(out) ? 0 : -1;
}
