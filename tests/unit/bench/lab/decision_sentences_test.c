/* What lessons say, whichever way their claims come out: scenes whose answers are drawn have each
 * claim hold and not hold, each with every sentence that it has. The sentences are kept in
 * tests/data/lab_sentences.txt, without their numbers, to be read: `unit-decision_sentences FOLDER
 * --write` writes them anew. */
#include "bench/lab/registry.h"
#include "common/bounded_text.h"
#include "tests/unit/bench/lab/chance.h"

#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SCENES 1000
/* This one starts processes. */
#define FEW_SCENES 200
#define LINE (OUTCOME_TEXT + 100)
#define LINES_MAX 2000
#define FILE_MAX 1000000

static char lines[LINES_MAX][LINE];
static size_t line_count, lesson_line; /* the first one of the lesson */

static void line_keep(const char *line)
{
	for (size_t i = lesson_line; i < line_count; i++)
		if (strcmp(lines[i], line) == 0)
			return;
	assert_true(line_count < LINES_MAX);
	bounded_text_write(lines[line_count++], LINE, "%s", line);
}

/* What begins at `text` and differs from scene to scene, as one word; returns how long it is, or 0.
 */
static size_t word_find(const char *text, const char **word)
{
	static const int errors[] = {
		EADDRNOTAVAIL, EADDRINUSE, ETIMEDOUT, ECONNRESET, ECONNREFUSED, EPIPE, ENOTCONN};
	size_t sign = *text == '-' && isdigit((unsigned char)text[1]);
	size_t length = sign + strspn(text + sign, "0123456789");
	*word = "N";
	if (length > 0 && text[length] == '.' && isdigit((unsigned char)text[length + 1]))
		length += 1 + strspn(text + length + 1, "0123456789");
	if (length > 0)
		return length;
	*word = "ERROR";
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strncmp(text, strerror(errors[i]), strlen(strerror(errors[i]))) == 0)
			return strlen(strerror(errors[i]));
	*word = "END";
	for (enum reading_end end = READ_EOF; end <= READ_OPEN; end++)
		if (strncmp(text, lab_reading_text(end), strlen(lab_reading_text(end))) == 0)
			return strlen(lab_reading_text(end));
	*word = "STATE";
	for (enum tcp_state state = TCP_STATES - 1; state >= STATE_CLOSED; state--)
		if (strncmp(text, tcp_state_text(state), strlen(tcp_state_text(state))) == 0)
			return strlen(tcp_state_text(state));
	return 0;
}

static void shape_write(char *shape, const char *text)
{
	size_t used = 0, skipped;
	const char *word;
	for (; *text && used < OUTCOME_TEXT; text += skipped) {
		bool is_within = used > 0 && isalnum((unsigned char)shape[used - 1]);
		skipped = is_within ? 0 : word_find(text, &word);
		if (skipped > 0) {
			used += bounded_text_write(shape + used, LINE - used, "%s", word);
			continue;
		}
		shape[used++] = *text;
		skipped = 1;
	}
	shape[used] = '\0';
}

/* A sentence is whole, and has a word where its numbers have none. */
static void sentence_check(const struct claim_outcome *outcome)
{
	static const char *const wrong[] = {
		"(null)", "nan", "inf", "  ", "..", " .", " ,", "Success"};
	const char *text = outcome->because;
	size_t length = strlen(text);
	assert_in_range(length, 2, OUTCOME_TEXT - 2);
	if (text[length - 1] != '.')
		fail_msg("%s: %s", outcome->claim->id, text);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (strstr(text, wrong[i]))
			fail_msg("%s: \"%s\" in: %s", outcome->claim->id, wrong[i], text);
}

static void outcome_keep(const struct lesson *lesson, const struct claim_outcome *outcome)
{
	char shape[LINE], line[2 * LINE];
	sentence_check(outcome);
	shape_write(shape, outcome->because);
	bounded_text_write(line, sizeof(line), "%s/%s %s: %s", lesson->name, outcome->claim->id,
		verdict_text(outcome->verdict), shape);
	line_keep(line);
}

static void one_verdict(const struct lesson *lesson, const char *id)
{
	/* A kernel that tells how large a TIME-WAIT is has said that it takes memory; ten of fifty,
	 * the first ones, are not drawn: each kernel shows them. */
	if (strcmp(id, "takes-memory") != 0 && strcmp(id, "old-ones-stay") != 0)
		fail_msg("%s/%s has one verdict alone", lesson->name, id);
}

/* Each claim can hold, and can be refuted, and is decided in every scene that comes to its end. */
static void lesson_check(const struct lesson *lesson)
{
	bool seen[LESSON_CLAIMS_MAX][SKIPPED + 1] = {0};
	unsigned scenes = strcmp(lesson->name, "process-killed") == 0 ? FEW_SCENES : SCENES;
	for (unsigned scene = 0; scene < scenes; scene++) {
		struct lesson_outcome outcome;
		bool is_whole = chance_play(lesson, scene, &outcome);
		for (size_t i = 0; i < outcome.claim_count; i++) {
			enum verdict verdict = outcome.claims[i].verdict;
			seen[i][verdict] = true;
			if (verdict != UNDECIDED && verdict != SKIPPED)
				outcome_keep(lesson, &outcome.claims[i]);
			else if (is_whole && verdict == UNDECIDED)
				fail_msg("%s/%s was not decided", lesson->name,
					lesson->claims[i].id);
		}
		outcome_finish(&outcome);
	}
	for (size_t i = 0; i < lesson->claim_count; i++)
		if (!seen[i][HOLDS] || !(seen[i][DOES_NOT_HOLD] || seen[i][DIFFERS]))
			one_verdict(lesson, lesson->claims[i].id);
}

static int line_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void sentences_make(void)
{
	for (size_t i = 0; i < lab_lesson_count; i++) {
		lesson_line = line_count;
		lesson_check(lab_lessons[i]);
		qsort(lines[lesson_line], line_count - lesson_line, LINE, line_compare);
	}
}

static void test_each_alternative(void **state)
{
	static char kept[FILE_MAX];
	FILE *file = fopen(*state, "re");
	assert_non_null(file);
	sentences_make();
	for (size_t i = 0; i < line_count; i++) {
		assert_non_null(fgets(kept, LINE, file));
		kept[strcspn(kept, "\n")] = '\0';
		assert_string_equal(lines[i], kept);
	}
	assert_null(fgets(kept, LINE, file));
	fclose(file);
}

int main(int count, char **arguments)
{
	char path[512];
	assert_true(count > 1);
	bounded_text_write(path, sizeof(path), "%s/lab_sentences.txt", arguments[1]);
	if (count > 2 && strcmp(arguments[2], "--write") == 0) {
		FILE *file = fopen(path, "we");
		sentences_make();
		for (size_t i = 0; file && i < line_count; i++)
			fprintf(file, "%s\n", lines[i]);
		return file && fclose(file) == 0 ? 0 : 1;
	}
	const struct CMUnitTest tests[] = {cmocka_unit_test_prestate(test_each_alternative, path)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
