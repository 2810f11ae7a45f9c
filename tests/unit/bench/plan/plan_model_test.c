/* Figures of a plan, worked out by hand; those of 2,000 ports were measured on Linux 6.18. */
#include "bench/plan/plan_model.h"

#include "made_up_plan.h"
#include "strategies/core/registry.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct plan_figures figures_of(const struct plan_asked *asked, const char *strategy)
{
	return plan_figures_of(asked, registry_find(strategy, NULL));
}

static void test_small_range(void **state)
{
	struct plan_asked asked = made_up_asked(32, 40001, 42000);
	struct plan_figures figures = figures_of(&asked, "client-close");
	assert_near(figures.lasts_per_s, 32.2331);
	assert_near(figures.slow_from_per_s, 16.1166);
	assert_near(figures.ports_held, 1985.54);
	assert_true(figures.fits && figures.is_slow);
	assert_near(figures.exhausted_after_s, NAN);
	asked.requests_per_s = 33;
	figures = figures_of(&asked, "client-close");
	assert_false(figures.fits || figures.is_slow);
	assert_near(figures.exhausted_after_s, 60.6061);
	/* Measured: 30.4 s. */
	assert_near(figures.slow_after_s, 30.3030);
	assert_near(figures.ports_held, 2000);
	assert_near(figures.addresses_needed, 2);
	assert_near(figures.requests_per_connection_needed, 2);
	asked.requests_per_s = 64;
	asked.addresses = 2;
	assert_true(figures_of(&asked, "client-close").fits);
	asked.requests_per_s = 65;
	assert_false(figures_of(&asked, "client-close").fits);
}

static void test_where_it_slows_down(void **state)
{
	struct plan_asked asked = made_up_asked(16, 40001, 42000);
	assert_false(figures_of(&asked, "client-close").is_slow);
	assert_near(figures_of(&asked, "client-close").slow_after_s, NAN);
	asked.requests_per_s = 17;
	assert_true(figures_of(&asked, "client-close").is_slow);
	assert_near(figures_of(&asked, "client-close").slow_after_s, 58.8235);
	/* IP_LOCAL_PORT_RANGE: no parity first. It has 64,512 ports, whatever was asked. */
	asked.requests_per_s = 1000;
	struct plan_figures wide = figures_of(&asked, "wide-ports");
	assert_near(wide.lasts_per_s, 1039.711);
	assert_near(wide.slow_from_per_s, NAN);
	assert_near(wide.slow_after_s, NAN);
	assert_true(wide.fits && !wide.is_slow);
}

static void test_reuse(void **state)
{
	struct plan_asked asked = made_up_asked(14000, 32768, 60999);
	struct plan_figures figures = figures_of(&asked, "tw-reuse");
	assert_near(figures.lasts_per_s, 28232);
	assert_near(figures.slow_from_per_s, 14116);
	assert_true(figures.fits && !figures.is_slow);
	/* Its own delay, 50 ms, whatever was asked. */
	assert_near(figures_of(&asked, "tw-reuse-fast").lasts_per_s, 564640);
	asked.reuse_delay_s = 0;
	assert_near(figures_of(&asked, "tw-reuse").lasts_per_s, 28232000);
	/* No TIME_WAIT keeps a port from bind(2). */
	assert_near(figures_of(&asked, "bind-reuse").lasts_per_s, NAN);
}

/* What the host itself has: reserved ports, and tcp_tw_reuse, which a strategy does without. */
static void test_of_the_host(void **state)
{
	struct plan_asked asked = made_up_asked(32, 40001, 42000);
	asked.ports_taken = 100;
	assert_near(figures_of(&asked, "client-close").lasts_per_s, 1900 / 62.048);
	asked.reuses = true;
	assert_near(figures_of(&asked, "client-close").lasts_per_s, 1900);
	assert_near(figures_of(&asked, "tw-reuse-fast").lasts_per_s, 1900 / 0.05);
	asked.ports_taken = 2000;
	assert_near(figures_of(&asked, "client-close").ports, 1);
}

static void test_open_connections(void **state)
{
	struct plan_asked asked = made_up_asked(100, 40001, 42000);
	asked.round_trip_s = 0.1;
	/* Handshake, request and close: three round trips; two where a reset ends it. */
	struct plan_figures figures = figures_of(&asked, "graceful");
	assert_near(figures.lasts_per_s, 2000 / 0.3);
	assert_near(figures.ports_held, 30);
	assert_near(figures.open_connections, 30);
	assert_near(figures_of(&asked, "reset").lasts_per_s, 2000 / 0.2);
	assert_near(figures_of(&asked, "client-close").lasts_per_s, 2000 / 62.348);
	/* 100/10 x (62.048 + 12 x 0.1) = 632.48. */
	asked.requests_per_connection = 10;
	assert_near(figures_of(&asked, "client-close").ports_held, 632.48);
	/* The requests themselves take all of the ports: 20,000 x 0.1. */
	asked.requests_per_s = 20000;
	assert_near(figures_of(&asked, "client-close").requests_per_connection_needed, NAN);
}

