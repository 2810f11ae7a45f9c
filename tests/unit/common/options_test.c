/* Command lines: what is read, what is refused and with which words, what --help shows. */
#include "common/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct values {
	bool latency;
	uint64_t connections, total, duration_ns;
	const char *json;
	struct option_list headers;
};

static const struct option_row rows[] = {
	{"connections", 'c', OPTION_COUNT, offsetof(struct values, connections), "N",
		"Keeps this many connections open.", 1, 65536},
	{"total", 'n', OPTION_COUNT, offsetof(struct values, total), "N",
		"Ends after this many connections.", 1, 0},
	{"duration", 'd', OPTION_DURATION, offsetof(struct values, duration_ns), "TIME",
		"Measures for this long, once the warm-up is over; the time that it takes to set "
		"the network up and to let it settle is not part of it.",
		1000000, 86400000000000},
	{"latency", 0, OPTION_FLAG, offsetof(struct values, latency), NULL, "Shows latencies."},
	{"json", 0, OPTION_TEXT, offsetof(struct values, json), "FILE", "Writes the result."},
	{"header", 'H', OPTION_LIST, offsetof(struct values, headers), "LINE", "Adds a header."},
	{"header-of-the-very-first-request", 0, OPTION_LIST, offsetof(struct values, headers),
		"LINE", "Adds a header."},
};

#define FIRST_OF_RESULT 4
static const struct option_group load = {"the load", rows, FIRST_OF_RESULT},
				 result = {"the result", rows + FIRST_OF_RESULT,
					 sizeof(rows) / sizeof(*rows) - FIRST_OF_RESULT};
static const struct option_group *const groups[] = {&load, &result, NULL};
static const struct option_table table = {"teardown run", "[options]", "Compares.", groups};

static const struct values defaults = {
	.connections = 64,
	.duration_ns = UINT64_C(10000000000),
	.headers = {1, {"Accept: */*"}},
};

#define ARGUMENTS_MAX 48

struct parsed {
	struct values values;
	struct option_operands operands;
	struct options_given given;
	struct error error;
};

/* Parses words between single spaces. They stay allocated: values point into them. */
static enum option_result parse(const char *line, struct parsed *parsed)
{
	static char words[1024];
	static char *argv[ARGUMENTS_MAX + 2];
	argv[0] = (char *)"run";
	int argc = 1;
	snprintf(words, sizeof(words), "%s", line);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
		assert_true(argc <= ARGUMENTS_MAX);
		argv[argc++] = word;
	}
	*parsed = (struct parsed){.values = defaults};
	return options_parse(&table, argc, argv, &parsed->values, &parsed->operands, &parsed->given,
		&parsed->error);
}

/* Those are set that `expected` has as '1', of the rows in their order, and no other. */
static void assert_given(const struct parsed *parsed, const char *expected)
{
	for (size_t i = 0; i < OPTION_ROWS_MAX; i++)
		assert_int_equal(parsed->given.rows[i], i < strlen(expected) && expected[i] == '1');
}

static void assert_refused(const char *line, const char *text)
{
	struct parsed parsed;
	assert_int_equal(parse(line, &parsed), OPTIONS_REFUSED);
	assert_string_equal(parsed.error.text, text);
	assert_int_equal(parsed.error.status, STATUS_USAGE);
}

static void test_defaults_stay(void **state)
{
	struct parsed parsed;
	assert_int_equal(parse("", &parsed), OPTIONS_PARSED);
	assert_memory_equal(&parsed.values, &defaults, sizeof(defaults));
	assert_given(&parsed, "");
	assert_int_equal(parsed.operands.count, 0);
}

static void test_every_kind(void **state)
{
	struct parsed parsed;
	assert_int_equal(
		parse("one -c 10k --duration=1.5 --latency --json out -H a -Hb two -- -x", &parsed),
		OPTIONS_PARSED);
	assert_int_equal(parsed.values.connections, 10000);
	assert_int_equal(parsed.values.duration_ns, 1500000000);
	assert_true(parsed.values.latency);
	assert_string_equal(parsed.values.json, "out");
	assert_int_equal(parsed.values.headers.count, 2);
	assert_string_equal(parsed.values.headers.items[0], "a");
	assert_string_equal(parsed.values.headers.items[1], "b");
	assert_int_equal(parsed.operands.count, 3);
	assert_string_equal(parsed.operands.items[2], "-x");
	assert_given(&parsed, "101111");
	assert_true(options_given_has(&parsed.given, "json"));
	assert_false(options_given_has(&parsed.given, "total"));
	options_given_add(&parsed.given, "total");
	assert_given(&parsed, "111111");
}

static void test_the_last_one_counts(void **state)
{
	struct parsed parsed;
	assert_int_equal(parse("-c 1 -c 2", &parsed), OPTIONS_PARSED);
	assert_int_equal(parsed.values.connections, 2);
}

