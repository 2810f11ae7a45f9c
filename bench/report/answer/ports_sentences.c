/* Sentences on the client's ports. */
#include "bench/report/answer/basis.h"
#include "bench/result/figure_text.h"

#include <math.h>

/* From this share on connect(2) slows down where it chooses the port by parity. */
#define HALF 0.5
/* More strategies than these are counted. */
#define TOLD_MAX 3

static bool ran_out(const struct answer_basis *basis, const struct outcome *outcome)
{
	(void)basis;
	return outcome->exhausted > 0;
}

bool answer_ports_out(const struct answer_basis *basis, FILE *out)
{
	char share[32];
	size_t met = 0;
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		if (!ran_out(basis, outcome) || ++met > TOLD_MAX)
			continue;
		fprintf(out, "%s%s ran out of ports in %zu of %zu trials, after %.3g s",
			met > 1 ? "; " : "", outcome->strategy, outcome->exhausted, outcome->trials,
			outcome->exhausted_s.spread.median);
		figure_percent(outcome->refused_share.spread.median, share, sizeof(share));
		/* The median of all trials: most of them were not refused any where it is 0. */
		if (outcome->refused_share.spread.median > 0)
			fprintf(out, ", and %s of its connections were refused", share);
	}
	if (met > TOLD_MAX)
		fprintf(out, "; so did %zu more", met - TOLD_MAX);
	return met > 0;
}

static bool held_half(const struct answer_basis *basis, const struct outcome *outcome)
{
	return !ran_out(basis, outcome) && !outcome->binds && answer_is_told(outcome) &&
	       outcome->held_share.is_known && outcome->held_share.spread.median >= HALF;
}

static bool met_cliff(const struct answer_basis *basis, const struct outcome *outcome)
{
	return held_half(basis, outcome) && 2 * outcome->cliffs > outcome->valid;
}

bool answer_ports_half(const struct answer_basis *basis, FILE *out)
{
	char low[32], high[32];
	double least = INFINITY, most = 0;
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		if (!held_half(basis, outcome))
			continue;
		least = fmin(least, outcome->held_share.spread.median);
		most = fmax(most, outcome->held_share.spread.median);
	}
	if (answer_count(basis, held_half) == 0)
		return false;
	fputs("Half of the client's ports or more were held by ", out);
	answer_names_write(basis, held_half, out);
	figure_percent(least, low, sizeof(low));
	figure_percent(most, high, sizeof(high));
	fprintf(out, " (%s", low);
	if (most > least)
		fprintf(out, " to %s", high);
	fputc(')', out);
	if (answer_count(basis, met_cliff) == 0)
		return true;
	fputs(", and from half on connect() slowed down with ", out);
	answer_names_write(basis, met_cliff, out);
	return true;
}

/* Not yet, and before the first TIME_WAIT is over. */
static bool ends_soon(const struct answer_basis *basis, const struct outcome *outcome)
{
	return answer_is_told(outcome) && !answer_ports_last(outcome) && !ran_out(basis, outcome) &&
	       !held_half(basis, outcome);
}

bool answer_ports_soon(const struct answer_basis *basis, FILE *out)
{
	size_t met = 0;
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		if (!ends_soon(basis, outcome) || ++met > TOLD_MAX)
			continue;
		fprintf(out, "%s%s would hold all its ports after %.2g s at its rate",
			met > 1 ? "; " : "", outcome->strategy,
			outcome->held_after_s.spread.median);
	}
	if (met > TOLD_MAX)
		fprintf(out, "; so would %zu more", met - TOLD_MAX);
	return met > 0;
}

bool answer_ports_well(const struct answer_basis *basis, FILE *out)
{
	const struct outcome *most = NULL;
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		if (!answer_ports_last(outcome) || outcome->ports_known < outcome->trials ||
			outcome->ports_held >= HALF * outcome->ports)
			return false;
		if (!most || outcome->ports_held * most->ports > most->ports_held * outcome->ports)
			most = outcome;
	}
	if (!most)
		return false;
	fprintf(out, "Nobody ran out of ports: at most %.0f of %.0f were held", most->ports_held,
		most->ports);
	return true;
}