/* What would do does, and one less does not. */
static void test_needed_is_least(void **state)
{
	static const double rates[] = {33, 500, 9999};
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct plan_asked asked = made_up_asked(rates[i], 40001, 42000), again = asked;
		again.round_trip_s = asked.round_trip_s = 0.03;
		struct plan_figures figures = figures_of(&asked, "client-close");
		again.addresses = figures.addresses_needed;
		assert_true(figures_of(&again, "client-close").fits);
		again.addresses--;
		assert_false(figures_of(&again, "client-close").fits);
		again.addresses = 1;
		again.requests_per_connection = (uint64_t)figures.requests_per_connection_needed;
		assert_true(figures_of(&again, "client-close").fits);
		again.requests_per_connection--;
		assert_false(figures_of(&again, "client-close").fits);
	}
}

static void test_time_wait(void **state)
{
	struct plan_asked asked = made_up_asked(10, 40001, 42000);
	struct plan_figures client = figures_of(&asked, "client-close");
	assert_near(client.client_time_wait, 620.48);
	assert_near(client.client_bytes, 620.48 * 512);
	assert_true(client.server_time_wait == 0);
	/* A port that is free is chosen again: 45 % of 1,000 are passed in 10 s, and one in 4.5 is
	 * taken: 1,000 x (1 - 0.9^6.2048). Measured: 478. */
	struct plan_figures server = figures_of(&asked, "server-close");
	assert_near(server.server_time_wait, 479.904);
	assert_near(server.server_bytes, 479.904 * 256);
	assert_true(server.client_time_wait == 0);
	/* bind(2) goes through the ports in turn. */
	assert_near(figures_of(&asked, "bind-reuse").client_time_wait, 620.48);
	/* 1,600 are open: connections take ports of both parities.
	 * 2,000 x (1 - 0.92^6.2048); 1,000 x (1 - 0.9^6.2048). */
	asked.round_trip_s = 100.0 / 3;
	asked.requests_per_s = 16;
	assert_near(figures_of(&asked, "server-close").server_time_wait, 807.823);
	asked.requests_per_s = 10;
	assert_near(figures_of(&asked, "server-close").server_time_wait, 479.904);
	asked.round_trip_s = 0;
	struct plan_figures none = figures_of(&asked, "reset");
	assert_true(none.server_time_wait == 0 && none.client_time_wait == 0);
	struct plan_figures both = figures_of(&asked, "simultaneous");
	assert_true(both.server_time_wait > 0 && both.client_time_wait > 0);
}

/* 100,000 connections from four addresses left 99,204 TIME_WAITs of 256 bytes and 131,081 buckets
 * of 128 (Linux 6.18, ports 1024-65535, of which one parity was tried): 42.17 MB. */
static void test_memory_of_addresses(void **state)
{
	struct plan_asked asked = made_up_asked(99204 / 62.048, 1024, 65535);
	asked.addresses = 4;
	struct plan_figures figures = figures_of(&asked, "client-close");
	assert_near(figures.client_bytes, 99204 * (256 + 128.0) + 32256 * 128.0);
	assert_true(fabs(figures.client_bytes / 42.17e6 - 1) < 0.005);
	/* The bucket of port and address is shared, too. */
	asked.addresses = 1;
	asked.destinations = 4;
	figures = figures_of(&asked, "client-close");
	assert_near(figures.client_bytes, 99204 * 256.0 + 2 * 32256 * 128.0);
}

/* 20 KB take two flights: what would do does, and one less does not. */
static void test_responses(void **state)
{
	struct plan_asked asked = made_up_asked(5000, 40001, 42000);
	asked.round_trip_s = 0.03;
	asked.response_bytes = 20000;
	struct plan_figures figures = figures_of(&asked, "client-close");
	assert_near(figures.costs.open_s, 0.12);
	asked.requests_per_connection = (uint64_t)figures.requests_per_connection_needed;
	assert_true(figures_of(&asked, "client-close").fits);
	asked.requests_per_connection--;
	assert_false(figures_of(&asked, "client-close").fits);
}

static void test_hosts(void **state)
{
	struct plan_asked asked = made_up_asked(128, 40001, 42000);
	asked.hosts = 4;
	struct plan_figures figures = figures_of(&asked, "client-close");
	assert_near(figures.lasts_per_s, 4 * 32.2331);
	assert_near(figures.ports_held, 1985.54);
	asked.requests_per_s = 40;
	assert_near(figures_of(&asked, "server-close").server_time_wait, 4 * 479.904);
}

