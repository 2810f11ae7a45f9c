/* Manual pages: a template has the prose, and lines of @NAME@ where a table's content goes. */
#include "manual/manual.h"
#include "strategies/core/registry.h"

#include <string.h>

/* Text as scdoc takes it literally. */
static void text_write(const char *text, size_t length, FILE *out)
{
	for (size_t i = 0; i < length; i++) {
		if (strchr("\\_*~#<", text[i]))
			fputc('\\', out);
		fputc(text[i], out);
	}
}

static void all_write(const char *text, FILE *out)
{
	text_write(text, strlen(text), out);
}

static const struct manual_command *command_find(const struct manual *manual, const char *name)
{
	for (size_t i = 0; i < manual->count; i++) {
		const struct manual_command *command = &manual->commands[i];
		if (strcmp(name, command->verb ? command->verb : command->program) == 0)
			return command;
	}
	return NULL;
}

static void synopsis_write(const struct manual *manual, const char *name, FILE *out)
{
	const struct option_table *table = command_find(manual, name)->table;
	fprintf(out, "*%s* ", table->program);
	all_write(table->usage ? table->usage : "", out);
	fputc('\n', out);
}

/* A blank line of `about` ends a paragraph, here as there. */
static void about_write(const struct manual *manual, const char *name, FILE *out)
{
	all_write(command_find(manual, name)->table->about, out);
	fputc('\n', out);
}

static void does_write(const struct manual *manual, const char *name, FILE *out)
{
	const struct manual_command *command = command_find(manual, name);
	fprintf(out, "teardown-%s - ", name);
	all_write(command->does, out);
	fputc('\n', out);
}

static void option_write(const struct option_row *row, const void *defaults, FILE *out)
{
	char text[512];
	if (row->letter)
		fprintf(out, "*-%c*, ", row->letter);
	fprintf(out, "*--%s*", row->name);
	if (row->argument) {
		fputs(" ", out);
		all_write(row->argument, out);
	}
	fputs("\n\t", out);
	all_write(row->help, out);
	*text = '\0';
	if (defaults)
		options_write_default(row, defaults, text, sizeof(text));
	all_write(text, out);
	fputs("\n\n", out);
}

static void options_write(const struct manual *manual, const char *name, FILE *out)
{
	const struct manual_command *command = command_find(manual, name);
	const struct option_group *const *groups = command->table->groups;
	struct option_row row;
	for (const struct option_group *const *group = groups; *group; group++) {
		if (groups[1])
			fprintf(out, "## %s\n\n", (*group)->title);
		for (size_t i = 0; i < (*group)->count; i++)
			option_write(&(*group)->rows[i], command->defaults, out);
	}
	for (size_t i = options_count(command->table); manual_row(command->table, i, &row); i++)
		option_write(&row, NULL, out);
}

/* A line of "# " says what the next one is for. */
static void examples_write(const struct manual *manual, const char *name, FILE *out)
{
	const char *text = command_find(manual, name)->table->examples;
	while (text && *text) {
		size_t length = strcspn(text, "\n");
		bool is_word = strncmp(text, "# ", 2) == 0;
		if (is_word)
			text_write(text + 2, length - 2, out);
		else
			fprintf(out, "```\n%.*s\n```", (int)length, text);
		fputs(is_word ? ":\n\n" : "\n\n", out);
		text += length + (text[length] == '\n');
	}
}

static void verbs_write(const struct manual *manual, const char *name, FILE *out)
{
	(void)name;
	for (size_t i = 0; i < manual->count; i++) {
		const struct manual_command *command = &manual->commands[i];
		if (!command->verb)
			continue;
		fprintf(out, "*%s*\n\t", command->verb);
		all_write(command->does, out);
		fprintf(out, ": *teardown-%s*(1)\n\n", command->verb);
	}
}

static void strategies_write(const struct manual *manual, const char *name, FILE *out)
{
	(void)manual;
	(void)name;
	for (size_t i = 0; i < registry_count; i++) {
		fprintf(out, "*%s*\n\t", registry_strategies[i]->name);
		all_write(registry_strategies[i]->summary, out);
		fputs("\n\n", out);
	}
}

static void exit_status_write(const struct manual *manual, const char *name, FILE *out)
{
	(void)manual;
	(void)name;
	fputs("0 ok, 1 failed, 2 usage, 3 this host cannot (and stderr says what is missing), 99 "
	      "a\n"
	      "*--fail-if* threshold is crossed, 130 interrupted after a partial report.\n",
		out);
}

static const struct {
	const char *mark;
	void (*write)(const struct manual *manual, const char *name, FILE *out);
	bool of_a_command;
} marks[] = {
	{"@does@", does_write, true},
	{"@synopsis@", synopsis_write, true},
	{"@about@", about_write, true},
	{"@options@", options_write, true},
	{"@examples@", examples_write, true},
	{"@verbs@", verbs_write, false},
	{"@strategies@", strategies_write, false},
	{"@exit-status@", exit_status_write, false},
};

/* Returns 0; 1 when the line is no mark; or -1. */
static int mark_write(const struct manual *manual, const char *line, const char *name, FILE *out)
{
	if (line[0] != '@')
		return 1;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strcmp(line, marks[i].mark) == 0) {
			if (marks[i].of_a_command && !command_find(manual, name))
				break;
			marks[i].write(manual, name, out);
			return 0;
		}
	fprintf(stderr, "manual: no %s of %s\n", line, name);
	return -1;
}

int page_write(const struct manual *manual, FILE *template, const char *name, FILE *out)
{
	char line[512];
	while (fgets(line, sizeof(line), template)) {
		line[strcspn(line, "\n")] = '\0';
		switch (mark_write(manual, line, name, out)) {
		case 0:
			break;
		case 1:
			fprintf(out, "%s\n", line);
			break;
		default:
			return -1;
		}
	}
	return 0;
}
