/* Clauses on what is compared: who is the fastest, among whom, and what is faster at a price. */
#include "bench/report/answer/basis.h"

#include <stdlib.h>
#include <string.h>

/* More strategies than these are counted. */
#define TOLD_MAX 2
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Of the pool, those that the leader is not clear of; itself, too. */
static bool is_alike(const struct answer_basis *basis, const struct outcome *outcome)
{
	const struct outcome *leader = basis->leader;
	return answer_is_in_pool(basis, outcome) &&
	       (outcome == leader || !answer_is_clear(basis, leader, outcome));
}

/* It makes many requests on a connection, which those that are compared do not. */
static bool is_unlike(const struct answer_basis *basis, const struct outcome *outcome)
{
	return answer_is_told(outcome) && outcome->losers == 0 &&
	       outcome->rate.count >= ANSWER_TRIALS_LEAST && !outcome->rate.is_at_most &&
	       !basis->is_open && !basis->is_kept_alive && answer_is_kept_alive(outcome);
}

/* Clearly better than the leader, and not of the pool. */
static bool is_faster(const struct answer_basis *basis, const struct outcome *outcome)
{
	const struct outcome *leader = basis->leader;
	bool is_other = answer_is_compared(basis, outcome) || is_unlike(basis, outcome);
	return leader && is_other && !answer_is_in_pool(basis, outcome) &&
	       answer_is_clear(basis, outcome, leader);
}

/* Who pays: where TIME_WAIT stays, in all trials of those that are chosen; else nothing. */
static void holder_write(const struct answer_basis *basis, answer_choice_fn *is_chosen, FILE *out)
{
	static const char *const texts[OUTCOME_HOLDERS] = {
		[OUTCOME_AT_SERVER] = ", TIME_WAIT at the server, where it holds no port",
		[OUTCOME_AT_CLIENT] = ", TIME_WAIT at the client, where each holds a port",
		[OUTCOME_AT_NOBODY] = ", and nobody is left with TIME_WAIT",
		[OUTCOME_AT_BOTH] = ", TIME_WAIT at both ends",
	};
	enum outcome_holder holder = basis->leader->holder;
	for (size_t i = 0; i < basis->outcomes.count; i++)
		if (is_chosen(basis, &basis->outcomes.list[i]) &&
			basis->outcomes.list[i].holder != holder)
			return;
	fputs(texts[holder] ? texts[holder] : "", out);
}

/* Whether not only what it gives up keeps a strategy out of the pool. */
static bool ports_count(const struct answer_basis *basis)
{
	for (size_t i = 0; i < basis->outcomes.count; i++)
		if (answer_is_told(&basis->outcomes.list[i]) &&
			!answer_ports_last(&basis->outcomes.list[i]))
			return true;
	return false;
}

static bool is_leader(const struct answer_basis *basis, const struct outcome *outcome)
{
	return outcome == basis->leader;
}

/* The leader's figure, who pays, and what it gives up where that is not said before. */
static void leader_write(const struct answer_basis *basis, FILE *out)
{
	char *price = NULL;
	size_t size;
	FILE *text = open_memstream(&price, &size);
	answer_value_write(basis, basis->leader, out);
	fprintf(out, " %s", answer_unit(basis));
	holder_write(basis, is_leader, out);
	bool is_priced = text && answer_price_write(basis->leader, text);
	if (text && fclose(text) == 0 && is_priced)
		fprintf(out, "; %s", price);
	free(price);
}

bool answer_fastest(const struct answer_basis *basis, FILE *out)
{
	size_t pool = answer_count(basis, answer_is_in_pool);
	if (pool < 2 || answer_count(basis, is_alike) > 1)
		return false;
	fprintf(out, "%s %s of %zu", basis->leader->strategy,
		basis->is_open ? "has the lowest p99" : "is the fastest", pool);
	if (basis->has_safe)
		fprintf(out, " that give up nothing%s",
			ports_count(basis) ? " and have ports enough" : "");
	else if (answer_count(basis, is_unlike) > 0)
		fputs(" with one request a connection", out);
	fputs(": ", out);
	leader_write(basis, out);
	return true;
}