static void test_cap(void **state)
{
	struct plan_asked asked = made_up_asked(1000, 32768, 60999);
	/* The strategy's own cap is 1,000, at the server. */
	struct plan_figures figures = figures_of(&asked, "tw-cap");
	assert_near(figures.server_time_wait, 1000);
	assert_true(figures.server_is_capped && figures.fits);
	assert_false(figures_of(&asked, "server-close").server_is_capped);
	/* With fewer TIME_WAITs than ports the client's never run out. */
	asked.time_wait_most = 28231;
	figures = figures_of(&asked, "client-close");
	assert_true(figures.fits);
	asked.time_wait_most = 28232;
	figures = figures_of(&asked, "client-close");
	assert_false(figures.fits || figures.client_is_capped);
	/* Those hold a port that are younger than tcp_tw_reuse_delay, 1 s. */
	asked.time_wait_most = 5000;
	assert_near(figures_of(&asked, "tw-reuse").ports_held, 1000);
	assert_near(figures_of(&asked, "client-close").ports_held, 5000);
	assert_near(figures_of(&asked, "bind-reuse").ports_held, 0);
	asked.requests_per_s = 6000;
	assert_near(figures_of(&asked, "tw-reuse").ports_held, 5000);
}

static void test_no_rate(void **state)
{
	struct plan_asked asked = made_up_asked(NAN, 32768, 60999);
	struct plan_figures figures = figures_of(&asked, "client-close");
	assert_near(figures.lasts_per_s, 455.003);
	assert_near(figures.ports_held, NAN);
	assert_near(figures.client_time_wait, NAN);
	/* 100 requests on a connection. */
	assert_near(figures_of(&asked, "keep-alive").requests_per_connection, 100);
}

/* Whichever end closes first, and before the hosts' own ports end. */
static void test_nat(void **state)
{
	struct plan_asked asked = made_up_asked(400, 32768, 60999);
	asked.hosts = 400;
	asked.round_trip_s = 0.03;
	asked.nat_ports = 1024;
	asked.nat_hold_s = 120;
	const char *const strategies[] = {"graceful", "client-close"};
	for (size_t i = 0; i < 2; i++) {
		struct plan_figures figures = figures_of(&asked, strategies[i]);
		/* 1024 / (120 + 3 x 0.03), and 1024 / 400. */
		assert_near(figures.lasts_per_s, 8.526938);
		assert_near(figures.slow_from_per_s, NAN);
		assert_near(figures.exhausted_after_s, 2.56);
		assert_near(figures.nat.held, 1024);
		/* 400 x 120.09 of 1024; 400 / 48 x (120 + 50 x 0.03) is 1012.5, and of 47 1034. */
		assert_near(figures.nat.addresses_needed, 47);
		assert_near(figures.requests_per_connection_needed, 48);
		assert_near(figures.addresses_needed, 1);
		assert_false(figures.fits || figures.is_slow);
	}
	asked.requests_per_s = 17;
	assert_false(figures_of(&asked, "graceful").fits);
	asked.destinations = 2;
	assert_true(figures_of(&asked, "graceful").fits);
	assert_near(figures_of(&asked, "graceful").nat.held, 17 * 120.09);
	asked.requests_per_s = NAN;
	assert_near(figures_of(&asked, "graceful").lasts_per_s, 17.053876);
}

static void test_nat_that_does(void **state)
{
	struct plan_asked asked = made_up_asked(2, 40001, 40100);
	asked.nat_ports = 1024;
	asked.nat_hold_s = 120;
	struct plan_figures figures = figures_of(&asked, "client-close");
	assert_true(figures.nat.fits && !figures.fits);
	assert_near(figures.nat.held, 240);
	assert_near(figures.exhausted_after_s, 50);
	assert_near(figures.lasts_per_s, 1.6116554);
	/* It holds none behind the close. */
	asked.nat_hold_s = 0;
	assert_near(figures_of(&asked, "graceful").lasts_per_s, NAN);
	asked.nat_ports = 0;
	assert_near(figures_of(&asked, "graceful").nat.ports, NAN);
	assert_true(figures_of(&asked, "graceful").fits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_range),
		cmocka_unit_test(test_where_it_slows_down),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_of_the_host),
		cmocka_unit_test(test_open_connections),
		cmocka_unit_test(test_needed_is_least),
		cmocka_unit_test(test_time_wait),
		cmocka_unit_test(test_memory_of_addresses),
		cmocka_unit_test(test_responses),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_no_rate),
		cmocka_unit_test(test_nat),
		cmocka_unit_test(test_nat_that_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
