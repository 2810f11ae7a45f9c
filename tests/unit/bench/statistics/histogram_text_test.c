/* Histograms as text: what another implementation of HdrHistogram wrote is read, what is written is
 * read back bin by bin, and what is no such text is refused. */
#include "bench/statistics/histogram_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Written by hdr-histogram-js 3.0.1, of 1 to 100000000000 with three digits: 1, twice 5, 2047,
 * 2048, 2050, twice 123456, 987654321, 99999999999, and 70000 times 40000. That library sets the
 * head's offset and ratio otherwise than HdrHistogram's own, and does not read them: they are put
 * right. */
#define OF_OTHERS                                                                                  \
	"HISTFAAAADl4nJNpmSzMwMAgwQABzFCaEYjFPcpeMNh/gIowsbJ8lGdiYtrv/OAox2kploXnGZleZzIBAAd2C9E="

static const uint64_t known[] = {1, 5, 5, 2047, 2048, 2050, 123456, 123456, 987654321, 99999999999};

static struct histogram *known_create(void)
{
	struct histogram *h = histogram_create();
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		histogram_record(h, known[i]);
	for (size_t i = 0; i < 70000; i++)
		histogram_record(h, 40000);
	return h;
}

static uint64_t *bins_create(void)
{
	return calloc(HISTOGRAM_BINS, sizeof(uint64_t));
}

static void test_bins_of_others_are_ours(void **state)
{
	struct histogram *h = known_create();
	uint64_t count = 5, *bins = bins_create();
	assert_int_equal(histogram_text_add(OF_OTHERS, bins, &count), 0);
	assert_int_equal(count, 5 + histogram_count(h));
	assert_memory_equal(bins, histogram_bins(h), HISTOGRAM_BINS * sizeof(*bins));
	free(bins);
	histogram_destroy(h);
}

static void written_is_read(const struct histogram *h)
{
	uint64_t count = 0, *bins = bins_create();
	char *text = histogram_text(h);
	struct histogram *back = histogram_create();
	assert_memory_equal(text, "HISTFAAA", 8);
	assert_int_equal(histogram_text_add(text, bins, &count), 0);
	assert_memory_equal(bins, histogram_bins(h), HISTOGRAM_BINS * sizeof(*bins));
	assert_int_equal(histogram_restore(back, bins, histogram_max(h), histogram_mean(h)), 0);
	assert_int_equal(histogram_count(back), histogram_count(h));
	assert_int_equal(histogram_max(back), histogram_max(h));
	assert_float_equal(histogram_mean(back), histogram_mean(h), 1e-9 * histogram_mean(h));
	for (int i = 0; i <= 1000; i++)
		assert_int_equal(
			histogram_quantile(back, i / 1000.0), histogram_quantile(h, i / 1000.0));
	histogram_destroy(back);
	free(text);
	free(bins);
}

static void test_written_is_read_back(void **state)
{
	struct histogram *h = histogram_create();
	written_is_read(h);
	/* Beyond the last bin. */
	histogram_record(h, 5 * HISTOGRAM_LIMIT_NS);
	written_is_read(h);
	/* Counts of one byte and of several, and each bin used. */
	for (uint64_t ns = 0; ns < HISTOGRAM_LIMIT_NS; ns += ns / 1500 + 1)
		histogram_record(h, ns);
	for (int i = 0; i < 100000; i++)
		histogram_record(h, 7);
	written_is_read(h);
	histogram_destroy(h);
	h = known_create();
	written_is_read(h);
	histogram_destroy(h);
}

static void test_texts_add_up(void **state)
{
	struct histogram *h = known_create();
	uint64_t count = 0, *bins = bins_create();
	for (int i = 0; i < 3; i++)
		assert_int_equal(histogram_text_add(OF_OTHERS, bins, &count), 0);
	for (size_t i = 0; i < HISTOGRAM_BINS; i++)
		assert_int_equal(bins[i], 3 * histogram_bins(h)[i]);
	assert_int_equal(count, 3 * histogram_count(h));
	count = UINT64_MAX;
	assert_int_equal(histogram_text_add(OF_OTHERS, bins, &count), -1);
	count = 0;
	memset(bins, 0xff, HISTOGRAM_BINS * sizeof(*bins));
	assert_int_equal(histogram_text_add(OF_OTHERS, bins, &count), -1);
	free(bins);
	histogram_destroy(h);
}

