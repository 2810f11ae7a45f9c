/* What the responses of a run need to arrive in time, worked by hand, and what is said of it. */
#include "bench/trial/response_time.h"

#include "common/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A thousand bytes on ten connections within two seconds: 5,000 bytes a second. */
static struct run_options options_make(void)
{
	return (struct run_options){
		.response_bytes = 1000,
		.connections = 10,
		.threads = 3,
		.server_threads = 2,
		.timeout_ns = 2 * NS_PER_S,
		.loader = "builtin",
	};
}

static void needs(const struct run_options *options, double wanted)
{
	double found = response_time_needs(options);
	if (!(fabs(found - wanted) <= 1e-9 * wanted))
		fail_msg("%.17g, not %.17g", found, wanted);
}

static void test_what_is_needed(void **state)
{
	struct run_options o = options_make();
	needs(&o, 5000);
	o.request_bytes = 1000;
	needs(&o, 10000);
	o.request_bytes = 0;
	/* No more connections than --total. */
	o.total = 3;
	needs(&o, 1500);
	o.total = 30;
	needs(&o, 5000);
	/* An open loop goes on at its rate; one response alone takes its time, too. */
	o.rate = 7;
	needs(&o, 7000);
	o.timeout_ns = NS_PER_S / 10;
	needs(&o, 10000);
	o = options_make();
	o.server_command = "nginx";
	needs(&o, 0);
	o = options_make();
	o.loader = "wrk";
	needs(&o, 0);
}

static void test_what_is_said(void **state)
{
	char text[400];
	struct run_options o = options_make();
	o.response_bytes = 1000000000;
	/* 5 GB/s are needed; of three threads and two, two carry. */
	assert_string_equal(response_time_warn(&o, 2.5e9, text, sizeof(text)), "");
	assert_string_equal(response_time_warn(&o, 2.4e9, text, sizeof(text)),
		"responses of 1000000000 bytes on 10 connections at once need 5 GB/s to arrive "
		"within --timeout (2 s); this host was just seen to carry 4.8 GB/s: some will time "
		"out (fewer --connections, a longer --timeout)");
	o.rate = 8;
	assert_string_equal(response_time_warn(&o, 1e9, text, sizeof(text)),
		"responses of 1000000000 bytes at 8/s need 8 GB/s to arrive within --timeout (2 "
		"s); this host was just seen to carry 2 GB/s: they pile up until they time out or "
		"starts are missed (a lower --rate)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_needed),
		cmocka_unit_test(test_what_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
