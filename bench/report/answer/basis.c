#include "bench/report/answer/basis.h"

#include "bench/result/figure_text.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"

#include <string.h>

/* More names than these are counted. */
#define NAMES_MAX 4
/* From this share of its ports on a client that looks for one searches long, or soon has none. */
#define PORTS_SHORT 0.5

bool answer_is_told(const struct outcome *outcome)
{
	return outcome->valid >= ANSWER_TRIALS_LEAST;
}

static bool is_kept_alive(const struct outcome *outcome)
{
	return outcome->exchanges >= ANSWER_KEPT_ALIVE_LEAST;
}

/* teardown-server's response has a body of --response-bytes, or is the request's body. */
static double response_bytes_of(const json_t *result)
{
	double request = json_number_value(json_path_at(result, "options.request-bytes"));
	double response = json_number_value(json_path_at(result, "options.response-bytes"));
	if (json_path_at(result, "options.server-command"))
		return 0;
	return request > 0 ? request : response;
}

void answer_basis_finish(struct answer_basis *basis)
{
	outcomes_finish(&basis->outcomes);
}

const struct outcome_figure *answer_figure(
	const struct answer_basis *basis, const struct outcome *outcome)
{
	return basis->is_open ? &outcome->p99 : &outcome->rate;
}

bool answer_is_compared(const struct answer_basis *basis, const struct outcome *outcome)
{
	return answer_is_told(outcome) && outcome->losers == 0 &&
	       answer_figure(basis, outcome)->count >= ANSWER_TRIALS_LEAST &&
	       (basis->is_of_requests || is_kept_alive(outcome) == basis->is_kept_alive);
}

bool answer_is_clear(
	const struct answer_basis *basis, const struct outcome *a, const struct outcome *b)
{
	const struct spread *own = &answer_figure(basis, a)->spread;
	const struct spread *other = &answer_figure(basis, b)->spread;
	return basis->is_open ? own->high < other->low : own->low > other->high;
}

bool answer_is_safe(const struct answer_basis *basis, const struct outcome *outcome)
{
	return answer_is_compared(basis, outcome) && outcome->price == OUTCOME_GIVES_NOTHING &&
	       answer_ports_last(outcome);
}

bool answer_is_in_pool(const struct answer_basis *basis, const struct outcome *outcome)
{
	return basis->has_safe ? answer_is_safe(basis, outcome)
			       : answer_is_compared(basis, outcome);
}

bool answer_is_better(
	const struct answer_basis *basis, const struct outcome *a, const struct outcome *b)
{
	double own = answer_figure(basis, a)->spread.median;
	double other = answer_figure(basis, b)->spread.median;
	return basis->is_open ? own < other : own > other;
}

/* Once what can be compared is known. */
static void leader_find(struct answer_basis *basis)
{
	basis->has_safe = answer_count(basis, answer_is_safe) > 0;
	for (size_t i = 0; i < basis->outcomes.count; i++) {
		const struct outcome *outcome = &basis->outcomes.list[i];
		if (answer_is_in_pool(basis, outcome) &&
			(!basis->leader || answer_is_better(basis, outcome, basis->leader)))
			basis->leader = outcome;
	}
}

struct answer_basis answer_basis_of(const json_t *result)
{
	struct answer_basis basis = {
		.result = result,
		.outcomes = outcomes_of(result),
		.is_open = json_number_value(json_path_at(result, "options.rate")) > 0 ||
			   json_number_value(json_path_at(result, "options.request-rate")) > 0,
		.is_of_requests =
			json_number_value(json_path_at(result, "options.request-rate")) > 0,
		.response_bytes = response_bytes_of(result),
	};
	size_t single = 0;
	for (size_t i = 0; i < basis.outcomes.count; i++)
		single += answer_is_told(&basis.outcomes.list[i]) &&
			  !is_kept_alive(&basis.outcomes.list[i]);
	basis.is_kept_alive = single == 0;
	leader_find(&basis);
	return basis;
}