bool answer_alike(const struct answer_basis *basis, FILE *out)
{
	const struct outcome *leader = basis->leader, *last = leader;
	if (answer_count(basis, is_alike) < 2)
		return false;
	for (size_t i = 0; i < basis->outcomes.count; i++)
		if (is_alike(basis, &basis->outcomes.list[i]) &&
			answer_is_better(basis, last, &basis->outcomes.list[i]))
			last = &basis->outcomes.list[i];
	fprintf(out, "no clear difference in %s between ", basis->is_open ? "p99" : "rate");
	answer_names_write(basis, is_alike, out);
	if (basis->has_safe)
		fputs(", which give up nothing", out);
	fputs(": ", out);
	answer_value_write(basis, last, out);
	fputs(" to ", out);
	answer_value_write(basis, leader, out);
	fprintf(out, " %s", answer_unit(basis));
	holder_write(basis, is_alike, out);
	return true;
}

bool answer_one(const struct answer_basis *basis, FILE *out)
{
	if (answer_count(basis, answer_is_in_pool) != 1)
		return false;
	fputs(basis->leader->strategy, out);
	if (basis->has_safe)
		fprintf(out, " gives up nothing%s",
			ports_count(basis) ? " and has ports enough" : "");
	fputs(basis->is_open ? ": p99 " : ": ", out);
	leader_write(basis, out);
	return true;
}

/* What is faster than the leader and is not told yet; the strategies that were told. */
struct telling {
	size_t told;
	const struct outcome *list[TOLD_MAX];
};

static bool is_untold(const struct answer_basis *basis, const struct telling *telling,
	const struct outcome *outcome)
{
	for (size_t i = 0; i < telling->told; i++)
		if (telling->list[i] == outcome)
			return false;
	return is_faster(basis, outcome);
}

/* The best of those; NULL: there is none. */
static const struct outcome *best_untold(
	const struct answer_basis *basis, const struct telling *telling)
{
	const struct outcome *best = NULL;
	/* There was no memory for them. */
	if (!basis->outcomes.list)
		return NULL;
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		if (is_untold(basis, telling, outcome) &&
			(!best || answer_is_better(basis, outcome, best)))
			best = outcome;
	}
	return best;
}

static void faster_write(const struct answer_basis *basis, const struct outcome *outcome, FILE *out)
{
	fprintf(out, "%s (", outcome->strategy);
	bool is_priced = answer_price_write(outcome, out);
	if (is_unlike(basis, outcome))
		fprintf(out, "%s%.0f requests a connection", is_priced ? "; " : "",
			outcome->exchanges);
	fputc(')', out);
}

/* ", at the price of guard or ports": what those that are not told of cost, of which there are
 * `more`. Each of them costs something, or the first sentence would be of it. */
static void prices_write(
	const struct answer_basis *basis, const struct telling *telling, size_t more, FILE *out)
{
	static const char *const names[] = {
		"tail", "guard", "something undeclared", "ports", "fewer connections"};
	bool is_paid[COUNT(names)] = {false};
	size_t count = 0, met = 0;
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		if (!is_untold(basis, telling, outcome))
			continue;
		is_paid[0] |= (outcome->price & OUTCOME_GIVES_TAIL) != 0;
		is_paid[1] |= (outcome->price & OUTCOME_GIVES_GUARD) != 0;
		is_paid[2] |= (outcome->price & OUTCOME_UNDECLARED) != 0;
		is_paid[3] |= !answer_ports_last(outcome);
		is_paid[4] |= is_unlike(basis, outcome);
	}
	for (size_t i = 0; i < COUNT(names); i++)
		count += is_paid[i];
	for (size_t i = 0; i < COUNT(names); i++)
		if (is_paid[i])
			fprintf(out, "%s%s",
				++met == 1    ? ", at the price of "
				: met < count ? ", "
				: more == 1   ? " and "
					      : " or ",
				names[i]);
}

bool answer_faster(const struct answer_basis *basis, FILE *out)
{
	size_t count = answer_count(basis, is_faster);
	struct telling telling = {0};
	const struct outcome *best = NULL;
	fputs(basis->is_open ? "lower p99: " : "faster: ", out);
	while (telling.told < TOLD_MAX && (best = best_untold(basis, &telling))) {
		fputs(telling.told == 0 ? "" : telling.told + 1 == count ? " and " : ", ", out);
		telling.list[telling.told++] = best;
		faster_write(basis, best, out);
	}
	if (telling.told < count) {
		fprintf(out, " and %zu more", count - telling.told);
		prices_write(basis, &telling, count - telling.told, out);
	}
	return count > 0;
}
