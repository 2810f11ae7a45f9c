/* The totals of a loader's threads are one in the end: each number is the sum of its own. */
#include "bench/load/load_totals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Every number differs from every other. */
static void totals_fill(struct load_totals *totals, uint64_t from)
{
	assert_int_equal(load_totals_init(totals), 0);
	uint64_t *numbers = (uint64_t *)totals;
	for (size_t i = 0; i < offsetof(struct load_totals, latencies) / sizeof(*numbers); i++)
		numbers[i] = from + i;
	for (int i = 0; i < LATENCIES; i++)
		histogram_record(totals->latencies[i], from + (uint64_t)i);
}

/* The place of a member in the row of numbers that struct load_totals begins with. */
#define AT(member) (offsetof(struct load_totals, member) / sizeof(uint64_t))

/* Numbers of which the sum has the lesser, and those of which it has the greater. */
static const size_t lesser[] = {AT(truncated_ns), AT(no_port_ns), AT(unclosed_ns),
	AT(kept_unanswered_ns), AT(kept_idle_least_ns), AT(closed_late_ns), AT(surplus_ns),
	AT(unanswered_by_fin.first_ns), AT(unanswered_by_fin.least_ns),
	AT(unanswered_by_deadline.first_ns), AT(unanswered_by_deadline.least_ns)};
static const size_t greater[] = {AT(kept_idle_most_ns), AT(closed_late_most_ns),
	AT(unanswered_by_fin.last_ns), AT(unanswered_by_fin.most_ns),
	AT(unanswered_by_deadline.last_ns), AT(unanswered_by_deadline.most_ns)};

static bool is_among(const size_t *places, size_t count, size_t place)
{
	for (size_t i = 0; i < count; i++) {
		if (places[i] == place)
			return true;
	}
	return false;
}

/* Of each event's numbers: the first refusal; the last one, and the connection behind it. */
static size_t place_in_event(size_t place)
{
	size_t numbers = sizeof(struct event_count) / sizeof(uint64_t);
	bool is_in_one = place >= AT(events) && place < AT(events) + EVENTS_MAX * numbers;
	return is_in_one ? (place - AT(events)) % numbers : SIZE_MAX;
}
static bool is_first_of_ramp(size_t place)
{
	return place >= AT(ramp.first_ns) && place < AT(ramp.first_ns) + RAMP_TROUBLES;
}
#define AT_EVENT(member) (offsetof(struct event_count, member) / sizeof(uint64_t))

static void test_sums(void **state)
{
	struct load_totals sum, part;
	totals_fill(&sum, 1000);
	totals_fill(&part, 500000);
	struct load_totals before = sum;
	load_totals_add(&sum, &part);
	const uint64_t *numbers = (const uint64_t *)&sum, *own = (const uint64_t *)&before;
	const uint64_t *added = (const uint64_t *)&part;
	size_t first = AT(first_ns);
	for (size_t i = 0; i < offsetof(struct load_totals, latencies) / sizeof(*numbers); i++) {
		/* Of instants the earlier one, of least and most these: all of `own` is less. */
		bool is_lesser = (i >= first && i < first + OUTCOMES) ||
				 is_among(lesser, sizeof(lesser) / sizeof(lesser[0]), i) ||
				 is_first_of_ramp(i) ||
				 place_in_event(i) == AT_EVENT(refused_first_ns);
		bool is_greater = is_among(greater, sizeof(greater) / sizeof(greater[0]), i) ||
				  place_in_event(i) == AT_EVENT(refused_last_ns) ||
				  place_in_event(i) == AT_EVENT(connected_ns);
		uint64_t wanted = is_lesser ? own[i] : is_greater ? added[i] : own[i] + added[i];
		if (numbers[i] != wanted)
			fail_msg("number %zu of struct load_totals is %llu, not %llu", i,
				(unsigned long long)numbers[i], (unsigned long long)wanted);
	}
	for (int i = 0; i < LATENCIES; i++) {
		assert_int_equal(histogram_count(sum.latencies[i]), 2);
		assert_int_equal(histogram_max(sum.latencies[i]), 500000 + i);
	}
	load_totals_finish(&sum);
	load_totals_finish(&part);
}

static uint64_t first_of_two(uint64_t a, uint64_t b)
{
	struct load_totals sum, part;
	assert_int_equal(load_totals_init(&sum) + load_totals_init(&part), 0);
	sum.first_ns[OUTCOME_RESET] = a;
	part.first_ns[OUTCOME_RESET] = b;
	load_totals_add(&sum, &part);
	load_totals_finish(&part);
	load_totals_finish(&sum);
	return sum.first_ns[OUTCOME_RESET];
}

