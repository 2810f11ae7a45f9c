/* Command lines as tables: one row an option gives parsing, checking, --help, the effective command
 * line and the JSON of it. Every option of both programs is such a row. */
#ifndef COMMON_OPTIONS_H
#define COMMON_OPTIONS_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_kind {
	OPTION_FLAG,     /* bool; no argument */
	OPTION_COUNT,    /* uint64_t; SI suffixes: 10k, 2M */
	OPTION_DURATION, /* uint64_t of nanoseconds; 500ms, 10s, 2m, 1.5; plain numbers are seconds
			  */
	OPTION_TEXT,     /* const char *, points into argv */
	OPTION_LIST,     /* struct option_list: may be given again and again */
};

#define OPTION_LIST_MAX 32

struct option_list {
	size_t count;
	const char *items[OPTION_LIST_MAX];
};

/* Arguments that are no options: the end of argv. */
struct option_operands {
	size_t count;
	const char *const *items;
};

struct option_row {
	const char *name; /* long name, without dashes */
	char letter;      /* 0: none */
	enum option_kind kind;
	size_t offset;        /* of the field in the options struct */
	const char *argument; /* as shown in --help */
	const char *help;
	uint64_t low, high; /* inclusive bounds of OPTION_COUNT and OPTION_DURATION; high 0: none */
};

/* Rows that belong together, under a heading of their own in --help and in the manual page. */
struct option_group {
	const char *title; /* "the load" */
	const struct option_row *rows;
	size_t count;
};

struct option_table {
	const char *program; /* "teardown run" */
	const char *usage;   /* what follows the program's name */
	const char *about;   /* printed above the options, may be several lines */
	const struct option_group *const *groups; /* NULL ends them */
	/* Printed below the options, and in the manual page: a command a line, each of which may
	 * have a line before it that begins with "# " and says what it is for. */
	const char *examples;
};

#define OPTION_GROUP(title, rows)                                                                  \
	{                                                                                          \
		title, rows, sizeof(rows) / sizeof((rows)[0])                                      \
	}
/* The groups of a table whose rows need no headings. */
#define OPTION_ROWS(rows)                                                                          \
	(const struct option_group *const[])                                                       \
	{                                                                                          \
		&(const struct option_group)OPTION_GROUP("options", rows), NULL                    \
	}

/* How many rows a table has, and one of them, counted through all of its groups. Returns NULL
 * behind the last. */
size_t options_count(const struct option_table *table);
const struct option_row *options_row(const struct option_table *table, size_t index);

/* Rows that each table has beside its own. The letter of --help is h unless a row has it. */
extern const struct option_row option_help_row, option_version_row;
char options_help_letter(const struct option_table *table);

enum option_result {
	OPTIONS_PARSED,
	OPTIONS_HELP_SHOWN, /* --help or --version was given and answered on stdout: exit 0 */
	OPTIONS_REFUSED,    /* error says why, status 2 */
};

/* The rows of a table that a command line set. */
#define OPTION_ROWS_MAX 128

struct options_given {
	const struct option_table *table;
	bool rows[OPTION_ROWS_MAX];
};

/* `name` is that of a row. Adding one makes it as if the command line had set it. */
bool options_given_has(const struct options_given *given, const char *name);
void options_given_add(struct options_given *given, const char *name);

/* Parses argv[1..] into `target`, whose fields hold the defaults. Arguments that are no options are
 * put into `operands` (NULL: they are refused). `given` may be NULL. */
enum option_result options_parse(const struct option_table *table, int argc, char **argv,
	void *target, struct option_operands *operands, struct options_given *given,
	struct error *error);

/* Writes " (default 64)", or nothing where the row has none. */
void options_write_default(
	const struct option_row *row, const void *defaults, char *text, size_t size);

void options_print_help(const struct option_table *table, const void *defaults, FILE *out);

/* Room for the number of any row. */
#define OPTION_NUMBER_MAX 32

/* The value of one row as it would be typed, without quotes: a number in `room`, a text where it
 * is, however long. Returns NULL if it is unset. */
const char *options_value(const struct option_row *row, const void *target, size_t item,
	char room[OPTION_NUMBER_MAX]);

/* How many values a row holds: 0 or 1, or the items of a list. */
size_t options_values(const struct option_row *row, const void *target);

/* "10k" → 10000, "1.5M" → 1500000. Returns 0 or -1. */
int options_parse_count(const char *text, uint64_t *count);

/* "10s", "500ms", "2m", "1h", "20us", "1.5" → nanoseconds. Returns 0 or -1. */
int options_parse_duration(const char *text, uint64_t *ns);

/* Cuts the next name off a list such as "a, b", which is written over; blanks around it go. `rest`
 * moves behind it. Returns NULL at the end of the list. */
char *options_next_name(char **rest);

/* The nearest of `names` (by edit distance), or NULL if none is near. */
const char *options_nearest(const char *text, const char *const *names, size_t count);

#endif
