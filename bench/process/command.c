#include "bench/process/command.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int command_add(struct command *command, const char *word, struct error *error)
{
	char **grown = realloc(command->argv, (command->count + 2) * sizeof(*grown));
	char *copy = strdup(word);
	if (grown)
		command->argv = grown;
	if (!grown || !copy) {
		free(copy);
		return error_set(error, STATUS_FAILED, "no memory for a command");
	}
	grown[command->count++] = copy;
	grown[command->count] = NULL;
	return 0;
}

static const struct command_value *value_at(
	const char *text, const struct command_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(values[i].name);
		if (text[0] == '{' && strncmp(text + 1, values[i].name, length) == 0 &&
			text[length + 1] == '}')
			return &values[i];
	}
	return NULL;
}

/* Reads one word. Returns where it ends, or NULL when a quote is left open. */
static const char *word_read(
	const char *text, const struct command_value *values, size_t count, FILE *word)
{
	char quote = '\0';
	for (; *text && (quote || !strchr(" \t\n", *text)); text++) {
		const struct command_value *value = value_at(text, values, count);
		if (value) {
			fputs(value->text, word);
			text += strlen(value->name) + 1;
		} else if (quote ? *text == quote : *text == '\'' || *text == '"') {
			if (quote)
				quote = '\0';
			else
				quote = *text;
		} else if (*text == '\\' && quote != '\'' && text[1]) {
			fputc(*++text, word);
		} else {
			fputc(*text, word);
		}
	}
	return quote ? NULL : text;
}

/* Returns where the word ends, or NULL with the reason. */
static const char *word_add(struct command *command, const char *option, const char *text,
	const struct command_value *values, size_t count, struct error *error)
{
	char *word = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&word, &size);
	const char *end = out ? word_read(text, values, count, out) : text;
	if (!out || fclose(out) != 0) {
		error_set(error, STATUS_FAILED, "no memory for a command");
		end = NULL;
	} else if (!end) {
		error_set(error, STATUS_USAGE, "--%s: a quote is not closed: %s", option, text);
	} else if (command_add(command, word, error) == -1) {
		end = NULL;
	}
	free(word);
	return end;
}

int command_create(struct command *command, const char *option, const char *text,
	const struct command_value *values, size_t count, struct error *error)
{
	*command = (struct command){0};
	for (text += strspn(text, " \t\n"); *text; text += strspn(text, " \t\n")) {
		text = word_add(command, option, text, values, count, error);
		if (!text) {
			command_destroy(command);
			return -1;
		}
	}
	return command->count ? 0 : error_set(error, STATUS_USAGE, "--%s: is empty", option);
}

static bool is_in_path(const char *program)
{
	char file[PATH_MAX];
	const char *path = getenv("PATH");
	/* As execvp(3) searches. */
	for (path = path ? path : "/bin:/usr/bin"; *path; path += *path == ':') {
		size_t length = strcspn(path, ":");
		int file_length = snprintf(file, sizeof(file), "%.*s/%s", length ? (int)length : 1,
			length ? path : ".", program);
		/* Nothing can have a path that is longer. */
		if (file_length < (int)sizeof(file) && access(file, X_OK) == 0)
			return true;
		path += length;
	}
	return false;
}

int command_find(
	const struct command *command, const char *option, const char *advice, struct error *error)
{
	const char *program = command->argv[0];
	if (strchr(program, '/'))
		return access(program, X_OK) == 0 ? 0
						  : error_set_errno(error, STATUS_HOST_CANNOT,
							    "--%s: %s%s", option, program, advice);
	return is_in_path(program) ? 0
				   : error_set(error, STATUS_HOST_CANNOT,
					     "--%s: there is no program \"%s\" in PATH%s", option,
					     program, advice);
}

char *command_text(const struct command *command)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	for (size_t i = 0; out && i < command->count; i++)
		fprintf(out, "%s%s", i ? " " : "", command->argv[i]);
	if (out && fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

void command_destroy(struct command *command)
{
	for (size_t i = 0; i < command->count; i++)
		free(command->argv[i]);
	free(command->argv);
	*command = (struct command){0};
}
