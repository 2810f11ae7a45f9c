/* The figures of one end of a trial; figures.c asks for them. */
#ifndef BENCH_JUDGE_END_FIGURES_H
#define BENCH_JUDGE_END_FIGURES_H

#include "bench/judge/figures.h"

#include <stdbool.h>
#include <stdint.h>

/* All that the end's own samples say. */
struct end_figures end_figures_of(const struct trial *trial, bool is_server);

/* Adds the TIME_WAITs that came to be at one end, once both ends' own figures and `opened` are
 * there. */
void end_figures_take_made(const struct trial *trial, struct figures *figures, bool is_server);

/* What the end has in the kernel's accounting: TIME_WAITs made, or, where these are not exactly
 * known, as many as there may have been. */
uint64_t end_figures_accounted(const struct end_figures *end);

#endif
