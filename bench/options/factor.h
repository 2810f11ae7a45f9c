/* A factor of a run: one option that takes several values, its levels. Each strategy is then played
 * at each level, and a row of the result is a strategy at a level: "graceful:write-first",
 * "graceful:think@300ms", "graceful:IPv6". --matrix has client behaviours as its levels, --sweep
 * the values that it names, --family both the two families, --compare-tls plain HTTP and TLS. */
#ifndef BENCH_OPTIONS_FACTOR_H
#define BENCH_OPTIONS_FACTOR_H

#include "bench/options/options.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one level may be called, its NUL included. */
#define FACTOR_LEVEL_MAX 48
/* Trials that a run with a factor may have. */
#define FACTOR_TRIALS_MAX 5000

struct factor_level {
	char value[FACTOR_LEVEL_MAX];    /* as the option would be given it */
	char name[FACTOR_LEVEL_MAX];     /* behind the strategy's name in the name of a row */
	struct run_options *options;     /* complete, with this value */
	char *names[RUN_STRATEGIES_MAX]; /* of its rows, as options->chosen */
};

struct factor {
	const char *option; /* "clients", "think" */
	size_t count;
	struct factor_level *levels;
};

/* Whether the options ask for a factor. */
bool factor_is_asked(const struct run_options *options);

/* Whether its trials are cells of a matrix, or points of a sweep, which answer by themselves. The
 * rows of --family both and --compare-tls are compared as strategies are. */
bool factor_has_cells(const struct run_options *options);

/* The option that asks for it: "--family both". */
const char *factor_option_text(const struct run_options *options);

/* Refuses what cannot go with the factor that is asked for. Returns 0 or -1. */
int factor_check_asked(struct run_options *options, struct error *error);

/* Sets what a run with a factor has by default, of what is not `given`, as if it
 * had been given; and refuses what cannot go with one. Before the options are completed. Returns 0
 * or -1. */
int factor_prepare(struct run_options *options, struct options_given *given, struct error *error);

/* Completes the options at one level. */
typedef int factor_complete_fn(
	struct run_options *options, const struct options_given *given, struct error *error);

/* Sets options->factor: `raw` are the options before they were completed. Returns 0 or -1. What it
 * makes lives until the next call. */
int factor_make(struct run_options *options, const struct run_options *raw,
	const struct options_given *given, factor_complete_fn *complete, struct error *error);

/* A row of the result: what one trial of each repeat is played of. */
struct run_row {
	const struct run_options *options;
	const struct td_strategy *strategy;
	size_t chosen;    /* options->chosen */
	const char *name; /* as the result has it */
};

/* The rows of a run: its strategies, each at every level where there is a factor. */
size_t run_rows_count(const struct run_options *options);
struct run_row run_row_at(const struct run_options *options, size_t index);

#endif