static void test_refusals(void **state)
{
	assert_refused("--connections 0", "--connections 0: must be between 1 and 65536");
	assert_refused("-c 65537", "--connections 65537: must be between 1 and 65536");
	assert_refused("-n 0", "--total 0: must be at least 1");
	assert_refused("-d 0", "--duration 0: must be between 1ms and 24h");
	assert_refused("-c 10x", "--connections 10x: is not a count, such as 100, 10k or 1.5M");
	assert_refused("-d nan", "--duration nan: is not a duration, such as 500ms, 10s or 2m");
	assert_refused("-c", "--connections needs an argument: --connections N");
	assert_refused("--json", "--json needs an argument: --json FILE");
	assert_refused("--latency=1", "--latency takes no argument");
	assert_refused("-x", "unknown option -x: see --help");
	assert_refused(
		"--conections=5", "unknown option --conections: did you mean --connections?");
	assert_refused("--zzzzzzzz", "unknown option --zzzzzzzz: see --help");
	assert_refused("--he", "--he is ambiguous: --header, --header-of-the-very-first-request, "
			       "--help");
	/* Every option begins with nothing. */
	assert_refused("--=1", "-- is ambiguous: --connections, --total, --duration, --latency, "
			       "--json, --header, --header-of-the-very-first-request, --help, "
			       "--version");
}

static void test_operands_are_refused_where_there_are_none(void **state)
{
	char *argv[] = {"run", "stray", NULL};
	struct values values = defaults;
	struct error error;
	assert_int_equal(
		options_parse(&table, 2, argv, &values, NULL, NULL, &error), OPTIONS_REFUSED);
	assert_string_equal(error.text, "unexpected argument \"stray\"");
}

static void test_a_list_is_bounded(void **state)
{
	char *argv[2 * OPTION_LIST_MAX + 4] = {"run"};
	int argc = 1;
	for (int i = 0; i < OPTION_LIST_MAX + 1; i++) {
		argv[argc++] = "-H";
		argv[argc++] = "a";
	}
	struct values values = defaults;
	struct error error;
	assert_int_equal(
		options_parse(&table, argc - 2, argv, &values, NULL, NULL, &error), OPTIONS_PARSED);
	assert_int_equal(values.headers.count, OPTION_LIST_MAX);
	assert_int_equal(
		options_parse(&table, argc, argv, &values, NULL, NULL, &error), OPTIONS_REFUSED);
	assert_string_equal(error.text, "--header a: at most 32 can be given");
}

static void test_counts(void **state)
{
	static const struct {
		const char *text;
		uint64_t count;
	} good[] = {{"0", 0}, {"007", 7}, {"10k", 10000}, {"1.5M", 1500000}, {"2G", 2000000000},
		{"0.25k", 250}, {"18446744073709551615", UINT64_MAX},
		{"18446744073.709551615G", UINT64_MAX}};
	static const char *const bad[] = {"", " 1", "1 ", "-1", "+1", "k", ".5k", "1.", "1.k",
		"1.5", "1.0001k", "1e3", "0x10", "nan", "inf", "10kk", "10m", "1,5k",
		"18446744073709551616", "18446744073.709551616G", "99999999999G",
		"1.00000000000000000000k"};
	uint64_t count;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(options_parse_count(good[i].text, &count), 0);
		assert_int_equal(count, good[i].count);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(options_parse_count(bad[i], &count), -1);
}

static void test_durations(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {{"0", 0}, {"10", 10000000000}, {"1.5", 1500000000}, {"20ns", 20},
		{"20us", 20000}, {"500ms", 500000000}, {"10s", 10000000000}, {"2m", 120000000000},
		{"1h", 3600000000000}, {"0.5h", 1800000000000}};
	static const char *const bad[] = {"", "s", "-1s", "1S", "1 s", "1d", "10ss", "1:30", "nan",
		"infinity", "1e9", "0.5ns", "18446744074s", "9999999999999h"};
	uint64_t ns;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(options_parse_duration(good[i].text, &ns), 0);
		assert_int_equal(ns, good[i].ns);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(options_parse_duration(bad[i], &ns), -1);
}

/* What is printed must repeat the run: read back, it is the same value. */
static void test_a_formatted_value_is_read_back(void **state)
{
	struct values values = defaults;
	char room[OPTION_NUMBER_MAX];
	srand(1);
	for (int i = 0; i < 10000; i++) {
		uint64_t ns, wanted = 1000000 + (uint64_t)rand() * (uint64_t)(rand() % 40000);
		values.duration_ns = i % 2 ? wanted : wanted / 1000000 * 1000000;
		const char *text = options_value(&rows[2], &values, 0, room);
		assert_int_equal(options_parse_duration(text, &ns), 0);
		assert_int_equal(ns, values.duration_ns);
	}
}

static void test_unset_values(void **state)
{
	struct values values = defaults;
	char room[OPTION_NUMBER_MAX];
	/* 0 is out of the bounds of --total: nobody can have typed it. */
	assert_int_equal(options_values(&rows[1], &values), 0);
	assert_null(options_value(&rows[1], &values, 0, room));
	assert_null(options_value(&rows[3], &values, 0, room));
	assert_null(options_value(&rows[4], &values, 0, room));
	assert_string_equal(options_value(&rows[5], &values, 0, room), "Accept: */*");
	assert_null(options_value(&rows[5], &values, 1, room));
}

