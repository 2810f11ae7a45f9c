/* At which rate of a ramp (--ramp) what broke. Pure functions. */
#ifndef BENCH_JUDGE_RAMP_FIGURES_H
#define BENCH_JUDGE_RAMP_FIGURES_H

#include "bench/load/ramp.h"
#include "bench/trial/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the trial's rate rose, at this hop or the one before. */
bool ramp_was_asked(const struct trial *trial);

/* What broke first of its kind. Of a connection: the rate at which it was due. */
struct ramp_break {
	const char *what; /* ramp_trouble_names, or "latency" */
	bool is_of_loader;
	double t_s, rate_per_s;
	uint64_t connections; /* that met it, in all; 0: it is not counted */
};

struct ramp_breaks {
	struct ramp_break list[RAMP_TROUBLES + 1]; /* by their time */
	size_t count;
};

/* Latency breaks with the first of at least three parts up to the end, in each of which the p99 of
 * responses is more than five times what it was in the first parts that have a hundred of them
 * together, and more than a millisecond. The loader breaks with the first of two parts or more up
 * to the end, or to where ports ran out, in each of which more than 5 % of the starts were late
 * though connections were free. All else breaks with the first connection that meets it. */
struct ramp_breaks ramp_breaks_of(const struct trial *trial);

/* The rate of a ramp so many seconds after the load's start; never beyond its last one. */
double ramp_rate_at(const struct trial *trial, double t_s);

/* Longest of 99 % of the part's responses, by bins that are 9 % wide; 0: it has fewer than 20. */
uint64_t ramp_step_p99_ns(const struct ramp_step *step);

struct ramp_figures {
	/* Up to which rate nothing broke, the loader included; the last one where nothing did.
	 * Unknown, NAN: the rate did not rise. */
	double held_per_s;
};

struct ramp_figures ramp_figures_of(const struct trial *trial);

/* "latency", …: all that may break; NULL behind the last. */
const char *ramp_break_word(size_t i);

#endif
