/* Clauses on the client's ports. */
#include "bench/report/answer/basis.h"

#include <math.h>
#include <string.h>

/* From this share on connect(2) slows down where it chooses the port by parity. */
#define HALF 0.5

/* The least and the most of a median. */
struct range {
	double least, most;
};

typedef const struct outcome_figure *figure_fn(const struct outcome *outcome);

static struct range range_of(
	const struct answer_basis *basis, answer_choice_fn *is_chosen, figure_fn *figure)
{
	struct range range = {INFINITY, 0};
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		if (!is_chosen(basis, outcome))
			continue;
		range.least = fmin(range.least, figure(outcome)->spread.median);
		range.most = fmax(range.most, figure(outcome)->spread.median);
	}
	return range;
}

static const struct outcome_figure *exhausted_s(const struct outcome *outcome)
{
	return &outcome->exhausted_s;
}

static const struct outcome_figure *held_after_s(const struct outcome *outcome)
{
	return &outcome->held_after_s;
}

/* " after 2.0 s", " after 2.0 to 44 s" */
static void seconds_write(struct range range, FILE *out)
{
	char least[32], most[32];
	answer_seconds(range.least, least, sizeof(least));
	answer_seconds(range.most, most, sizeof(most));
	fprintf(out, " after %s", least);
	if (strcmp(least, most) != 0)
		fprintf(out, " to %s", most);
	fputs(" s", out);
}

bool answer_ran_out(const struct answer_basis *basis, const struct outcome *outcome)
{
	(void)basis;
	return outcome->exhausted > 0 && outcome->trials >= ANSWER_TRIALS_LEAST;
}

bool answer_ports_out(const struct answer_basis *basis, FILE *out)
{
	size_t exhausted = 0, trials = 0;
	size_t count = answer_names_write(basis, answer_ran_out, out);
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		exhausted += answer_ran_out(basis, outcome) ? outcome->exhausted : 0;
		trials += answer_ran_out(basis, outcome) ? outcome->trials : 0;
	}
	fputs(" ran out of ports", out);
	seconds_write(range_of(basis, answer_ran_out, exhausted_s), out);
	if (exhausted < trials)
		fprintf(out, " in %zu of %zu trials", exhausted, trials);
	return count > 0;
}

static bool held_half(const struct answer_basis *basis, const struct outcome *outcome)
{
	return !answer_ran_out(basis, outcome) && !outcome->binds && answer_is_told(outcome) &&
	       outcome->held_share.is_known && outcome->held_share.spread.median >= HALF;
}

static bool held_half_untold(const struct answer_basis *basis, const struct outcome *outcome)
{
	return held_half(basis, outcome) && !answer_is_priced(&basis->priced, outcome);
}

bool answer_ports_half(const struct answer_basis *basis, FILE *out)
{
	size_t count = answer_names_write(basis, held_half_untold, out);
	fprintf(out, " held half or more of %s ports", count > 1 ? "their" : "its");
	return count > 0;
}

/* Not yet, and before the first TIME_WAIT is over. */
static bool ends_soon(const struct answer_basis *basis, const struct outcome *outcome)
{
	return answer_is_told(outcome) && !answer_ports_last(outcome) &&
	       !answer_is_priced(&basis->priced, outcome) && !answer_ran_out(basis, outcome) &&
	       !held_half(basis, outcome);
}

bool answer_ports_soon(const struct answer_basis *basis, FILE *out)
{
	size_t count = answer_names_write(basis, ends_soon, out);
	fprintf(out, " would hold all %s ports", count > 1 ? "their" : "its");
	seconds_write(range_of(basis, ends_soon, held_after_s), out);
	return count > 0;
}

bool answer_ports_well(const struct answer_basis *basis, FILE *out)
{
	const struct outcome *most = NULL;
	if (basis->is_proxied)
		return false;
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		if (!answer_is_told(outcome) || !answer_ports_last(outcome) ||
			outcome->ports_known < outcome->trials ||
			outcome->ports_held >= HALF * outcome->ports)
			return false;
		if (!most || outcome->ports_held * most->ports > most->ports_held * outcome->ports)
			most = outcome;
	}
	if (!most)
		return false;
	fprintf(out, "nobody ran out of ports: at most %.0f of %.0f were held", most->ports_held,
		most->ports);
	return true;
}
