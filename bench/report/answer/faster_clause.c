/* The clause on what is faster than the first, and at what price. */
#include "bench/report/answer/basis.h"

/* More strategies than these are counted. */
#define NAMED_MAX 2

bool answer_is_unlike(const struct answer_basis *basis, const struct outcome *outcome)
{
	return answer_is_told(outcome) && outcome->losers == 0 &&
	       outcome->rate.count >= ANSWER_TRIALS_LEAST && !outcome->rate.is_at_most &&
	       !basis->is_open && !basis->is_kept_alive && answer_is_kept_alive(outcome);
}

/* Clearly better than the leader, and not of the pool. */
static bool is_faster(const struct answer_basis *basis, const struct outcome *outcome)
{
	const struct outcome *leader = basis->leader;
	bool is_other = answer_is_compared(basis, outcome) || answer_is_unlike(basis, outcome);
	return leader && is_other && !answer_is_in_pool(basis, outcome) &&
	       answer_is_clear(basis, outcome, leader);
}

static bool is_unnamed(const struct answer_basis *basis, const struct answer_priced *named,
	const struct outcome *outcome)
{
	return is_faster(basis, outcome) && !answer_is_priced(named, outcome);
}

/* The best of those; NULL: there is none. */
static const struct outcome *best_unnamed(
	const struct answer_basis *basis, const struct answer_priced *named)
{
	const struct outcome *best = NULL;
	/* There was no memory for them. */
	if (!basis->outcomes.list)
		return NULL;
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		if (is_unnamed(basis, named, outcome) &&
			(!best || answer_is_better(basis, outcome, best)))
			best = outcome;
	}
	return best;
}

static struct answer_priced named_of(const struct answer_basis *basis)
{
	struct answer_priced named = {0};
	const struct outcome *best;
	while (named.count < NAMED_MAX && (best = best_unnamed(basis, &named)))
		answer_priced_add(&named, best);
	return named;
}

void answer_faster_named(const struct answer_basis *basis, struct answer_priced *priced)
{
	struct answer_priced named = named_of(basis);
	for (size_t i = 0; i < named.count; i++)
		answer_priced_add(priced, named.list[i]);
}

static void one_write(const struct answer_basis *basis, const struct outcome *outcome, FILE *out)
{
	fprintf(out, "%s (", outcome->strategy);
	bool is_priced = answer_price_write(outcome, out);
	if (answer_is_unlike(basis, outcome))
		fprintf(out, "%s%.0f requests a connection", is_priced ? "; " : "",
			outcome->exchanges);
	fputc(')', out);
}

/* Each of them costs something, or the first sentence would be of it. */
static void more_write(
	const struct answer_basis *basis, const struct answer_priced *named, size_t more, FILE *out)
{
	struct answer_prices prices = {0};
	for (size_t i = 0; i < basis->outcomes.count; i++)
		if (is_unnamed(basis, named, &basis->outcomes.list[i]))
			answer_prices_add(&prices, basis, &basis->outcomes.list[i]);
	fprintf(out, " and %zu more", more);
	answer_prices_write(&prices, out);
}

bool answer_faster(const struct answer_basis *basis, FILE *out)
{
	size_t count = answer_count(basis, is_faster);
	struct answer_priced named = named_of(basis);
	fputs(basis->is_open ? "lower p99: " : "faster: ", out);
	for (size_t i = 0; i < named.count; i++) {
		fputs(i == 0 ? "" : i + 1 == count ? " and " : ", ", out);
		one_write(basis, named.list[i], out);
	}
	if (named.count < count)
		more_write(basis, &named, count - named.count, out);
	return count > 0;
}