static void refused(const char *text)
{
	uint64_t count = 0, *bins = bins_create();
	if (histogram_text_add(text, bins, &count) != -1)
		fail_msg("\"%s\" was read", text);
	free(bins);
}

static void test_what_is_no_histogram_is_refused(void **state)
{
	char text[sizeof(OF_OTHERS)];
	refused("");
	refused("HIST");
	refused("no base64!");
	refused("AAAAAAAAAAAAAAAA");
	for (size_t length = 4; length < strlen(OF_OTHERS); length += 4) {
		memcpy(text, OF_OTHERS, sizeof(text));
		text[length] = '\0';
		refused(text);
	}
	for (size_t i = 0; i < strlen(OF_OTHERS) - 2; i++) {
		memcpy(text, OF_OTHERS, sizeof(text));
		text[i] = '=';
		refused(text);
	}
}

/* The same values with two digits, and with a unit of 10 ns, and up to 1000 s: the same library
 * wrote them. */
static void test_other_bins_are_refused(void **state)
{
	refused("HISTFAAAACl4nJNpmSzMwMDAwQABTFCaEYjFPcpeMNh/gAgIM91lZXrNzwQAeHsGMw==");
	refused("HISTFAAAACd4nJNpmSzMwMDAzgABzFCaC4jFPcpeMNh/gIowlTNN9mUCAHDzBaQ=");
	refused("HISTFAAAACl4nJNpmSzMwMDAwQABzFCaEYhfXFkqwGD/ASIgzHSRnWl5GRMAiMIHAQ==");
}

static void test_numbers_that_do_not_fit_are_refused(void **state)
{
	uint64_t *bins = bins_create();
	struct histogram *h = histogram_create();
	bins[5] = 3;
	assert_int_equal(histogram_restore(h, bins, 5, 5), 0);
	assert_int_equal(histogram_restore(h, bins, 4, 4), -1);
	assert_int_equal(histogram_restore(h, bins, 6, 5), -1);
	assert_int_equal(histogram_restore(h, bins, 5, 6), -1);
	assert_int_equal(histogram_restore(h, bins, 5, -1), -1);
	bins[4] = UINT64_MAX;
	assert_int_equal(histogram_restore(h, bins, 5, 5), -1);
	histogram_destroy(h);
	free(bins);
}

/* 12345678901 ns, as ten digits of microseconds tell it, lies in the bin's neighbourhood. */
static void test_a_maximum_that_was_rounded_is_taken(void **state)
{
	uint64_t *bins = bins_create();
	struct histogram *h = histogram_create(), *back = histogram_create();
	/* The lowest value of its bin: 1476 << 23. */
	histogram_record(h, UINT64_C(12381585408));
	memcpy(bins, histogram_bins(h), HISTOGRAM_BINS * sizeof(*bins));
	assert_int_equal(histogram_restore(back, bins, UINT64_C(12381585400), 12381585400.0), 0);
	assert_int_equal(histogram_restore(back, bins, UINT64_C(12381585000), 12381585000.0), -1);
	histogram_destroy(back);
	histogram_destroy(h);
	free(bins);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bins_of_others_are_ours),
		cmocka_unit_test(test_written_is_read_back),
		cmocka_unit_test(test_texts_add_up),
		cmocka_unit_test(test_what_is_no_histogram_is_refused),
		cmocka_unit_test(test_other_bins_are_refused),
		cmocka_unit_test(test_numbers_that_do_not_fit_are_refused),
		cmocka_unit_test(test_a_maximum_that_was_rounded_is_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
