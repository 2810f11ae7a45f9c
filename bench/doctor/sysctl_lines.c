#include "bench/doctor/sysctl_lines.h"

#include "bench/doctor/sysctl_value.h"
#include "common/printable.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than any file of settings has. */
#define FILE_MAX (1 << 20)
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-"

static bool is_name_character(char c)
{
	return c && strchr(NAME_CHARACTERS, c);
}

/* Where a name of the network begins: "net.", or "net/" as sysctl.conf(5) allows. "-net." is a
 * name, of which an error is passed over. */
static char *name_find(char *text)
{
	for (char *at = text; (at = strstr(at, "net")); at++) {
		bool begins = at == text || !is_name_character(at[-1]) ||
			      (at[-1] == '-' && (at - 1 == text || isspace((unsigned char)at[-2])));
		if (begins && (at[3] == '.' || at[3] == '/'))
			return at;
	}
	return NULL;
}

/* Whether the line is an assignment of sysctl.conf(5), in which a comment has a line of its own. */
static bool is_of_conf(const char *line)
{
	line += *line == '-';
	if (strncmp(line, "net.", 4) != 0 && strncmp(line, "net/", 4) != 0)
		return false;
	line += strspn(line, NAME_CHARACTERS);
	return line[strspn(line, " \t")] == '=';
}

/* In YAML, and for a shell, a comment begins at a # that a blank or nothing precedes, outside of
 * quotes. */
static void comment_cut(char *text)
{
	char quote = '\0';
	for (char *c = text; *c; c++) {
		bool begins = c == text || isspace((unsigned char)c[-1]);
		if (quote) {
			quote = (char)(*c == quote ? '\0' : quote);
		} else if (*c == '#' && begins) {
			*c = '\0';
			return;
		} else if ((*c == '"' || *c == '\'') && (begins || strchr("[{(,:=", c[-1]))) {
			quote = *c;
		}
	}
}

static struct sysctl_line *line_add(struct sysctl_lines *lines, const char *name, size_t length)
{
	if (lines->count == lines->room) {
		size_t room = lines->room ? 2 * lines->room : 32;
		struct sysctl_line *list = realloc(lines->list, room * sizeof(*list));
		if (!list)
			return NULL;
		lines->list = list;
		lines->room = room;
	}
	struct sysctl_line *line = &lines->list[lines->count];
	*line = (struct sysctl_line){.line = 0};
	snprintf(line->name, sizeof(line->name), "%.*s", (int)length, name);
	/* The first separator says which one it is (sysctl(8)). */
	bool has_slashes = line->name[3] == '/';
	for (char *c = line->name; has_slashes && *c; c++)
		*c = (char)(*c == '/' ? '.' : *c);
	return line;
}

/* Where the text of one setting stands in a line. */
struct setting_text {
	char *name, *after; /* behind the name, and behind a quote that closes it */
	size_t length;
	char quote;      /* that opens right before the name and is not closed behind it; 0: none */
	bool is_command; /* of docker */
};

static struct setting_text setting_text_of(char *line, char *name)
{
	struct setting_text text = {.name = name, .length = strspn(name, NAME_CHARACTERS)};
	char before = '\0';
	if (name > line && (name[-1] == '"' || name[-1] == '\''))
		before = name[-1];
	text.after = name + text.length;
	if (before && *text.after == before)
		text.after++;
	else
		text.quote = before;
	char *command = strstr(line, "--sysctl");
	text.is_command = command && command < name;
	text.after += strspn(text.after, " \t");
	return text;
}

enum value_end {
	VALUE_TO_LINE_END,
	VALUE_TO_WORD_END,  /* of a command */
	VALUE_TO_PLAIN_END, /* within brackets of YAML, or before another command */
};

static size_t value_length(const char *at, enum value_end end)
{
	static const char *const ends[] = {"", " \t\\", "]};&|"};
	size_t length = strcspn(at, ends[end]);
	const char *comma = end == VALUE_TO_PLAIN_END ? strstr(at, ", ") : NULL;
	return comma && (size_t)(comma - at) < length ? (size_t)(comma - at) : length;
}

/* Copies the value at `at`. Returns where it ends. */
static char *value_take(struct sysctl_line *line, char *at, char quote, enum value_end end)
{
	at += strspn(at, " \t");
	if (!quote && (*at == '"' || *at == '\''))
		quote = *at++;
	const char quotes[] = {quote, '\0'};
	size_t length = quote ? strcspn(at, quotes) : value_length(at, end);
	snprintf(line->value, sizeof(line->value), "%.*s", (int)length, at);
	sysctl_normalise(line->value);
	return at + length;
}

/* "value: …" of the setting whose name stood before, in this line or in one before. */
static char *pending_value(char *text)
{
	char *at = strstr(text, "value");
	if (!at)
		return NULL;
	at += strlen("value");
	at += strspn(at, "\"' \t");
	return *at == ':' ? at + 1 : NULL;
}