static void test_a_text_is_never_cut(void **state)
{
	struct values values = defaults;
	char room[OPTION_NUMBER_MAX], text[5000];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	values.headers.items[0] = text;
	assert_string_equal(options_value(&rows[5], &values, 0, room), text);
}

/* The last of as many rows as a table may have is read, and is told from the first. */
static void test_a_table_may_be_full(void **state)
{
	struct option_row many[OPTION_ROWS_MAX];
	char names[OPTION_ROWS_MAX][8];
	for (size_t i = 0; i < OPTION_ROWS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "row%zu", i);
		many[i] = (struct option_row){
			names[i], 0, OPTION_FLAG, offsetof(struct values, latency), NULL, "", 0, 0};
	}
	const struct option_table full = {"run", "", "", OPTION_ROWS(many), NULL};
	struct values values = {0};
	struct options_given given;
	struct error error;
	assert_int_equal(options_parse(&full, 2, (char *[]){"run", "--row127", NULL}, &values, NULL,
				 &given, &error),
		OPTIONS_PARSED);
	assert_true(given.rows[127]);
	assert_false(given.rows[0] || given.rows[63]);
}

/* Each row of each group in its order, and nothing behind the last. */
static void test_rows_of_groups(void **state)
{
	assert_int_equal(options_count(&table), sizeof(rows) / sizeof(*rows));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_ptr_equal(options_row(&table, i), &rows[i]);
	assert_null(options_row(&table, sizeof(rows) / sizeof(*rows)));
}

static void test_help(void **state)
{
	static const char wanted[] =
		"usage: teardown run [options]\n"
		"\n"
		"Compares.\n"
		"\n"
		"the load:\n"
		"  -c, --connections N  Keeps this many connections open. (default 64)\n"
		"  -n, --total N        Ends after this many connections.\n"
		"  -d, --duration TIME  Measures for this long, once the warm-up is over; the time "
		"that it takes to\n"
		"                       set the network up and to let it settle is not part of it. "
		"(default 10s)\n"
		"      --latency        Shows latencies.\n"
		"\n"
		"the result:\n"
		"      --json FILE      Writes the result.\n"
		"  -H, --header LINE    Adds a header. (default Accept: */*)\n"
		"      --header-of-the-very-first-request LINE\n"
		"                       Adds a header. (default Accept: */*)\n"
		"  -h, --help           Shows this and exits.\n"
		"      --version        Shows the version and exits.\n";
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	options_print_help(&table, &defaults, out);
	fclose(out);
	assert_string_equal(text, wanted);
	free(text);
}

static void test_nearest(void **state)
{
	static const char *const names[] = {
		"graceful", "server-close", "reset", "tw-reuse", "client-close", "keep-alive"};
	assert_string_equal(options_nearest("gracefull", names, 6), "graceful");
	assert_string_equal(options_nearest("rset", names, 6), "reset");
	assert_string_equal(options_nearest("tw_reuse", names, 6), "tw-reuse");
	assert_string_equal(options_nearest("server", names, 6), "server-close");
	assert_string_equal(options_nearest("KEEP-ALIVE", names, 6), "keep-alive");
	assert_string_equal(options_nearest("Tw_Reuse", names, 6), "tw-reuse");
	assert_string_equal(options_nearest("KEP-ALIVE", names, 6), "keep-alive");
	assert_string_equal(options_nearest("SERVER", names, 6), "server-close");
	assert_null(options_nearest("LINGER", names, 6));
	assert_null(options_nearest("linger", names, 6));
	assert_null(options_nearest("", names, 6));
	assert_null(options_nearest("x", NULL, 0));
}

static void test_names_of_a_list(void **state)
{
	static const struct {
		const char *list, *names[4];
	} lists[] = {
		{"a", {"a"}},
		{"a,b", {"a", "b"}},
		{" a , b c\t,d\n", {"a", "b c", "d"}},
		{"", {""}},
		{"a,,b,", {"a", "", "b", ""}},
		{" , ", {"", ""}},
	};
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		char text[32];
		char *rest = text, *name;
		size_t count = 0;
		snprintf(text, sizeof(text), "%s", lists[i].list);
		for (; (name = options_next_name(&rest)); count++) {
			assert_true(count < 4 && lists[i].names[count]);
			assert_string_equal(name, lists[i].names[count]);
		}
		assert_true(count == 4 || !lists[i].names[count]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_of_a_list),
		cmocka_unit_test(test_defaults_stay),
		cmocka_unit_test(test_every_kind),
		cmocka_unit_test(test_the_last_one_counts),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_operands_are_refused_where_there_are_none),
		cmocka_unit_test(test_a_list_is_bounded),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_a_formatted_value_is_read_back),
		cmocka_unit_test(test_unset_values),
		cmocka_unit_test(test_a_text_is_never_cut),
		cmocka_unit_test(test_a_table_may_be_full),
		cmocka_unit_test(test_rows_of_groups),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_nearest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
