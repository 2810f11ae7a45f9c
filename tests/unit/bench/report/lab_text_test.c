/* Lessons are listed as a table; the one at the end of several keeps within a narrow terminal; a
 * lesson says its family. */
#include "bench/report/lab_text.h"

#include "bench/lab/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LESSONS 30
#define WIDTH 60

static const struct claim claim = {"is-so", "Something is so.", "common belief"};
static const struct lesson lesson = {.name = "keep-alive-race",
	.asks = "Is it?",
	.claims = &claim,
	.claim_count = 1,
	.scene = "It is tried.",
	.practice = "Do it."};

static void test_sums_of_many(void **state)
{
	static struct lesson_outcome outcomes[LESSONS];
	const struct lab_text_options options = {.width = WIDTH};
	char *text = NULL;
	size_t size;
	for (int i = 0; i < LESSONS; i++) {
		outcome_init(&outcomes[i], &lesson);
		outcomes[i].claims[0].verdict = i < 10 ? HOLDS : i < 20 ? DOES_NOT_HOLD : DIFFERS;
	}
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	lab_text_table_print(outcomes, LESSONS, &options, out);
	fclose(out);
	assert_string_equal(strstr(text, "\n\n") + 2,
		"holds 10, does-not-hold 10, differs 10, skipped 0,\n"
		"  undecided 0\n");
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		assert_in_range(strlen(line), 1, WIDTH);
	free(text);
	for (int i = 0; i < LESSONS; i++)
		outcome_finish(&outcomes[i]);
}

static void test_family(void **state)
{
	static const char *const scenes[] = {
		"\nscene: It is tried.\n", "\nscene, in IPv6: It is tried.\n"};
	const struct lab_text_options options = {.width = WIDTH};
	for (int is_ipv6 = 0; is_ipv6 < 2; is_ipv6++) {
		struct lesson_outcome outcome;
		char *text = NULL;
		size_t size;
		outcome_init(&outcome, &lesson);
		outcome.is_ipv6 = is_ipv6;
		FILE *out = open_memstream(&text, &size);
		assert_non_null(out);
		lab_text_print(&outcome, &options, out);
		fclose(out);
		assert_non_null(strstr(text, scenes[is_ipv6]));
		free(text);
	}
}

/* The questions begin behind the longest name, which is not the last one. */
static void test_list(void **state)
{
	const struct lab_text_options options = {.width = 100};
	size_t longest = 0, size;
	char *text = NULL, line[120];
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	fputc('\n', out);
	lab_text_list_print(&options, out);
	fclose(out);
	for (size_t i = 0; i < lab_lesson_count; i++)
		if (strlen(lab_lessons[i]->name) > longest)
			longest = strlen(lab_lessons[i]->name);
	assert_true(strlen(lab_lessons[lab_lesson_count - 1]->name) < longest);
	for (size_t i = 0; i < lab_lesson_count; i++) {
		snprintf(line, sizeof(line), "\n%-*s  %.10s", (int)longest, lab_lessons[i]->name,
			lab_lessons[i]->asks);
		assert_non_null(strstr(text, line));
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums_of_many),
		cmocka_unit_test(test_family),
		cmocka_unit_test(test_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
