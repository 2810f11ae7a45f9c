/* Findings: named diagnoses of a trial, each with its numbers and the cure. A finding is a pure
 * function of what was recorded: no finding without the sample or the number that shows it. */
#ifndef BENCH_FINDINGS_FINDINGS_H
#define BENCH_FINDINGS_FINDINGS_H

#include "bench/judge/figures.h"

#include <stdbool.h>
#include <stddef.h>

struct findings;

/* One kind of finding: a constant table in a file of its own in this folder (skeleton.c). */
struct finding_kind {
	const char *id; /* kebab-case; result files and --findings name it. Required. */
	/* One sentence each, without a full stop, for `teardown list --findings`. Required. */
	const char *summary; /* what a trial that has it shows */
	const char *cause;   /* what makes it happen */
	const char *cure;    /* what to do about it */
	/* Looks at the record, and calls finding_add for each time that it shows this. Required. */
	void (*detect)(struct findings *findings, const struct trial *trial,
		const struct figures *figures);
};

/* All kinds, the most harmful first: findings of a trial come in this order. */
extern const struct finding_kind *const finding_kinds[];
extern const size_t finding_kind_count;

/* NULL: there is none of that name. */
const struct finding_kind *finding_kind_find(const char *id);

/* One number, or one word, that a finding rests on. */
struct finding_field {
	const char *name; /* the JSON key; units in it; "t_s" is seconds since the loader's start */
	char *word;       /* NULL: the field is a number */
	double number;
};

struct finding {
	const struct finding_kind *kind;
	char *text; /* one sentence: what happened, with its numbers; then the cure */
	struct finding_field *fields;
	size_t field_count;
};

struct findings {
	struct finding *list;
	size_t count;
	bool incomplete;                 /* there was no memory for all of them */
	const struct finding_kind *kind; /* whose detector runs */
};

/* Returns what to give to findings_finish. */
struct findings findings_of(const struct trial *trial, const struct figures *figures);
void findings_finish(struct findings *findings);

#endif
