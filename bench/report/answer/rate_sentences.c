/* Sentences on what is compared: who was the fastest, among whom, and what is faster at a price. */
#include "bench/report/answer/basis.h"
#include "bench/result/figure_text.h"

/* The kernel takes so much at once (tcp_wmem's default): a smaller response is whole before its
 * connection is closed, whatever the close does. */
#define RESPONSE_SMALL 16384
/* More strategies than these are counted. */
#define TOLD_MAX 3

/* Of the pool, those that the leader is not clear of; itself, too. */
static bool is_alike(const struct answer_basis *basis, const struct outcome *outcome)
{
	const struct outcome *leader = basis->leader;
	return answer_is_in_pool(basis, outcome) &&
	       (outcome == leader || !answer_is_clear(basis, leader, outcome));
}

static bool is_kept_alive(const struct answer_basis *basis, const struct outcome *outcome)
{
	return answer_is_told(outcome) && outcome->losers == 0 &&
	       outcome->rate.count >= ANSWER_TRIALS_LEAST && !basis->is_open &&
	       !basis->is_kept_alive && outcome->exchanges >= ANSWER_KEPT_ALIVE_LEAST;
}

/* Clearly better than the leader, and not of the pool. */
static bool is_at_a_price(const struct answer_basis *basis, const struct outcome *outcome)
{
	const struct outcome *leader = basis->leader;
	bool is_other = answer_is_compared(basis, outcome) || is_kept_alive(basis, outcome);
	return leader && is_other && !answer_is_in_pool(basis, outcome) &&
	       answer_is_clear(basis, outcome, leader);
}

/* Who pays: where TIME_WAIT stays. */
static void holder_write(const struct outcome *outcome, FILE *out)
{
	static const char *const texts[OUTCOME_HOLDERS] = {
		[OUTCOME_AT_SERVER] = ", and TIME_WAIT stays at the server, where it holds no port",
		[OUTCOME_AT_CLIENT] =
			", and TIME_WAIT stays at the client, where each holds a port",
		[OUTCOME_AT_NOBODY] = ", and nobody is left with TIME_WAIT",
		[OUTCOME_AT_BOTH] = ", and TIME_WAIT stays at both ends",
	};
	if (texts[outcome->holder])
		fputs(texts[outcome->holder], out);
}

/* The leader's figure, what it gives up, and who pays. */
static void leader_write(const struct answer_basis *basis, const struct outcome *leader, FILE *out)
{
	answer_figure_write(basis, leader, out);
	answer_interval_write(basis, leader, out);
	holder_write(leader, out);
	if (!answer_is_safe(basis, leader) && leader->price != OUTCOME_UNDECLARED) {
		fputs("; it ", out);
		answer_price_write(leader, false, out);
	}
}

/* What else than giving something up keeps a strategy out of the pool, where one is. */
static const char *last_text(const struct answer_basis *basis)
{
	for (size_t i = 0; i < basis->outcomes.count; i++)
		if (answer_is_told(&basis->outcomes.list[i]) &&
			!answer_ports_last(&basis->outcomes.list[i]))
			return " and has ports enough";
	return "";
}

bool answer_fastest(const struct answer_basis *basis, FILE *out)
{
	const struct outcome *leader = basis->leader;
	size_t pool = answer_count(basis, answer_is_in_pool);
	if (pool < 2 || answer_count(basis, is_alike) > 1)
		return false;
	fprintf(out, "%s %s", leader->strategy,
		basis->is_open ? "had the lowest p99" : "was the fastest");
	if (answer_is_safe(basis, leader) && pool < answer_count(basis, answer_is_compared))
		fprintf(out, " of the %zu that give up nothing%s", pool, last_text(basis));
	fputs(": ", out);
	leader_write(basis, leader, out);
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
	fprintf(out, "No clear difference in %s between ", basis->is_open ? "p99" : "rate");
	answer_names_write(basis, is_alike, out);
	if (answer_is_safe(basis, leader))
		fprintf(out, ", which give up nothing%s", last_text(basis));
	fputs(": ", out);
	answer_figure_write(basis, last, out);
	fputs(" to ", out);
	answer_figure_write(basis, leader, out);
	return true;
}

bool answer_one(const struct answer_basis *basis, FILE *out)
{
	const struct outcome *leader = basis->leader;
	if (answer_count(basis, answer_is_in_pool) != 1)
		return false;
	bool is_alone = answer_count(basis, answer_is_compared) == 1;
	if (!is_alone)
		fprintf(out, "%s is the only one that gives up nothing%s: ", leader->strategy,
			last_text(basis));
	else
		fprintf(out, "%s: ", leader->strategy);
	leader_write(basis, leader, out);
	if (is_alone && answer_is_safe(basis, leader))
		fputs("; it gives up nothing", out);
	return true;
}

/* Nothing lost is known of, and something might have been. */
static bool shows_no_tail(const struct answer_basis *basis, const struct outcome *outcome)
{
	return is_at_a_price(basis, outcome) && (outcome->price & OUTCOME_GIVES_TAIL) &&
	       outcome->loss_known == outcome->trials;
}

/* The best of those at a price that `before` is better than; NULL: there is none. */
static const struct outcome *next_at_a_price(
	const struct answer_basis *basis, const struct outcome *before)
{
	const struct outcome *best = NULL;
	/* There was no memory for them. */
	if (!basis->outcomes.list)
		return NULL;
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		if (is_at_a_price(basis, outcome) &&
			(!before || answer_is_better(basis, before, outcome)) &&
			(!best || answer_is_better(basis, outcome, best)))
			best = outcome;
	}
	return best;
}

static void price_tag_write(
	const struct answer_basis *basis, const struct outcome *outcome, FILE *out)
{
	fprintf(out, "%s, ", outcome->strategy);
	answer_figure_write(basis, outcome, out);
	if (is_kept_alive(basis, outcome))
		fprintf(out, " with %.0f on a connection", outcome->exchanges);
	fputs(" (", out);
	answer_price_write(outcome, true, out);
	fputc(')', out);
}

bool answer_at_a_price(const struct answer_basis *basis, FILE *out)
{
	char bytes[64];
	size_t count = answer_count(basis, is_at_a_price), told = 0;
	const struct outcome *at = NULL;
	fputs(basis->is_open ? "Lower at a price: " : "Faster at a price: ", out);
	while (told < TOLD_MAX && (at = next_at_a_price(basis, at))) {
		fputs(told++ ? "; " : "", out);
		price_tag_write(basis, at, out);
	}
	if (told < count)
		fprintf(out, "; and %zu more", count - told);
	if (answer_count(basis, shows_no_tail) == 0)
		return count > 0;
	figure_bytes(basis->response_bytes, bytes, sizeof(bytes));
	fputs("; no tail was lost here", out);
	if (basis->response_bytes > 0 && basis->response_bytes < RESPONSE_SMALL)
		fprintf(out, ", but %s are too small to show it", bytes);
	else if (basis->response_bytes > 0)
		fprintf(out, ", with responses of %s", bytes);
	return count > 0;
}
