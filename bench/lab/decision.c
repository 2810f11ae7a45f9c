/* What comes of a scene: its verdicts, each with a sentence and figures; or why it came to none. */
#include "bench/lab/lab.h"
#include "common/bounded_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void lab_fail(struct lab *lab, const char *format, ...)
{
	if (lab->failure[0])
		return;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(lab->failure, sizeof(lab->failure), format, arguments);
	va_end(arguments);
}

void lab_skip(struct lab *lab, const char *format, ...)
{
	if (lab->failure[0])
		return;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(lab->failure, sizeof(lab->failure), format, arguments);
	va_end(arguments);
	lab->is_skipped = true;
}

bool lab_is_over(struct lab *lab)
{
	if (!lab->failure[0] && lab->options->interrupted && *lab->options->interrupted) {
		lab->outcome->interrupted = true;
		lab_fail(lab, "interrupted");
	}
	return lab->failure[0];
}

bool lab_has_failed(const struct lab *lab)
{
	return lab->failure[0];
}

void lab_measure_all(
	struct lab *lab, const char *claim, const struct measured *figures, size_t count)
{
	struct claim_outcome *outcome = outcome_claim(lab->outcome, claim);
	for (size_t i = 0; i < count && !lab_is_over(lab); i++)
		if (outcome->measured_count < OUTCOME_MEASURED_MAX)
			outcome->measured[outcome->measured_count++] = figures[i];
}

static void __attribute__((format(printf, 4, 0))) decide(struct lab *lab, const char *claim,
	enum verdict verdict, const char *format, va_list arguments)
{
	struct claim_outcome *outcome = outcome_claim(lab->outcome, claim);
	if (lab_is_over(lab) || outcome->verdict != UNDECIDED)
		return;
	vsnprintf(outcome->because, sizeof(outcome->because), format, arguments);
	outcome->verdict = verdict;
}

void lab_decide(struct lab *lab, const char *claim, enum verdict verdict, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	decide(lab, claim, verdict, format, arguments);
	va_end(arguments);
}

void lab_holds(struct lab *lab, const char *claim, bool is_true, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	decide(lab, claim, is_true ? HOLDS : DOES_NOT_HOLD, format, arguments);
	va_end(arguments);
}

void lab_explain(struct lab *lab, const char *claim, enum verdict verdict, const char *why)
{
	struct claim_outcome *outcome = outcome_claim(lab->outcome, claim);
	char sentence[OUTCOME_TEXT];
	size_t length = strlen(outcome->because);
	if (lab_is_over(lab) || outcome->verdict != verdict || length == 0)
		return;
	/* In the place of its full stop. */
	bounded_text_write(
		sentence, sizeof(sentence), "%.*s: %s.", (int)length - 1, outcome->because, why);
	bounded_text_write(outcome->because, sizeof(outcome->because), "%s", sentence);
}

void lab_decide_rest(struct lab *lab)
{
	const char *slow = lab->lesson->slow_claim;
	for (size_t i = 0; i < lab->outcome->claim_count; i++) {
		struct claim_outcome *claim = &lab->outcome->claims[i];
		if (claim->verdict != UNDECIDED)
			continue;
		bool waits = slow && !lab->options->slow && strcmp(claim->claim->id, slow) == 0;
		claim->verdict = lab->is_skipped || waits ? SKIPPED : UNDECIDED;
		bounded_text_write(claim->because, sizeof(claim->because), "%s",
			waits             ? "it takes more than a minute: --slow tries it"
			: lab->failure[0] ? lab->failure
					  : "the scene ended without an answer");
	}
}
