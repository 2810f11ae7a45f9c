/* --source-port and --client-close: what they change in a strategy, and what is recorded. */
#include "bench/options/client_end.h"
#include "strategies/core/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *name;
	const char *source;
	bool open; /* to --client-close */
} rows[] = {
	{"graceful", "kernel", true},
	{"server-close", "kernel", true},
	{"keep-alive", "kernel", true},
	{"client-close", "kernel", false},
	{"client-reset", "kernel", false},
	{"simultaneous", "kernel", false},
	{"wide-ports", "range", false},
	{"bind-reuse", "bind", false},
};

static void test_what_strategies_leave_open(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct error error;
		const struct td_strategy *s = registry_find(rows[i].name, &error);
		assert_non_null(s);
		assert_int_equal(client_end_is_open(s), rows[i].open);
		assert_string_equal(client_end_source(s), rows[i].source);
		assert_string_equal(client_end_close(s), rows[i].open ? "plain" : "strategy");
	}
}

static void test_a_reset_answers_the_fin(void **state)
{
	struct error error;
	const struct td_view view = {.phase = TD_PHASE_WAITING, .peer_fin = true};
	struct td_strategy copy = *registry_find("graceful", &error);
	client_end_set_reset(&copy);
	assert_string_equal(client_end_close(&copy), "reset");
	assert_int_equal(copy.client.peer_fin(&view), TD_RESET);
}

static void test_words(void **state)
{
	struct error error;
	enum td_source_port mode = TD_PORT_RANGE;
	bool reset = true;
	assert_int_equal(client_end_parse_source(NULL, &mode, &error), 0);
	assert_int_equal(mode, TD_PORT_RANGE);
	assert_int_equal(client_end_parse_source("kernel", &mode, &error), 0);
	assert_int_equal(mode, TD_PORT_KERNEL);
	assert_int_equal(client_end_parse_source("bind", &mode, &error), 0);
	assert_int_equal(mode, TD_PORT_BIND);
	assert_int_equal(client_end_parse_source("", &mode, &error), -1);
	assert_non_null(strstr(error.text, "must be kernel, range or bind"));
	assert_int_equal(client_end_parse_close("plain", &reset, &error), 0);
	assert_false(reset);
	assert_int_equal(client_end_parse_close("reset", &reset, &error), 0);
	assert_true(reset);
	assert_int_equal(client_end_parse_close("rst", &reset, &error), -1);
	assert_int_equal(error.status, STATUS_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_strategies_leave_open),
		cmocka_unit_test(test_a_reset_answers_the_fin),
		cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
