/* Commands of the user's: words, quotes and placeholders, each row one text. */
#include "bench/process/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct command_value values[] = {
	{"url", "http://a:1/"}, {"host", "a"}, {"connections", "64"}};

static const struct {
	const char *text, *words; /* each with a bar after it; NULL: refused */
} rows[] = {
	{"wrk {url}", "wrk|http://a:1/|"},
	{"  a\t b\n", "a|b|"},
	{"a 'b c' \"d e\"", "a|b c|d e|"},
	{"a'b c'd", "ab cd|"},
	{"a '' \"\"", "a|||"},
	{"a\\ b \\'c \\\\", "a b|'c|\\|"},
	{"'a\\' \"b\\\"c\" \"d\\\\\"", "a\\|b\"c|d\\|"},
	{"\"it's\" '\"'", "it's|\"|"},
	{"x{host}y{host}", "xaya|"},
	{"-c{connections}, '{host}:80'", "-c64,|a:80|"},
	{"{unknown} {hos} {host {} ${HOME} {\"a\":1}", "{unknown}|{hos}|{host|{}|${HOME}|{a:1}|"},
	{"\\{host} *", "{host}|*|"},
	{"a\\", "a\\|"},
	{"", NULL},
	{" \t", NULL},
	{"a 'b", NULL},
	{"a \"b'", NULL},
};

static void test_words(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct command command;
		struct error error;
		char words[256] = "";
		int result = command_create(&command, "option", rows[i].text, values, 3, &error);
		if ((result == 0) != (rows[i].words != NULL))
			fail_msg("%s: returns %d", rows[i].text, result);
		if (result == -1) {
			assert_int_equal(error.status, STATUS_USAGE);
			assert_non_null(strstr(error.text, "--option"));
			continue;
		}
		for (size_t w = 0; w < command.count; w++)
			strcat(strcat(words, command.argv[w]), "|");
		assert_null(command.argv[command.count]);
		if (strcmp(words, rows[i].words) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", rows[i].text, words, rows[i].words);
		command_destroy(&command);
	}
}

/* However long the command is. */
static void test_text_is_whole(void **state)
{
	struct command command;
	char wanted[3001] = "one two";
	assert_int_equal(command_create(&command, "option", "one two", NULL, 0, NULL), 0);
	for (size_t length = strlen(wanted); length < 2998; length += 2) {
		strcat(wanted, " x");
		assert_int_equal(command_add(&command, "x", NULL), 0);
		wanted[length + 2] = '\0';
	}
	char *text = command_text(&command);
	assert_string_equal(text, wanted);
	free(text);
	command_destroy(&command);
	command_destroy(&command);
}

static void test_find(void **state)
{
	static const struct {
		const char *program;
		int found;
	} programs[] = {{"sh", 0}, {"/bin/sh", 0}, {"no-such-program", -1},
		{"./no-such-program", -1}, {"/no/such/folder/sh", -1}};
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		struct command command;
		struct error error;
		assert_int_equal(
			command_create(&command, "it", programs[i].program, NULL, 0, NULL), 0);
		assert_int_equal(
			command_find(&command, "it", "; advice", &error), programs[i].found);
		if (programs[i].found == -1) {
			assert_int_equal(error.status, STATUS_HOST_CANNOT);
			assert_non_null(strstr(error.text, programs[i].program));
			assert_non_null(strstr(error.text, "; advice"));
		}
		command_destroy(&command);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_text_is_whole),
		cmocka_unit_test(test_find),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
