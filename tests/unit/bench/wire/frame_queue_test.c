/* Frames come out by their time, those of the same time as they came in, and whole. */
#include "bench/wire/frame_queue.h"
#include "common/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ROOM 500

static bool put(struct frame_queue *queue, uint64_t due_ns, uint32_t what)
{
	uint8_t bytes[60] = {0};
	memcpy(bytes, &what, sizeof(what));
	return frame_queue_put(queue, due_ns, what % 2, bytes, sizeof(bytes));
}

static uint32_t take(struct frame_queue *queue)
{
	const struct frame *frame = frame_queue_first(queue);
	uint32_t what;
	assert_non_null(frame);
	assert_int_equal(frame->length, 60);
	memcpy(&what, frame->bytes, sizeof(what));
	assert_int_equal(frame->direction, what % 2);
	frame_queue_take(queue);
	return what;
}

static void those_of_one_time_keep_their_order(void **state)
{
	struct frame_queue queue;
	assert_true(frame_queue_init(&queue, ROOM));
	assert_null(frame_queue_first(&queue));
	for (uint32_t i = 0; i < ROOM; i++)
		assert_true(put(&queue, i % 3, i));
	for (uint32_t time = 0; time < 3; time++)
		for (uint32_t i = time; i < ROOM; i += 3)
			assert_int_equal(take(&queue), i);
	assert_null(frame_queue_first(&queue));
	frame_queue_finish(&queue);
}

static void a_full_queue_takes_no_more(void **state)
{
	struct frame_queue queue;
	static const uint8_t long_one[FRAME_BYTES_MAX + 1];
	assert_true(frame_queue_init(&queue, 2));
	assert_false(frame_queue_put(&queue, 0, 0, long_one, sizeof(long_one)));
	assert_true(frame_queue_put(&queue, 0, 0, long_one, FRAME_BYTES_MAX));
	assert_true(put(&queue, 1, 1));
	assert_false(put(&queue, 2, 2));
	frame_queue_take(&queue);
	assert_true(put(&queue, 0, 3));
	assert_int_equal(take(&queue), 3);
	assert_int_equal(take(&queue), 1);
	frame_queue_finish(&queue);
}

/* Held against a search of all. */
static void any_order_comes_out_sorted(void **state)
{
	struct frame_queue queue;
	uint64_t random = 3, due_ns[ROOM];
	bool in[ROOM] = {false};
	uint32_t count = 0;
	assert_true(frame_queue_init(&queue, ROOM));
	for (unsigned step = 0; step < 20000; step++) {
		uint32_t i = (uint32_t)random_below(&random, ROOM);
		if (!in[i]) {
			/* No two are due at the same time. */
			due_ns[i] = random_below(&random, 1000) * ROOM + i;
			assert_true(put(&queue, due_ns[i], i));
			in[i] = true;
			count++;
		} else {
			uint32_t first = ROOM;
			for (uint32_t j = 0; j < ROOM; j++)
				if (in[j] && (first == ROOM || due_ns[j] < due_ns[first]))
					first = j;
			assert_int_equal(take(&queue), first);
			in[first] = false;
			count--;
		}
		assert_int_equal(queue.count, count);
	}
	frame_queue_finish(&queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_of_one_time_keep_their_order),
		cmocka_unit_test(a_full_queue_takes_no_more),
		cmocka_unit_test(any_order_comes_out_sorted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
