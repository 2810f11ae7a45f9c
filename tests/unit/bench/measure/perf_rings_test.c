/* Records that are written into rings as the kernel writes them. */
#include "bench/measure/perf_rings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define RINGS 3
#define BYTES 128
#define MOST 16

static struct perf_event_mmap_page pages[RINGS];
static char data[RINGS][BYTES];
static struct perf_ring rings[RINGS];
static uint32_t seen_types[MOST];
static uint64_t seen_words[MOST];
static size_t seen_lengths[MOST], seen;

static int begin(void **state)
{
	(void)state;
	seen = 0;
	for (size_t i = 0; i < RINGS; i++) {
		pages[i] = (struct perf_event_mmap_page){.data_head = 1000, .data_tail = 1000};
		rings[i] = (struct perf_ring){&pages[i], data[i], BYTES, 0, 0};
	}
	return 0;
}

static void write_words(size_t ring, const uint64_t *words, size_t count)
{
	for (size_t i = 0; i < count; i++, pages[ring].data_head += sizeof(*words))
		memcpy(data[ring] + pages[ring].data_head % BYTES, &words[i], sizeof(*words));
}

static uint64_t header(uint32_t type, uint16_t words)
{
	struct perf_event_header it = {.type = type, .size = (uint16_t)(words * 8)};
	uint64_t word;
	memcpy(&word, &it, sizeof(word));
	return word;
}

/* A sample says who, when, what; each other record what, who, when. `what` is a word. */
static void write_record(size_t ring, uint32_t type, uint64_t time_ns, uint64_t what)
{
	bool is_sample = type == PERF_RECORD_SAMPLE;
	const uint64_t words[] = {header(type, 4), is_sample ? 7 : what, is_sample ? time_ns : 7,
		is_sample ? what : time_ns};
	write_words(ring, words, 4);
}

static void see(const struct perf_record *record, void *argument)
{
	(void)argument;
	assert_in_range(seen, 0, MOST - 1);
	seen_types[seen] = record->type;
	seen_lengths[seen] = record->length;
	memcpy(&seen_words[seen], record->bytes + (record->type == PERF_RECORD_SAMPLE ? 16 : 0), 8);
	seen++;
}

static void assert_seen(const uint64_t *words, size_t count)
{
	assert_int_equal(seen, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(seen_words[i], words[i]);
		assert_int_equal(seen_lengths[i], seen_types[i] == PERF_RECORD_SAMPLE ? 24 : 8);
	}
	seen = 0;
}

/* A process is made by one processor, goes elsewhere and connects on others. */
static void test_in_the_order_of_time(void **state)
{
	(void)state;
	write_record(2, PERF_RECORD_FORK, 10, 1);
	write_record(0, PERF_RECORD_NAMESPACES, 20, 2);
	write_record(1, PERF_RECORD_SAMPLE, 30, 3);
	write_record(0, PERF_RECORD_SAMPLE, 40, 4);
	write_record(2, PERF_RECORD_COMM, 50, 5);
	perf_rings_take(rings, RINGS, UINT64_MAX, see, NULL);
	assert_seen((const uint64_t[]){1, 2, 3, 4, 5}, 5);
	perf_rings_take(rings, RINGS, UINT64_MAX, see, NULL);
	assert_seen(NULL, 0);
}

/* What is too new waits, and is behind what is older and comes late. */
static void test_before_a_time(void **state)
{
	(void)state;
	write_record(0, PERF_RECORD_SAMPLE, 30, 3);
	write_record(1, PERF_RECORD_SAMPLE, 19, 1);
	write_record(1, PERF_RECORD_SAMPLE, 40, 4);
	perf_rings_take(rings, RINGS, 20, see, NULL);
	assert_seen((const uint64_t[]){1}, 1);
	write_record(2, PERF_RECORD_FORK, 20, 2);
	perf_rings_take(rings, RINGS, 20, see, NULL);
	assert_seen(NULL, 0);
	perf_rings_take(rings, RINGS, 40, see, NULL);
	assert_seen((const uint64_t[]){2, 3}, 2);
	perf_rings_take(rings, RINGS, 41, see, NULL);
	assert_seen((const uint64_t[]){4}, 1);
}

/* Records of 40 bytes in a ring of 128: header, body and time lie across its end, one after
 * another. */
static void test_across_the_end(void **state)
{
	(void)state;
	for (uint64_t i = 1; i <= 40; i++) {
		const uint64_t words[] = {header(PERF_RECORD_COMM, 5), i, 9, 7, i};
		write_words(0, words, 5);
		perf_rings_take(rings, RINGS, i, see, NULL);
		assert_int_equal(seen, 0);
		perf_rings_take(rings, RINGS, i + 1, see, NULL);
		assert_int_equal(seen, 1);
		assert_int_equal(seen_words[0], i);
		assert_int_equal(seen_lengths[0], 16);
		seen = 0;
	}
	assert_int_equal(pages[0].data_tail, pages[0].data_head);
}

/* What is behind a record that no kernel writes cannot be found, but what comes later can. */
static void test_nonsense(void **state)
{
	(void)state;
	const uint64_t words[] = {header(PERF_RECORD_COMM, 2), 5};
	write_words(0, words, 2);
	write_record(0, PERF_RECORD_SAMPLE, 30, 3);
	write_record(1, PERF_RECORD_SAMPLE, 40, 4);
	perf_rings_take(rings, RINGS, UINT64_MAX, see, NULL);
	assert_seen((const uint64_t[]){4}, 1);
	write_record(0, PERF_RECORD_SAMPLE, 50, 5);
	perf_rings_take(rings, RINGS, UINT64_MAX, see, NULL);
	assert_seen((const uint64_t[]){5}, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_in_the_order_of_time, begin),
		cmocka_unit_test_setup(test_before_a_time, begin),
		cmocka_unit_test_setup(test_across_the_end, begin),
		cmocka_unit_test_setup(test_nonsense, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
