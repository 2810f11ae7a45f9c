#include "bench/report/answer/basis.h"

#include "bench/report/answer/enumeration.h"
#include "bench/result/figure_text.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"
#include "bench/result/upstream.h"

#include <string.h>

/* A connection that the end of a trial cuts off makes the mean less than was asked for. */
#define KEPT_ALIVE_LEAST 1.5
/* From this share of its ports on a client that looks for one searches long, or soon has none. */
#define PORTS_SHORT 0.5

bool answer_is_told(const struct outcome *outcome)
{
	return outcome->valid >= ANSWER_TRIALS_LEAST;
}

bool answer_is_kept_alive(const struct outcome *outcome)
{
	return outcome->exchanges >= KEPT_ALIVE_LEAST;
}

void answer_basis_finish(struct answer_basis *basis)
{
	outcomes_finish(&basis->outcomes);
	outcomes_finish(&basis->behind);
	json_decref(basis->behind_result);
}

const struct outcome_figure *answer_figure(
	const struct answer_basis *basis, const struct outcome *outcome)
{
	return basis->is_open ? &outcome->p99 : &outcome->rate;
}

bool answer_is_compared(const struct answer_basis *basis, const struct outcome *outcome)
{
	const struct outcome_figure *figure = answer_figure(basis, outcome);
	return answer_is_told(outcome) && outcome->losers == 0 &&
	       figure->count >= ANSWER_TRIALS_LEAST && !figure->is_at_most &&
	       (basis->is_of_requests || answer_is_kept_alive(outcome) == basis->is_kept_alive);
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
		.outcomes = outcomes_of(result),
		.is_proxied = result_has_hops(result),
		.is_open = json_number_value(json_path_at(result, "options.rate")) > 0 ||
			   json_number_value(json_path_at(result, "options.request-rate")) > 0 ||
			   json_is_string(json_path_at(result, "options.ramp")),
		.is_of_requests =
			json_number_value(json_path_at(result, "options.request-rate")) > 0,
	};
	if (!result_is_upstream(result))
		basis.behind_result = result_upstream(result);
	if (basis.behind_result)
		basis.behind = outcomes_of(basis.behind_result);
	size_t single = 0;
	for (size_t i = 0; i < basis.outcomes.count; i++)
		single += answer_is_told(&basis.outcomes.list[i]) &&
			  !answer_is_kept_alive(&basis.outcomes.list[i]);
	basis.is_kept_alive = single == 0;
	leader_find(&basis);
	return basis;
}

void answer_value_write(const struct answer_basis *basis, const struct outcome *outcome, FILE *out)
{
	char text[64];
	double value = answer_figure(basis, outcome)->spread.median;
	if (basis->is_open)
		metric_format(metric_find("latency_us.total.p99", NULL), value, text, sizeof(text));
	else
		figure_brief(value, text, sizeof(text));
	fputs(text, out);
}

const char *answer_unit(const struct answer_basis *basis)
{
	if (basis->is_open)
		return "ms";
	return strcmp(basis->outcomes.rate, "rate_per_s") == 0 ? "connections/s" : "requests/s";
}

bool answer_ports_last(const struct outcome *outcome)
{
	bool is_short =
		outcome->held_share.is_known && outcome->held_share.spread.median >= PORTS_SHORT;
	return outcome->exhausted == 0 &&
	       (outcome->binds || (!is_short && 2 * outcome->held_after_s.count <= outcome->valid));
}

/* As the table says it. */
static const char *price_text(const struct outcome *outcome)
{
	bool tail = outcome->price & OUTCOME_GIVES_TAIL;
	bool guard = outcome->price & OUTCOME_GIVES_GUARD;
	if (outcome->price & OUTCOME_UNDECLARED)
		return "what it gives up is not declared";
	if (tail)
		return guard ? "gives up tail + guard" : "gives up tail";
	return guard ? "gives up old-segment guard" : "";
}

void answer_seconds(double seconds, char *text, size_t size)
{
	snprintf(text, size, seconds < 9.95 ? "%.1f" : "%.0f", seconds);
}

bool answer_price_write(const struct outcome *outcome, FILE *out)
{
	char share[32], seconds[32];
	const char *price = price_text(outcome);
	bool last = answer_ports_last(outcome);
	fprintf(out, "%s%s", price, price[0] && !last ? "; " : "");
	figure_percent_whole(outcome->held_share.spread.median, share, sizeof(share));
	answer_seconds(outcome->held_after_s.spread.median, seconds, sizeof(seconds));
	if (!last && outcome->exhausted > 0)
		fputs("its ports ran out", out);
	else if (!last && 2 * outcome->held_after_s.count > outcome->valid)
		fprintf(out, "ports end after %s s", seconds);
	else if (!last)
		fprintf(out, "held %s of its ports", share);
	return price[0] || !last;
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
	size_t written = enumeration_written(count);
	for (size_t i = 0; i < basis->outcomes.count && met < written; i++) {
		if (!is_chosen(basis, &basis->outcomes.list[i]))
			continue;
		met++;
		fprintf(out, "%s%s", enumeration_separator(met, count),
			basis->outcomes.list[i].strategy);
	}
	enumeration_end(count, out);
	return count;
}