void answer_figure_write(const struct answer_basis *basis, const struct outcome *outcome, FILE *out)
{
	char text[64];
	double value = answer_figure(basis, outcome)->spread.median;
	const struct metric *p99 = metric_find("latency_us.total.p99", NULL);
	if (basis->is_open) {
		metric_format(p99, value, text, sizeof(text));
		fprintf(out, "a p99 of %s ms", text);
		return;
	}
	figure_brief(value, text, sizeof(text));
	fprintf(out, "%s %s/s", text,
		strcmp(basis->outcomes.rate, "rate_per_s") == 0 ? "connections" : "requests");
}

void answer_interval_write(
	const struct answer_basis *basis, const struct outcome *outcome, FILE *out)
{
	char low[64], high[64];
	const struct spread *spread = &answer_figure(basis, outcome)->spread;
	const struct metric *p99 = metric_find("latency_us.total.p99", NULL);
	if (basis->is_open) {
		metric_format(p99, spread->low, low, sizeof(low));
		metric_format(p99, spread->high, high, sizeof(high));
	} else {
		figure_brief(spread->low, low, sizeof(low));
		figure_brief(spread->high, high, sizeof(high));
	}
	fprintf(out, " (95 %%: %s-%s)", low, high);
}

bool answer_ports_last(const struct outcome *outcome)
{
	bool is_short =
		outcome->held_share.is_known && outcome->held_share.spread.median >= PORTS_SHORT;
	return outcome->exhausted == 0 &&
	       (outcome->binds || (!is_short && 2 * outcome->held_after_s.count <= outcome->valid));
}

/* What it costs beside what it gives up; nothing where its ports last. */
static void ports_price_write(const struct outcome *outcome, FILE *out)
{
	char share[32];
	figure_percent(outcome->held_share.spread.median, share, sizeof(share));
	if (2 * outcome->held_after_s.count > outcome->valid)
		fprintf(out, "holds all its ports after %.2g s at that rate",
			outcome->held_after_s.spread.median);
	else
		fprintf(out, "held %s of its ports", share);
}

void answer_price_write(const struct outcome *outcome, bool is_short, FILE *out)
{
	bool tail = outcome->price & OUTCOME_GIVES_TAIL,
	     guard = outcome->price & OUTCOME_GIVES_GUARD;
	bool is_priced = outcome->price != OUTCOME_GIVES_NOTHING;
	bool last = answer_ports_last(outcome);
	if (outcome->price & OUTCOME_UNDECLARED)
		fputs("does not declare what it gives up", out);
	else if (is_priced || last)
		fprintf(out, "gives up %s%s%s%s", is_priced ? "" : "nothing",
			!tail      ? ""
			: is_short ? "the tail"
				   : "the tail of a response",
			tail && guard ? " and " : "",
			!guard     ? ""
			: is_short ? "the guard"
				   : "the guard against old segments");
	if (last)
		return;
	fputs(is_priced ? ", and " : "", out);
	ports_price_write(outcome, out);
}

size_t answer_count(const struct answer_basis *basis, answer_choice_fn *is_chosen)
{
	size_t count = 0;
	for (size_t i = 0; i < basis->outcomes.count; i++)
		count += is_chosen(basis, &basis->outcomes.list[i]);
	return count;
}

size_t answer_names_write(const struct answer_basis *basis, answer_choice_fn *is_chosen, FILE *out)
{
	size_t count = answer_count(basis, is_chosen), met = 0;
	size_t named = count <= NAMES_MAX ? count : NAMES_MAX - 1;
	for (size_t i = 0; i < basis->outcomes.count && met < named; i++) {
		if (!is_chosen(basis, &basis->outcomes.list[i]))
			continue;
		met++;
		fprintf(out, "%s%s",
			met == 1       ? ""
			: met == count ? " and "
				       : ", ",
			basis->outcomes.list[i].strategy);
	}
	if (named < count)
		fprintf(out, " and %zu more", count - named);
	return count;
}
