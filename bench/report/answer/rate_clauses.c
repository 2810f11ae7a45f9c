/* Clauses on what is compared: who is the fastest, and among whom. */
#include "bench/report/answer/basis.h"

#include <stdlib.h>
#include <string.h>

/* Of the pool, those that the leader is not clear of; itself, too. */
static bool is_alike(const struct answer_basis *basis, const struct outcome *outcome)
{
	const struct outcome *leader = basis->leader;
	return answer_is_in_pool(basis, outcome) &&
	       (outcome == leader || !answer_is_clear(basis, leader, outcome));
}

/* Of both hops of a proxied run: "in front at the proxy, behind it at the upstream". */
static void hops_write(const struct answer_basis *basis, enum outcome_holder front, FILE *out)
{
	static const char *const fronts[OUTCOME_HOLDERS] = {
		[OUTCOME_AT_SERVER] = ", TIME_WAIT in front of the proxy at the proxy",
		[OUTCOME_AT_CLIENT] = (", TIME_WAIT in front of the proxy at the client, where "
				       "each holds a port"),
		[OUTCOME_AT_NOBODY] = ", TIME_WAIT in front of the proxy at nobody",
		[OUTCOME_AT_BOTH] = ", TIME_WAIT in front of the proxy at both ends",
	};
	static const char *const behinds[OUTCOME_HOLDERS] = {
		[OUTCOME_AT_SERVER] = ", behind it at the upstream",
		[OUTCOME_AT_CLIENT] = ", behind it at the proxy, where each holds a port",
		[OUTCOME_AT_NOBODY] = ", behind it at nobody",
		[OUTCOME_AT_BOTH] = ", behind it at both ends",
		[OUTCOME_MIXED] = ", behind it at either end",
	};
	fputs(fronts[front] ? fronts[front] : "", out);
	for (size_t i = 0; fronts[front] && i < basis->behind.count; i++) {
		const struct outcome *behind = &basis->behind.list[i];
		if (strcmp(behind->strategy, basis->leader->strategy) == 0 && behind->valid > 0)
			fputs(behinds[behind->holder] ? behinds[behind->holder] : "", out);
	}
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
	if (basis->is_proxied)
		hops_write(basis, holder, out);
	else
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
	else if (answer_count(basis, answer_is_unlike) > 0)
		fputs(" with one request a connection", out);
	fputs(": ", out);
	leader_write(basis, out);
	return true;
}

/* What nobody declared is none of a price. */
static void alike_prices_write(const struct answer_basis *basis, FILE *out)
{
	struct answer_prices prices = {0};
	for (size_t i = 0; i < basis->outcomes.count; i++)
		if (is_alike(basis, &basis->outcomes.list[i]))
			answer_prices_add(&prices, basis, &basis->outcomes.list[i]);
	if (prices.is_paid[ANSWER_PAYS_UNDECLARED])
		return;
	answer_prices_write(&prices, out);
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
	else
		alike_prices_write(basis, out);
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
