/* What is known of a third party's loader from its command alone. */
#include "bench/options/third_party.h"
#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* `loader` or `command`, as typed; whether that tells the loader how many connections to open, and
 * for how long, in whole seconds, with which it may take so much longer than 1,500 ms. */
static const struct {
	const char *loader, *command;
	bool third_party, connections;
	uint64_t overtime_ns;
	const char *name;
} rows[] = {
	{NULL, NULL, false, false, 0, "builtin"},
	{"builtin", NULL, false, false, 0, "builtin"},
	{"wrk", NULL, true, true, 500 * NS_PER_MS + 3 * NS_PER_S, "wrk"},
	{NULL, "hey {url}", true, false, 0, "command"},
	{NULL, "hey -c 16 {url}", true, false, 0, "command"},
	{NULL, "hey -c {connections} {url}", true, true, 0, "command"},
	{NULL, "hey -z {duration_s}s {url}", true, false, 500 * NS_PER_MS + 3 * NS_PER_S,
		"command"},
};

static void test_what_a_loader_is_told(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct run_options options = {.loader = rows[i].loader,
			.loader_command = rows[i].command,
			.duration_ns = 1500 * NS_PER_MS};
		assert_int_equal(third_party_make_load(&options), rows[i].third_party);
		assert_int_equal(third_party_tells_connections(&options), rows[i].connections);
		assert_int_equal(third_party_overtime_ns(&options), rows[i].overtime_ns);
		assert_string_equal(third_party_loader_name(&options), rows[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_loader_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
