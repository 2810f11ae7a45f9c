/* A verb of `teardown`: one file here, one constant table in it, one line in verb.c, one page in
 * manual/pages, named in manual/meson.build. */
#ifndef BENCH_VERB_VERB_H
#define BENCH_VERB_VERB_H

#include "common/error.h"
#include "common/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What a verb was called with. */
struct verb_call {
	void *options; /* the verb's own struct, with defaults and what was given */
	struct option_operands operands; /* arguments that are no options */
	struct options_given given;
};

struct verb {
	const char *name;                 /* Required. */
	const char *does;                 /* one line for `teardown --help`. Required. */
	const struct option_table *table; /* Required. */
	size_t options_size;              /* of the struct that the table's rows fill. Required. */
	/* Sets what is not zero by default. Optional: default nothing is. */
	void (*set_defaults)(void *options);
	/* Whether arguments that are no options are taken. Optional: default they are refused. */
	bool takes_operands;
	/* Does it. Returns the exit status, or -1 for that of the error; the error's text, if there
	 * is one, is printed. Required. */
	int (*run)(const struct verb_call *call, struct error *error);
};

extern const struct verb verb_run, verb_list, verb_check, verb_report, verb_compare, verb_trace,
	verb_lab, verb_doctor, verb_plan, verb_agent, verb_merge, verb_version;

/* All of them, in the order of `teardown --help`. */
extern const struct verb *const verbs[];
extern const size_t verb_count;

/* Columns of the terminal on stdout, or of $COLUMNS; 120 where there is neither. */
unsigned verb_width(void);

/* What is printed between begin and end: where stdout is a terminal, in lines that fit it. A pipe
 * has lines as long as they are, for what looks for words in them. */
struct verb_lines {
	FILE *out; /* never NULL */
	char *text;
	size_t size, width;
};

struct verb_lines *verb_lines_begin(struct verb_lines *lines);
void verb_lines_end(struct verb_lines *lines);

/* Columns of the terminal on stderr; 80 where it does not say. */
unsigned verb_error_width(void);

/* Whether stderr is a terminal on which a line can be written anew. */
bool verb_is_terminal(void);

#endif
