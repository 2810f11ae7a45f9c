/* Commands of loaders, and whether they show that connections are kept alive. */
#include "bench/load/third_party/loader_kind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define WORDS_MAX 8

static const struct row {
	const char *argv[WORDS_MAX];
	const char *kind; /* NULL: no kind's */
	bool keeps;
} rows[] = {
	{{"wrk", "-c", "10", "http://host/"}, "wrk", true},
	{{"/usr/bin/wrk", "-c10", "http://host/"}, "wrk", true},
	{{"wrk", "-H", "Connection: close", "http://host/"}, "wrk", false},
	{{"wrk", "-Hconnection:close", "http://host/"}, "wrk", false},
	{{"wrk", "--header=CONNECTION:  Close", "http://host/"}, "wrk", false},
	{{"wrk", "-H", "Connection: keep-alive", "http://host/"}, "wrk", true},
	{{"wrk", "-H", "X-Close: close", "http://host/"}, "wrk", true},
	{{"wrk", "-s", "own.lua", "http://host/"}, "wrk", false},
	{{"wrk", "-sown.lua", "http://host/"}, "wrk", false},
	{{"wrk", "--script=own.lua", "http://host/"}, "wrk", false},
	{{"ab", "-n", "10", "http://host/"}, "ab", false},
	{{"ab", "-k", "-n", "10", "http://host/"}, "ab", true},
	{{"ab", "-qk", "-n", "10", "http://host/"}, "ab", true},
	{{"ab", "-q", "-C", "k=1", "http://host/"}, "ab", false},
	{{"ab", "-k", "-H", "Connection: close", "http://host/"}, "ab", false},
	{{"ab", "-n", "10", "http://k/"}, "ab", false},
	{{"hey", "-c", "10", "http://host/"}, "hey", true},
	{{"hey", "-disable-keepalive", "http://host/"}, "hey", false},
	{{"hey", "--disable-keepalive=true", "http://host/"}, "hey", false},
	{{"hey", "-disable-keepalive=false", "http://host/"}, "hey", true},
	{{"hey", "-disable-compression", "http://host/"}, "hey", true},
	{{"h2load", "--h1", "http://host/"}, "h2load", true},
	{{"h2load", "--h1", "-H", "connection: close", "http://host/"}, "h2load", false},
	/* Their commands do not tell. */
	{{"siege", "http://host/"}, "siege", false},
	{{"k6", "run", "own.js"}, "k6", false},
	{{"h1load", "http://host/"}, "h1load", false},
	/* Nor does what stands before a loader. */
	{{"sh", "-c", "wrk http://host/"}, NULL, false},
	{{"timeout", "5", "wrk", "http://host/"}, NULL, false},
	{{"wrk2", "http://host/"}, NULL, false},
};

static void commands_tell(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *const *argv = (char *const *)rows[i].argv;
		const struct loader_kind *kind = loader_kind_of_command(argv);
		if (!rows[i].kind) {
			assert_null(kind);
			continue;
		}
		assert_non_null(kind);
		assert_string_equal(kind->name, rows[i].kind);
		if (loader_kind_keeps_alive(kind, argv) != rows[i].keeps)
			fail_msg("row %zu: %s %s: %d", i, argv[0], argv[1], !rows[i].keeps);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(commands_tell)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