/* Where a thread met none, its least and most are nothing. */
static void test_least_of_none(void **state)
{
	struct load_totals sum = {0};
	const struct load_totals none = {0}, one = {.kept_unanswered = 1,
						     .kept_unanswered_ns = 9,
						     .kept_idle_least_ns = 5,
						     .kept_idle_most_ns = 5};
	load_totals_add_unanswered(&sum, &none);
	load_totals_add_unanswered(&sum, &one);
	load_totals_add_unanswered(&sum, &none);
	assert_int_equal(sum.kept_unanswered, 1);
	assert_int_equal(sum.kept_unanswered_ns, 9);
	assert_int_equal(sum.kept_idle_least_ns, 5);
	assert_int_equal(sum.kept_idle_most_ns, 5);
}

/* 0 is no instant: it never was. */
static void test_first_instants(void **state)
{
	assert_int_equal(first_of_two(7, 9), 7);
	assert_int_equal(first_of_two(9, 7), 7);
	assert_int_equal(first_of_two(0, 7), 7);
	assert_int_equal(first_of_two(7, 0), 7);
	assert_int_equal(first_of_two(0, 0), 0);
}

static void test_counts_and_balance(void **state)
{
	struct load_totals totals = {.attempted = OUTCOMES + 1};
	for (int i = 0; i < OUTCOMES; i++)
		load_totals_count(&totals, (enum outcome)i, 100 + (uint64_t)i);
	assert_false(load_totals_balances(&totals));
	load_totals_count(&totals, OUTCOME_SHORT, 999);
	assert_true(load_totals_balances(&totals));
	assert_int_equal(totals.first_ns[OUTCOME_SHORT], 100 + OUTCOME_SHORT);
	totals.attempted--;
	assert_false(load_totals_balances(&totals));
}

static void test_tls(void **state)
{
	const struct load_totals parts[] = {
		{.tls = {1, 2, 3, 2, 4, 5, 6, 7, 8, 9, "TLSv1.3", "A", "why", "EC 256"}},
		{.attempted = 1},
		{.tls = {10, 20, 30, 20, 40, 50, 60, 70, 80, 90, "TLSv1.3", "B", "else", "EC 256"}},
	};
	struct load_totals sum;
	assert_int_equal(load_totals_init(&sum), 0);
	assert_null(sum.tls.version);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		load_tls_add(&sum.tls, &parts[i].tls);
	assert_int_equal(sum.tls.handshakes, 11);
	assert_int_equal(sum.tls.resumed, 22);
	assert_int_equal(sum.tls.failed, 33);
	assert_int_equal(sum.tls.notified, 44);
	assert_int_equal(sum.tls.peer_notified, 55);
	assert_int_equal(sum.tls.truncated, 66);
	assert_int_equal(sum.tls.broken, 22);
	assert_string_equal(sum.tls.failure, "why");
	assert_int_equal(sum.tls.alerts_sent, 77);
	assert_int_equal(sum.tls.alerts_received, 88);
	assert_int_equal(sum.tls.handshake_cpu_ns, 99);
	assert_string_equal(sum.tls.version, "TLSv1.3");
	assert_string_equal(sum.tls.cipher, "mixed");
	assert_string_equal(sum.tls.key, "EC 256");
	load_tls_add(&sum.tls, &(struct load_tls){.key = "RSA 2048"});
	assert_string_equal(sum.tls.key, "mixed");
	load_totals_finish(&sum);
}

/* What a result file can hold is INT64_MAX. */
static void test_bytes(void **state)
{
	uint64_t sum = 3;
	load_totals_add_bytes(&sum, 4);
	assert_int_equal(sum, 7);
	load_totals_add_bytes(&sum, INT64_MAX - 8);
	assert_int_equal(sum, INT64_MAX - 1);
	load_totals_add_bytes(&sum, 2);
	assert_int_equal(sum, INT64_MAX);
	load_totals_add_bytes(&sum, UINT64_MAX);
	assert_int_equal(sum, INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_first_instants),
		cmocka_unit_test(test_least_of_none),
		cmocka_unit_test(test_counts_and_balance),
		cmocka_unit_test(test_tls),
		cmocka_unit_test(test_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