/* What is read of one line, and what is still to come. */
struct reading {
	struct sysctl_lines *lines;
	const char *file;
	unsigned number;
	struct sysctl_line pending; /* a name without its value; "": none */
};

static int line_keep(struct reading *reading, struct sysctl_line *line)
{
	line->file = reading->file;
	line->line = reading->number;
	printable_clean(line->value, PRINTABLE_ONE_LINE);
	line->order = (unsigned)reading->lines->count;
	reading->lines->count += sysctl_is_name(line->name) && line->value[0];
	return 0;
}

/* The value of the name that waits for one, if `text` has it. */
static int pending_take(struct reading *reading, char *text)
{
	char *value = reading->pending.name[0] ? pending_value(text) : NULL;
	if (!value)
		return 0;
	struct sysctl_line *line =
		line_add(reading->lines, reading->pending.name, strlen(reading->pending.name));
	reading->pending.name[0] = '\0';
	if (!line)
		return -1;
	value_take(line, value, 0, VALUE_TO_PLAIN_END);
	line->is_of_container = true;
	sysctl_value_judge(line, false, reading->lines);
	return line_keep(reading, line);
}

static int line_read(struct reading *reading, char *text)
{
	char *line_begin = text + strspn(text, " \t");
	if (*line_begin == '#' || *line_begin == ';')
		return 0;
	bool is_item = line_begin[0] == '-' && isspace((unsigned char)line_begin[1]);
	bool has_comments = !is_of_conf(line_begin);
	if (has_comments)
		comment_cut(line_begin);
	char *name = name_find(line_begin);
	if (!name)
		return pending_take(reading, line_begin);
	while (name) {
		struct setting_text found = setting_text_of(line_begin, name);
		struct sysctl_line *line = line_add(reading->lines, found.name, found.length);
		if (!line)
			return -1;
		if (*found.after != '=' && *found.after != ':') {
			reading->pending = *line;
			return pending_take(reading, found.after);
		}
		line->is_of_container = is_item || found.is_command || *found.after == ':';
		enum value_end end = !has_comments      ? VALUE_TO_LINE_END
				     : found.is_command ? VALUE_TO_WORD_END
							: VALUE_TO_PLAIN_END;
		name = name_find(value_take(line, found.after + 1, found.quote, end));
		sysctl_value_judge(line, !has_comments, reading->lines);
		line_keep(reading, line);
	}
	return 0;
}

int sysctl_lines_parse(struct sysctl_lines *lines, const char *file, char *text)
{
	struct reading reading = {.lines = lines, .file = file};
	lines->files++;
	for (char *line; (line = strsep(&text, "\n"));) {
		reading.number++;
		if (line_read(&reading, line) == -1)
			return -1;
	}
	return 0;
}

static void lines_look_up(struct sysctl_lines *lines, size_t first)
{
	char value[SYSCTL_VALUE_MAX];
	for (size_t i = first; i < lines->count; i++) {
		struct sysctl_line *line = &lines->list[i];
		line->is_unknown = sysctl_read(line->name, value, sizeof(value)) == -1 &&
				   errno == ENOENT && !sysctl_is_host_wide(line->name);
		if (line->is_unknown)
			sysctl_nearest(line->name, line->near, sizeof(line->near));
	}
}

int sysctl_lines_read(struct sysctl_lines *lines, const char *path, struct error *error)
{
	size_t first = lines->count;
	char *text = malloc(FILE_MAX);
	FILE *file = text ? fopen(path, "re") : NULL;
	int result = -1;
	if (!text) {
		error_set(error, STATUS_FAILED, "no memory for %s", path);
	} else if (!file) {
		error_set_errno(error, STATUS_USAGE, "--sysctl-file %s", path);
	} else {
		size_t length = fread(text, 1, FILE_MAX - 1, file);
		text[length] = '\0';
		if (ferror(file))
			error_set_errno(error, STATUS_USAGE, "--sysctl-file %s", path);
		else if (length == FILE_MAX - 1)
			error_set(error, STATUS_USAGE, "--sysctl-file %s: more than 1 MiB", path);
		else if (sysctl_lines_parse(lines, path, text) == -1)
			error_set(error, STATUS_FAILED, "no memory for %s", path);
		else
			result = 0;
	}
	if (file)
		fclose(file);
	free(text);
	if (result == 0)
		lines_look_up(lines, first);
	return result;
}

void sysctl_lines_finish(struct sysctl_lines *lines)
{
	free(lines->list);
	*lines = (struct sysctl_lines){.count = 0};
}

const struct sysctl_line *sysctl_lines_find(const struct sysctl_lines *lines, const char *name)
{
	for (size_t i = lines->count; i > 0; i--)
		if (!lines->list[i - 1].is_refused && strcmp(lines->list[i - 1].name, name) == 0)
			return &lines->list[i - 1];
	return NULL;
}
