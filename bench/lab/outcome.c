#include "bench/lab/outcome.h"

#include <assert.h>
#include <string.h>

const char *verdict_text(enum verdict verdict)
{
	static const char *const texts[] = {
		[UNDECIDED] = "undecided",
		[HOLDS] = "holds",
		[DOES_NOT_HOLD] = "does-not-hold",
		[DIFFERS] = "differs",
		[SKIPPED] = "skipped",
	};
	return texts[verdict];
}

void outcome_init(struct lesson_outcome *outcome, const struct lesson *lesson)
{
	*outcome = (struct lesson_outcome){.lesson = lesson, .claim_count = lesson->claim_count};
	assert(lesson->claim_count <= LESSON_CLAIMS_MAX);
	for (size_t i = 0; i < lesson->claim_count; i++)
		outcome->claims[i].claim = &lesson->claims[i];
}

void outcome_finish(struct lesson_outcome *outcome)
{
	for (size_t i = 0; i < outcome->shown_count; i++)
		ladder_finish(&outcome->shown[i].ladder);
	outcome->shown_count = 0;
}

size_t outcome_count(const struct lesson_outcome *outcome, enum verdict verdict)
{
	size_t count = 0;
	for (size_t i = 0; i < outcome->claim_count; i++)
		count += outcome->claims[i].verdict == verdict;
	return count;
}

struct claim_outcome *outcome_claim(struct lesson_outcome *outcome, const char *id)
{
	for (size_t i = 0; i < outcome->claim_count; i++)
		if (strcmp(outcome->claims[i].claim->id, id) == 0)
			return &outcome->claims[i];
	assert(false);
	return NULL;
}
