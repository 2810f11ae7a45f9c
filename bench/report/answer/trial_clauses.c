/* Clauses on what counts, and on what was lost. */
#include "bench/report/answer/basis.h"
#include "bench/result/figure_text.h"

#include <math.h>

static bool has_valid(const struct answer_basis *basis, const struct outcome *outcome)
{
	(void)basis;
	return outcome->valid > 0;
}

static bool is_told(const struct answer_basis *basis, const struct outcome *outcome)
{
	(void)basis;
	return answer_is_told(outcome);
}

static bool has_trials(const struct answer_basis *basis, const struct outcome *outcome)
{
	(void)basis;
	return outcome->trials >= ANSWER_TRIALS_LEAST;
}

/* Why it is not compared has a clause of its own where it lost responses or ran out of ports. */
static bool is_left_out(const struct answer_basis *basis, const struct outcome *outcome)
{
	bool has_clause = answer_has_lost(basis, outcome) || answer_ran_out(basis, outcome);
	return !answer_is_told(outcome) && !has_clause;
}

bool answer_none_valid(const struct answer_basis *basis, FILE *out)
{
	fputs("no trial is valid, so nothing is compared: each row says why", out);
	return basis->outcomes.count > 0 && answer_count(basis, has_valid) == 0;
}

bool answer_few(const struct answer_basis *basis, FILE *out)
{
	fprintf(out, "no strategy has %d valid trials, so nothing is compared",
		ANSWER_TRIALS_LEAST);
	if (answer_count(basis, has_trials) == 0)
		fprintf(out, ": --repeat %d or more", ANSWER_TRIALS_LEAST);
	return answer_count(basis, has_valid) > 0 && answer_count(basis, is_told) == 0;
}

bool answer_left_out(const struct answer_basis *basis, FILE *out)
{
	size_t count = answer_names_write(basis, is_left_out, out);
	fprintf(out, " %s left out: too few valid trials", count > 1 ? "are" : "is");
	return count > 0 && answer_count(basis, is_told) > 0;
}

static bool is_at_most(const struct answer_basis *basis, const struct outcome *outcome)
{
	return answer_is_told(outcome) && answer_figure(basis, outcome)->is_at_most;
}

bool answer_none_counted(const struct answer_basis *basis, FILE *out)
{
	fprintf(out, "of %s only upper bounds are known, so nothing is compared",
		answer_unit(basis));
	return answer_count(basis, answer_is_in_pool) == 0 && answer_count(basis, is_at_most) > 0;
}

bool answer_at_most(const struct answer_basis *basis, FILE *out)
{
	size_t count = answer_names_write(basis, is_at_most, out);
	fprintf(out, " %s left out: only an upper bound of %s is known", count > 1 ? "are" : "is",
		answer_unit(basis));
	return count > 0 && answer_count(basis, answer_is_in_pool) > 0;
}

bool answer_has_lost(const struct answer_basis *basis, const struct outcome *outcome)
{
	return outcome->losers > 0 && has_trials(basis, outcome);
}

/* The median of what was lost is 0 where most trials lost nothing: then they are counted. */
static void lost_write(const struct answer_basis *basis, bool is_one, FILE *out)
{
	char share[32];
	double most = 0;
	size_t losers = 0, trials = 0;
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		if (!answer_has_lost(basis, outcome))
			continue;
		most = fmax(most, outcome->lost_share.spread.median);
		losers += outcome->losers;
		trials += outcome->trials;
	}
	figure_percent(most, share, sizeof(share));
	if (most > 0)
		fprintf(out, " in %s%s of connections", is_one ? "" : "up to ", share);
	else
		fprintf(out, " in %zu of %zu trials", losers, trials);
}

bool answer_lost(const struct answer_basis *basis, FILE *out)
{
	char bytes[64];
	size_t count = answer_names_write(basis, answer_has_lost, out);
	fputs(" lost responses", out);
	figure_bytes(basis->outcomes.response_bytes, bytes, sizeof(bytes));
	if (basis->outcomes.response_bytes > 0)
		fprintf(out, " of %s", bytes);
	lost_write(basis, count == 1, out);
	return count > 0;
}
