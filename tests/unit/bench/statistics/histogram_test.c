/* The histogram against exact answers: sorted samples, one histogram for all, the .hgrm read back.
 */
#include "bench/statistics/histogram.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SAMPLES 20000
#define LIMIT_NS UINT64_C(100000000000)

static const double quantiles[] = {
	0, 1e-9, 0.01, 0.07, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 0.99999, 1};

/* xorshift64: the same samples on every machine. */
static uint64_t random_next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Even over the logarithm from 1 µs to 100 s, so that every size of bin is met. */
static uint64_t random_duration(uint64_t *seed)
{
	double unit = (double)(random_next(seed) >> 11) / 9007199254740992.0;
	return (uint64_t)(1e3 * pow(1e8, unit));
}

static int compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
	return (a > b) - (a < b);
}

/* At most 0.1 % above, never below. */
static void assert_near(uint64_t value, uint64_t exact)
{
	if (value < exact || (double)(value - exact) > 0.001 * (double)exact)
		fail_msg("%llu is not %llu", (unsigned long long)value, (unsigned long long)exact);
}

static void test_empty(void **state)
{
	struct histogram *h = histogram_create();
	assert_int_equal(histogram_count(h), 0);
	assert_int_equal(histogram_quantile(h, 0.5), 0);
	assert_int_equal(histogram_max(h), 0);
	assert_true(histogram_mean(h) == 0);
	histogram_destroy(h);
	histogram_destroy(NULL);
}

static void test_error_bound_over_the_whole_range(void **state)
{
	struct histogram *h = histogram_create();
	for (double exact = 1e3; exact <= 1e11; exact *= 1.0003) {
		uint64_t ns = (uint64_t)exact;
		histogram_reset(h);
		histogram_record(h, ns);
		/* A larger one, so that the maximum does not correct the answer. */
		histogram_record(h, UINT64_MAX);
		assert_near(histogram_quantile(h, 0.5), ns);
	}
	histogram_destroy(h);
}

static void test_bins_at_powers_of_two(void **state)
{
	struct histogram *h = histogram_create();
	for (uint64_t power = 1; power < LIMIT_NS; power *= 2) {
		for (uint64_t ns = power - 1; ns <= power + 1; ns++) {
			histogram_reset(h);
			histogram_record(h, ns);
			histogram_record(h, UINT64_MAX);
			assert_near(histogram_quantile(h, 0.5), ns);
		}
	}
	histogram_destroy(h);
}

static void test_quantiles_against_sorted_samples(void **state)
{
	static uint64_t samples[SAMPLES];
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct histogram *h = histogram_create();
		uint64_t next = seed * 0x9e3779b97f4a7c15u;
		size_t count = 1 + random_next(&next) % SAMPLES;
		double sum = 0;
		for (size_t i = 0; i < count; i++) {
			samples[i] = random_duration(&next);
			sum += (double)samples[i];
			histogram_record(h, samples[i]);
		}
		qsort(samples, count, sizeof(*samples), compare);
		for (size_t i = 0; i < sizeof(quantiles) / sizeof(*quantiles); i++) {
			double below = ceil(nextafter(quantiles[i], 0) * (double)count);
			size_t rank = below < 1 ? 1 : (size_t)below;
			assert_near(histogram_quantile(h, quantiles[i]), samples[rank - 1]);
		}
		assert_int_equal(histogram_count(h), count);
		assert_int_equal(histogram_max(h), samples[count - 1]);
		assert_int_equal(histogram_quantile(h, 1), samples[count - 1]);
		assert_true(fabs(histogram_mean(h) * (double)count / sum - 1) < 1e-9);
		histogram_destroy(h);
	}
}

/* 0.07 × 100 is rounded up to more than 7: it is the 7th value all the same. */
static void test_quantiles_of_a_hundred(void **state)
{
	struct histogram *h = histogram_create();
	for (uint64_t ns = 1; ns <= 100; ns++)
		histogram_record(h, ns);
	for (uint64_t percent = 1; percent <= 100; percent++)
		assert_int_equal(histogram_quantile(h, (double)percent / 100), percent);
	histogram_destroy(h);
}

