/* Manual pages and completions, made from the option tables that parse and print --help. */
#ifndef MANUAL_MANUAL_H
#define MANUAL_MANUAL_H

#include "common/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* One option table: of a verb of teardown, or of teardown-server. */
struct manual_command {
	const char *program; /* "teardown-server" */
	const char *verb;    /* NULL: the program has none */
	const char *does;    /* one line */
	const struct option_table *table;
	const void *defaults;
	bool takes_files; /* as operands */
};

struct manual {
	struct manual_command *commands; /* the verbs, then teardown-server */
	size_t count;
};

/* What may stand behind an option. */
enum manual_values {
	MANUAL_NOTHING, /* a number, or a text of the user's */
	MANUAL_WORDS,   /* those of the row's argument: builtin|wrk */
	MANUAL_STRATEGIES,
	MANUAL_STRATEGY_LIST, /* with commas between them; a file, too */
	MANUAL_METRICS,
	MANUAL_FINDINGS,
	MANUAL_FILES,
	MANUAL_FOLDERS,
};

enum manual_values manual_values_of(const struct option_row *row);

/* Writes the values that are known by name, each followed by `separator`. */
void manual_values_write(const struct option_row *row, char separator, FILE *out);

/* The row at `i`: those of the table, then --help and --version. Returns false behind the last. */
bool manual_row(const struct option_table *table, size_t i, struct option_row *row);

/* Writes a page's template, its @NAME@ lines replaced, as scdoc source. Returns 0 or -1. */
int page_write(const struct manual *manual, FILE *template, const char *name, FILE *out);

void bash_write(const struct manual *manual, FILE *out);
void zsh_write(const struct manual *manual, FILE *out);
void fish_write(const struct manual *manual, const char *program, FILE *out);

#endif
