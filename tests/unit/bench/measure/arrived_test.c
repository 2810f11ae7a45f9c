/* How many bytes of a client's stream had come, by how it ended. */
#include "bench/measure/arrived.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ISN UINT32_C(0xffffff00) /* the numbers turn within the stream */
#define AT(bytes) ((uint32_t)(ISN + 1 + (bytes)))

static void assert_arrived(
	uint64_t bytes, const struct late_data_track *track, const struct tcp_ending_end *client)
{
	struct arrived counts = {.connections = 2, .bytes = 7};
	arrived_tally(&counts, track, client);
	assert_int_equal(counts.connections, 3);
	assert_int_equal(counts.bytes, 7 + bytes);
}

static void test_a_fin_lies_behind_all(void **state)
{
	const struct late_data_track seen = {.at_ns = 1, .end = AT(900), .is_known = true};
	const struct late_data_track unseen = {.is_known = true};
	const struct tcp_ending_end client = {.isn = ISN, .fin = true, .fin_seq = AT(1000)};
	assert_arrived(1000, &seen, &client);
	assert_arrived(1000, &unseen, &client);
	/* A RST behind the FIN has its number, which is no byte. */
	const struct tcp_ending_end reset = {
		.isn = ISN, .fin = true, .fin_seq = AT(1000), .rst = true, .rst_seq = AT(1001)};
	assert_arrived(1000, &seen, &reset);
}

static void test_a_rst_in_place_of_the_fin(void **state)
{
	const struct late_data_track seen = {.at_ns = 1, .end = AT(900), .is_known = true};
	const struct tcp_ending_end closed = {.isn = ISN, .rst = true, .rst_seq = AT(1000)};
	assert_arrived(1000, &seen, &closed);
	/* It answers a segment that was sent before the last bytes came. */
	const struct tcp_ending_end answered = {.isn = ISN, .rst = true, .rst_seq = AT(500)};
	assert_arrived(900, &seen, &answered);
}

static void test_nothing_came(void **state)
{
	const struct late_data_track none = {.is_known = true};
	const struct tcp_ending_end silent = {.isn = ISN};
	assert_arrived(0, &none, &silent);
}

static void test_not_all_was_looked_at(void **state)
{
	const struct late_data_track track = {.at_ns = 1, .end = AT(900)};
	const struct tcp_ending_end client = {.isn = ISN, .fin = true, .fin_seq = AT(1000)};
	struct arrived counts = {0};
	arrived_tally(&counts, &track, &client);
	assert_int_equal(counts.connections + counts.bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_fin_lies_behind_all),
		cmocka_unit_test(test_a_rst_in_place_of_the_fin),
		cmocka_unit_test(test_nothing_came),
		cmocka_unit_test(test_not_all_was_looked_at),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