static void test_merging_is_recording_all(void **state)
{
	struct histogram *parts[3], *all = histogram_create(), *merged = histogram_create();
	uint64_t seed = 7;
	for (int i = 0; i < 3; i++)
		parts[i] = histogram_create();
	for (int i = 0; i < SAMPLES; i++) {
		uint64_t ns = random_duration(&seed);
		histogram_record(parts[ns % 3], ns);
		histogram_record(all, ns);
	}
	for (int i = 0; i < 3; i++) {
		histogram_add(merged, parts[i]);
		histogram_destroy(parts[i]);
	}
	assert_int_equal(histogram_count(merged), histogram_count(all));
	assert_int_equal(histogram_max(merged), histogram_max(all));
	assert_true(histogram_mean(merged) == histogram_mean(all));
	for (int i = 0; i <= 1000; i++)
		assert_int_equal(histogram_quantile(merged, i / 1000.0),
			histogram_quantile(all, i / 1000.0));
	histogram_destroy(merged);
	histogram_destroy(all);
}

static void test_beyond_the_limit_is_clamped_and_counted(void **state)
{
	struct histogram *h = histogram_create();
	for (int i = 0; i < 9; i++)
		histogram_record(h, 2 * LIMIT_NS);
	histogram_record(h, 3 * LIMIT_NS);
	assert_int_equal(histogram_count(h), 10);
	assert_int_equal(histogram_quantile(h, 0.5), LIMIT_NS);
	assert_int_equal(histogram_max(h), 3 * LIMIT_NS);
	assert_true(histogram_mean(h) == 2.1 * (double)LIMIT_NS);
	histogram_destroy(h);
}

static char *hgrm_of(const struct histogram *histogram)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(histogram_write_hgrm(histogram, out), 0);
	fclose(out);
	return text;
}

/* Each line's count must be the samples up to its value, and reach its percentile. */
static void test_hgrm_is_read_back(void **state)
{
	struct histogram *h = histogram_create();
	uint64_t seed = 3;
	for (int i = 0; i < SAMPLES; i++)
		histogram_record(h, random_duration(&seed));
	char *text = hgrm_of(h), *rest = text;
	char *line = strsep(&rest, "\n");
	assert_string_equal(line, "       Value     Percentile TotalCount 1/(1-Percentile)");
	assert_string_equal(strsep(&rest, "\n"), "");
	double value, percentile, inverse, last_percentile = -1, last_value = 0;
	unsigned long long count = 0;
	int lines = 0, columns = 0;
	for (line = strsep(&rest, "\n"); *line != '#'; line = strsep(&rest, "\n"), lines++) {
		columns = sscanf(line, "%lf %lf %llu %lf", &value, &percentile, &count, &inverse);
		assert_true(percentile > last_percentile && value >= last_value);
		assert_true((double)count >= percentile * SAMPLES - 1e-6);
		uint64_t exact = histogram_quantile(h, (double)count / SAMPLES);
		assert_true(fabs(value * 1e3 - (double)exact) <= 1);
		if (columns == 4)
			assert_true(fabs(inverse * (1 - percentile) - 1) < 0.01);
		last_percentile = percentile;
		last_value = value;
	}
	/* Five steps a halving; 20,000 samples are 14 halvings and a bit. */
	assert_in_range(lines, 5 * 14, 5 * 16 + 1);
	assert_int_equal(columns, 3);
	assert_true(percentile == 1);
	assert_int_equal(count, SAMPLES);
	double mean, deviation, max;
	assert_int_equal(sscanf(line, "#[Mean = %lf, StdDeviation = %lf]", &mean, &deviation), 2);
	assert_true(fabs(mean * 1e3 / histogram_mean(h) - 1) < 1e-6);
	line = strsep(&rest, "\n");
	assert_int_equal(sscanf(line, "#[Max = %lf, Total count = %llu]", &max, &count), 2);
	assert_true(fabs(max * 1e3 - (double)histogram_max(h)) <= 1);
	assert_string_equal(
		strsep(&rest, "\n"), "#[Buckets =           27, SubBuckets     =         2048]");
	assert_string_equal(rest, "");
	free(text);
	histogram_destroy(h);
}

