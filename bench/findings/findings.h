/* Findings: named diagnoses of a trial, each with its numbers and the cure. A pure function of what
 * was recorded: no finding without the sample or the number that shows it. */
#ifndef BENCH_FINDINGS_FINDINGS_H
#define BENCH_FINDINGS_FINDINGS_H

#include "bench/judge/figures.h"

#include <stddef.h>

#define FINDINGS_MAX 16
#define FINDING_FIELDS_MAX 12

/* One number, or one word, that a finding rests on. */
struct finding_field {
	const char *name; /* the JSON key; units in it; "t_s" is seconds since the loader's start */
	char word[64];    /* empty: it is a number */
	double number;
};

struct finding {
	const char *id;
	char text[480]; /* one sentence: what, with its numbers; then the cure */
	struct finding_field fields[FINDING_FIELDS_MAX];
	size_t field_count;
};

struct findings {
	struct finding list[FINDINGS_MAX];
	size_t count;
};

struct findings findings_of(const struct trial *trial, const struct figures *figures);

#endif
