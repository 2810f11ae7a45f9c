#include "bench/plan/plan_scenario.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 4096

/* Without blanks at its ends, and without a comment. */
static char *line_bare(char *line)
{
	line[strcspn(line, "#\n")] = '\0';
	while (isspace((unsigned char)*line))
		line++;
	size_t length = strlen(line);
	while (length > 0 && isspace((unsigned char)line[length - 1]))
		line[--length] = '\0';
	return line;
}

/* "rate = 600/s" to "--rate=600/s". Returns NULL when there is no memory. */
static char *line_as_option(char *line)
{
	char *value = strchr(line, '='), *option;
	if (value) {
		*value = '\0';
		value = line_bare(value + 1);
		line = line_bare(line);
	}
	return asprintf(&option, "--%s%s%s", line, value ? "=" : "", value ? value : "") == -1
		       ? NULL
		       : option;
}

static bool is_of_a_file(const char *option)
{
	static const char *const others[] = {"--scenario", "--help", "--version"};
	size_t length = strcspn(option, "=");
	/* A word is known by its beginning. */
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (length > 2 && length <= strlen(others[i]) &&
			strncmp(option, others[i], length) == 0)
			return false;
	return length > 2;
}

static int option_take(struct plan_scenario *scenario, char *option, struct error *error)
{
	char *argv[] = {"plan", option, NULL};
	struct options_given given;
	if (!is_of_a_file(option))
		return error_set(
			error, STATUS_USAGE, "\"%s\" is no option of a scenario", option + 2);
	if (options_parse(&plan_option_table, 2, argv, &scenario->options, NULL, &given, error) !=
		OPTIONS_PARSED)
		return -1;
	for (size_t i = 0; i < options_count(&plan_option_table); i++)
		scenario->given.rows[i] = scenario->given.rows[i] || given.rows[i];
	return 0;
}

static int line_take(struct plan_scenario *scenario, char *line, struct error *error)
{
	line = line_bare(line);
	if (*line == '\0')
		return 0;
	if (scenario->count == PLAN_SCENARIO_LINES_MAX)
		return error_set(error, STATUS_USAGE, "a scenario has at most %d options",
			PLAN_SCENARIO_LINES_MAX);
	char *option = line_as_option(line);
	if (!option)
		return error_set(error, STATUS_FAILED, "no memory");
	scenario->lines[scenario->count++] = option;
	return option_take(scenario, option, error);
}

static int lines_take(
	struct plan_scenario *scenario, FILE *file, const char *path, struct error *error)
{
	char line[LINE_SIZE];
	unsigned number = 0;
	int result = 0;
	while (result == 0 && fgets(line, sizeof(line), file)) {
		struct error inner = {.status = STATUS_OK};
		number++;
		result = strchr(line, '\n') || feof(file)
				 ? line_take(scenario, line, &inner)
				 : error_set(&inner, STATUS_USAGE,
					   "no line of text, or longer than %d bytes",
					   LINE_SIZE - 2);
		if (result == -1)
			error_set(error, inner.status, "%s:%u: %s", path, number, inner.text);
	}
	if (result == 0 && ferror(file))
		result = error_set_errno(error, STATUS_USAGE, "--scenario %s", path);
	return result;
}

/* What the command line says stands above the file. */
static void row_copy(
	const struct option_row *row, const struct plan_options *from, struct plan_options *to)
{
	static const size_t sizes[] = {[OPTION_FLAG] = sizeof(bool),
		[OPTION_COUNT] = sizeof(uint64_t),
		[OPTION_DURATION] = sizeof(uint64_t),
		[OPTION_TEXT] = sizeof(const char *),
		[OPTION_LIST] = sizeof(struct option_list)};
	memcpy((char *)to + row->offset, (const char *)from + row->offset, sizes[row->kind]);
}

int plan_scenario_read(struct plan_scenario *scenario, const struct plan_options *options,
	const struct options_given *given, struct error *error)
{
	*scenario = (struct plan_scenario){.options = *options, .given = *given};
	if (!options->scenario)
		return 0;
	FILE *file = fopen(options->scenario, "re");
	if (!file)
		return error_set_errno(error, STATUS_USAGE, "--scenario %s", options->scenario);
	plan_options_set_defaults(&scenario->options);
	int result = lines_take(scenario, file, options->scenario, error);
	fclose(file);
	const struct option_row *row;
	for (size_t i = 0; (row = options_row(&plan_option_table, i)); i++)
		if (given->rows[i])
			row_copy(row, options, &scenario->options);
	return result;
}

void plan_scenario_finish(struct plan_scenario *scenario)
{
	for (size_t i = 0; i < scenario->count; i++)
		free(scenario->lines[i]);
}