/* The same ten values as HdrHistogram 2.1 prints them. */
static void test_hgrm_letter_by_letter(void **state)
{
	struct histogram *h = histogram_create();
	for (uint64_t i = 1; i <= 10; i++)
		histogram_record(h, i * 100);
	char *text = hgrm_of(h);
	assert_string_equal(text, "       Value     Percentile TotalCount 1/(1-Percentile)\n"
				  "\n"
				  "       0.100 0.000000000000          1           1.00\n"
				  "       0.100 0.100000000000          1           1.11\n"
				  "       0.200 0.200000000000          2           1.25\n"
				  "       0.300 0.300000000000          3           1.43\n"
				  "       0.400 0.400000000000          4           1.67\n"
				  "       0.500 0.500000000000          5           2.00\n"
				  "       0.600 0.550000000000          6           2.22\n"
				  "       0.600 0.600000000000          6           2.50\n"
				  "       0.700 0.650000000000          7           2.86\n"
				  "       0.700 0.700000000000          7           3.33\n"
				  "       0.800 0.750000000000          8           4.00\n"
				  "       0.800 0.775000000000          8           4.44\n"
				  "       0.800 0.800000000000          8           5.00\n"
				  "       0.900 0.825000000000          9           5.71\n"
				  "       0.900 0.850000000000          9           6.67\n"
				  "       0.900 0.875000000000          9           8.00\n"
				  "       0.900 0.887500000000          9           8.89\n"
				  "       0.900 0.900000000000          9          10.00\n"
				  "       1.000 0.912500000000         10          11.43\n"
				  "       1.000 1.000000000000         10\n"
				  "#[Mean    =        0.550, StdDeviation   =        0.287]\n"
				  "#[Max     =        1.000, Total count    =           10]\n"
				  "#[Buckets =           27, SubBuckets     =         2048]\n");
	free(text);
	histogram_destroy(h);
}

/* 1,000 answers of 1 ms, once in 10 ms, and one of 1 s: who had come every 10 ms meanwhile had
 * waited 990, 980, … 10 ms. */
static void test_correction_adds_who_was_not_asked(void **state)
{
	struct histogram *h = histogram_create(), *corrected = histogram_create();
	for (int i = 0; i < 1000; i++)
		histogram_record(h, 1000000);
	histogram_record(h, 1000000000);
	histogram_correct(corrected, h, 10000000);
	assert_int_equal(histogram_count(corrected), 1001 + 99);
	assert_int_equal(histogram_max(corrected), 1000000000);
	assert_in_range(histogram_quantile(h, 0.99), 999000, 1001000);
	/* Rank 1,089 of 1,100: twelve from the longest, which are 1000, 990, 980 … */
	assert_in_range(histogram_quantile(corrected, 0.99), 888000000, 892000000);
	histogram_destroy(h);
	histogram_destroy(corrected);
}

static void test_correction_leaves_alone_what_is_regular(void **state)
{
	struct histogram *h = histogram_create(), *corrected = histogram_create();
	for (uint64_t i = 1; i <= 1000; i++)
		histogram_record(h, i * 1000);
	histogram_correct(corrected, h, 1000000);
	assert_int_equal(histogram_count(corrected), 1000);
	histogram_reset(corrected);
	histogram_correct(corrected, h, 0);
	assert_int_equal(histogram_count(corrected), 1000);
	histogram_destroy(h);
	histogram_destroy(corrected);
}

static void test_hgrm_says_when_it_cannot_be_written(void **state)
{
	struct histogram *h = histogram_create();
	FILE *full = fopen("/dev/full", "w");
	assert_non_null(full);
	assert_int_equal(histogram_write_hgrm(h, full), -1);
	fclose(full);
	histogram_destroy(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_error_bound_over_the_whole_range),
		cmocka_unit_test(test_bins_at_powers_of_two),
		cmocka_unit_test(test_quantiles_against_sorted_samples),
		cmocka_unit_test(test_quantiles_of_a_hundred),
		cmocka_unit_test(test_merging_is_recording_all),
		cmocka_unit_test(test_beyond_the_limit_is_clamped_and_counted),
		cmocka_unit_test(test_correction_adds_who_was_not_asked),
		cmocka_unit_test(test_correction_leaves_alone_what_is_regular),
		cmocka_unit_test(test_hgrm_is_read_back),
		cmocka_unit_test(test_hgrm_letter_by_letter),
		cmocka_unit_test(test_hgrm_says_when_it_cannot_be_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
