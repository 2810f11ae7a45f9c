/* What came of a lesson: verdicts, figures, ladders. */
#ifndef BENCH_LAB_OUTCOME_H
#define BENCH_LAB_OUTCOME_H

#include "bench/lab/lesson.h"
#include "bench/trace/connection_view.h"
#include "bench/trace/ladder.h"

#include <stdbool.h>
#include <stddef.h>

#define OUTCOME_TEXT 400
#define OUTCOME_MEASURED_MAX 12
#define LAB_SHOWN_MAX 3

struct claim_outcome {
	const struct claim *claim;
	enum verdict verdict;
	char because[OUTCOME_TEXT];
	struct measured measured[OUTCOME_MEASURED_MAX];
	size_t measured_count;
};

struct shown_ladder {
	struct ladder ladder;
	struct connection_view view;
	const char *caption;
};

struct lesson_outcome {
	const struct lesson *lesson;
	struct claim_outcome claims[LESSON_CLAIMS_MAX];
	size_t claim_count;
	struct shown_ladder shown[LAB_SHOWN_MAX];
	size_t shown_count;
	double seconds;
	bool is_ipv6; /* played in it, not in IPv4 */
	bool interrupted;
};

/* "holds", "does-not-hold", … */
const char *verdict_text(enum verdict verdict);

/* All claims of the lesson, undecided. */
void outcome_init(struct lesson_outcome *outcome, const struct lesson *lesson);
void outcome_finish(struct lesson_outcome *outcome);

/* How many claims have the verdict. */
size_t outcome_count(const struct lesson_outcome *outcome, enum verdict verdict);

/* The claim of that name; a name that the lesson has not is a mistake of ours. */
struct claim_outcome *outcome_claim(struct lesson_outcome *outcome, const char *id);

#endif
