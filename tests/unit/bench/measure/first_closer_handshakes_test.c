/* How long handshakes took, by tables of segments: times worked out by hand. */
#include "bench/measure/first_closer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define US UINT64_C(1000)
#define ISN 1000

static void see(struct first_closer *judge, uint16_t port, enum td_who from, bool syn, bool has_ack,
	uint32_t ack, uint64_t at_us)
{
	const struct first_closer_segment segment = {
		.at_ns = at_us * US,
		.from = from,
		.client_address = {1},
		.client_port = port,
		.seq = from == TD_CLIENT ? ISN : 5000,
		.ack = ack,
		.syn = syn,
		.rst = !syn,
		.has_ack = has_ack,
	};
	first_closer_see(judge, &segment);
}

static void syn(struct first_closer *judge, uint16_t port, uint64_t at_us)
{
	see(judge, port, TD_CLIENT, true, false, 0, at_us);
}

static void syn_ack(struct first_closer *judge, uint16_t port, uint64_t at_us)
{
	see(judge, port, TD_SERVER, true, true, ISN + 1, at_us);
}

static struct handshake_times times_of(struct first_closer *judge)
{
	struct first_closer_counts counts;
	first_closer_finish(judge, &counts);
	first_closer_destroy(judge);
	return counts.handshakes;
}

/* Within the width of the histogram's bin. */
static void about(uint64_t ns, uint64_t us)
{
	assert_in_range(ns, us * US, us * US + us * US / 1000 + 1);
}

static void of_a_hundred(void **state)
{
	struct first_closer *judge = first_closer_create();
	assert_non_null(judge);
	for (uint16_t i = 1; i <= 100; i++) {
		syn(judge, i, 100000u * i);
		syn_ack(judge, i, 100000u * i + i);
	}
	struct handshake_times times = times_of(judge);
	assert_int_equal(times.count, 100);
	about(times.median_ns, 50);
	about(times.p99_ns, 99);
	assert_int_equal(times.most_ns, 100 * US);
}

/* From the first SYN on, to the first SYN-ACK. */
static void what_is_sent_again(void **state)
{
	struct first_closer *judge = first_closer_create();
	assert_non_null(judge);
	syn(judge, 7, 1000);
	syn(judge, 7, 1001000);
	syn(judge, 7, 3001000);
	syn_ack(judge, 7, 3001020);
	syn_ack(judge, 7, 4001020);
	struct handshake_times times = times_of(judge);
	assert_int_equal(times.count, 1);
	assert_int_equal(times.most_ns, 3000020 * US);
}

/* The port comes again: its time begins anew, though the earlier connection never was answered. */
static void a_port_that_comes_again(void **state)
{
	struct first_closer *judge = first_closer_create();
	assert_non_null(judge);
	syn(judge, 7, 1000);
	const struct first_closer_segment next = {.at_ns = 9000 * US,
		.from = TD_CLIENT,
		.client_address = {1},
		.client_port = 7,
		.seq = 77777,
		.syn = true};
	first_closer_see(judge, &next);
	syn_ack(judge, 7, 9010); /* of the earlier one */
	see(judge, 7, TD_SERVER, true, true, 77778, 9030);
	struct handshake_times times = times_of(judge);
	assert_int_equal(times.count, 1);
	assert_int_equal(times.most_ns, 30 * US);
}

static void refused_or_not_answered(void **state)
{
	struct first_closer *judge = first_closer_create();
	assert_non_null(judge);
	syn(judge, 7, 1000);
	see(judge, 7, TD_SERVER, false, true, ISN + 1, 1005);
	syn(judge, 8, 1000);
	struct handshake_times times = times_of(judge);
	assert_int_equal(times.count, 0);
	assert_int_equal(times.most_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_a_hundred),
		cmocka_unit_test(what_is_sent_again),
		cmocka_unit_test(a_port_that_comes_again),
		cmocka_unit_test(refused_or_not_answered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
