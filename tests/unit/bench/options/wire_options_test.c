/* --network and what the wire is told: what is taken, and what is refused with which words. */
#include "bench/options/wire_options.h"

#include "common/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int parse(struct run_options *options, bool network_given, struct error *error)
{
	*error = (struct error){0};
	if (!options->network)
		options->network = "veth";
	return wire_options_parse(options, network_given, error);
}

static void a_pair_of_links_is_the_default(void **state)
{
	struct run_options options = {0};
	struct error error;
	assert_int_equal(parse(&options, false, &error), 0);
	assert_false(options.has_wire);
	assert_true(impairment_is_none(&options.impairment));
}

static void an_option_of_the_wire_asks_for_it(void **state)
{
	struct run_options options = {.rtt = "20ms"}, plain = {.network = "wire"};
	struct error error;
	assert_int_equal(parse(&options, false, &error), 0);
	assert_true(options.has_wire);
	assert_string_equal(options.network, "wire");
	assert_true(options.impairment.delay_ns == 10 * NS_PER_MS);
	assert_int_equal(parse(&plain, true, &error), 0);
	assert_true(plain.has_wire);
	assert_true(impairment_is_none(&plain.impairment));
}

static void each_value_is_read(void **state)
{
	struct run_options options = {.rtt = "20ms",
		.jitter = "500us",
		.loss = "0.1%",
		.duplicate = "0.02",
		.reorder = "100%",
		.link_rate = "100Mbit"};
	const struct impairment *got = &options.impairment;
	struct error error;
	assert_int_equal(parse(&options, false, &error), 0);
	assert_true(got->jitter_ns == 500 * NS_PER_US);
	assert_true(fabs(got->loss - 0.001) < 1e-12);
	assert_true(fabs(got->duplicate - 0.02) < 1e-12);
	assert_true(fabs(got->reorder - 1) < 1e-12);
	assert_true(got->rate_bits_per_s == 100000000);
	options = (struct run_options){.link_rate = "1gbit"};
	assert_int_equal(parse(&options, false, &error), 0);
	assert_true(options.impairment.rate_bits_per_s == 1000000000);
}

static void nonsense_is_refused(void **state)
{
	static const struct {
		struct run_options options;
		bool network_given;
		const char *because;
	} rows[] = {
		{{.network = "tun"}, true, "--network tun: must be veth, wire, shared or isolated"},
		{{.rtt = "20ms"}, true, "--rtt is an option of the wire: --network wire"},
		{{.loss = "1%"}, true, "--loss is an option of the wire"},
		{{.rtt = "soon"}, false, "--rtt soon: must be a time"},
		{{.rtt = "3s"}, false, "up to 2s"},
		{{.rtt = "2ms", .jitter = "1001us"}, false, "--jitter 1001us: a way takes half"},
		{{.jitter = "1ms"}, false, "--jitter 1ms"},
		{{.loss = "101%"}, false, "--loss 101%: must be a share"},
		{{.loss = "-1%"}, false, "--loss -1%: must be a share"},
		{{.loss = "nan"}, false, "--loss nan: must be a share"},
		{{.loss = "1%%"}, false, "--loss 1%%: must be a share"},
		{{.duplicate = ""}, false, "--duplicate : must be a share"},
		{{.reorder = "1%"}, false, "give --rtt, too"},
		{{.link_rate = "bit"}, false, "--link-rate bit: must be bits a second"},
		{{.link_rate = "9k"}, false, "at least 10kbit"},
		{{.link_rate = "100Mbyte"}, false, "must be bits a second"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run_options options = rows[i].options;
		struct error error;
		assert_int_equal(parse(&options, rows[i].network_given, &error), -1);
		assert_int_equal(error.status, STATUS_USAGE);
		if (!strstr(error.text, rows[i].because))
			fail_msg("\"%s\", not \"%s\"", error.text, rows[i].because);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_of_links_is_the_default),
		cmocka_unit_test(an_option_of_the_wire_asks_for_it),
		cmocka_unit_test(each_value_is_read),
		cmocka_unit_test(nonsense_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
