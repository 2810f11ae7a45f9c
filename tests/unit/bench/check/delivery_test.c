/* Exchanges in a fixed order of events: what is lost, and who closes first, is the same at any
 * speed of the machine. Every strategy of the registry is what its table says. Exits 77 where
 * namespaces are impossible. */
#include "bench/check/delivery.h"

#include "bench/network/netns.h"
#include "strategies/core/registry.h"
#include "teardown/hooks.h"
#include "tests/unit/bench/network/namespaces.h"
#include "tests/unit/bench/network/network_of_family.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static struct network network;

static struct delivery_result delivered(
	const struct td_strategy *strategy, enum delivery_client client)
{
	const struct delivery_spec spec = {&network, strategy, client};
	struct error error = {.text = ""};
	struct delivery_result result;
	print_message("%s, a client that %s\n", strategy->name, delivery_client_texts[client]);
	if (delivery_run(&spec, &result, &error) == -1)
		fail_msg("%s", error.text);
	return result;
}

/* The tail of delayed-close is lost only after its deadline, and no deadline passes here. */
static bool loses(const struct td_strategy *strategy, enum delivery_client client)
{
	if (client == DELIVERY_SENDS_ON)
		return (strategy->gives_up & TD_GIVES_UP_TAIL) &&
		       strcmp(strategy->name, "delayed-close") != 0;
	return client == DELIVERY_READS_LATE && strcmp(strategy->name, "reset") == 0;
}

static void every_strategy_does_what_its_table_says(void **state)
{
	for (size_t i = 0; i < registry_count; i++)
		for (enum delivery_client client = 0; client < DELIVERY_CLIENTS; client++) {
			const struct td_strategy *s = registry_strategies[i];
			struct delivery_result result = delivered(s, client);
			assert_in_range(result.received, 1, delivery_bytes[client]);
			assert_int_equal(
				result.received < delivery_bytes[client], loses(s, client));
			if (!s->claim_is_race)
				assert_int_equal(result.first_closer, s->first_closer);
		}
}

static struct td_strategy made_up(td_hook *server, td_hook *client)
{
	return (struct td_strategy){
		TD_STRATEGY_HEADER,
		.name = "made-up",
		.summary = "Made by a test.",
		.first_closer = TD_SERVER,
		.holder = TD_SERVER,
		.announces_close = true,
		.server = {.exchange_done = server},
		.client = {.exchange_done = client},
	};
}

static void who_closes_first_is_a_race_where_both_close(void **state)
{
	const struct td_strategy both = made_up(td_close_after_last, td_close_after_last);
	assert_int_equal(delivered(&both, DELIVERY_READS_LATE).first_closer, TD_SERVER);
	assert_int_equal(delivered(&both, DELIVERY_ACTS_FIRST).first_closer, TD_CLIENT);
}

static void nobody_closes_first_where_both_wait(void **state)
{
	const struct td_strategy none = made_up(td_wait_after_last, td_wait_after_last);
	for (enum delivery_client client = 0; client < DELIVERY_CLIENTS; client++) {
		struct delivery_result result = delivered(&none, client);
		assert_int_equal(result.first_closer, TD_NONE);
		assert_int_equal(result.received, delivery_bytes[client]);
	}
}

static bool is_whole(const struct td_strategy *strategy, enum delivery_client client)
{
	return delivered(strategy, client).received == delivery_bytes[client];
}

static enum td_verdict reset_now(const struct td_view *view)
{
	return TD_RESET;
}

/* What was acknowledged is not lost by a reset, what was not is. */
static void a_reset_loses_what_was_not_acknowledged(void **state)
{
	struct td_strategy s = made_up(reset_now, td_wait_after_last);
	assert_false(is_whole(&s, DELIVERY_READS_LATE));
	s.server = (struct td_end){
		.exchange_done = td_wait_after_last, .acked = reset_now, .wants_acked = true};
	assert_true(is_whole(&s, DELIVERY_READS_LATE));
	assert_true(is_whole(&s, DELIVERY_SENDS_ON));
	/* The client's FIN comes long before the response was read. */
	s = made_up(td_wait_after_last, td_wait_after_last);
	s.client.request_sent = td_half_close_after_last;
	s.server.peer_fin = reset_now;
	assert_false(is_whole(&s, DELIVERY_READS_LATE));
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	network_of_family_create(&network, AF_INET);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_strategy_does_what_its_table_says),
		cmocka_unit_test(who_closes_first_is_a_race_where_both_close),
		cmocka_unit_test(nobody_closes_first_where_both_wait),
		cmocka_unit_test(a_reset_loses_what_was_not_acknowledged),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	network_destroy(&network);
	return failed;
}
