#include "bench/report/answer/outcome.h"

#include "bench/load/expected_status.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"
#include "bench/result/upstream.h"

#include <stdlib.h>
#include <string.h>

static struct outcome_figure figure_of(const json_t *trials, const struct metric *metric)
{
	double *values = calloc(json_array_size(trials) + 1, sizeof(*values));
	size_t count = values ? metric_values(trials, metric, values) : 0;
	struct outcome_figure figure = {
		.is_known = count > 0,
		.is_at_most = metric_is_at_most(trials, metric),
		.count = count,
		.spread = statistics_spread(values, count, STATISTICS_SEED),
	};
	free(values);
	return figure;
}

static struct outcome_figure figure_of_trials(const json_t *result, const char *strategy,
	const char *name, json_t *(*trials_of)(const json_t *, const char *, const struct metric *))
{
	const struct metric *metric = metric_find(name, NULL);
	if (!metric)
		return (struct outcome_figure){.is_known = false};
	json_t *trials = trials_of(result, strategy, metric);
	struct outcome_figure figure = figure_of(trials, metric);
	json_decref(trials);
	return figure;
}

struct outcome_figure outcome_figure_of(
	const json_t *result, const char *strategy, const char *name)
{
	return figure_of_trials(result, strategy, name, metric_trials);
}

struct outcome_figure outcome_figure_shown(
	const json_t *result, const char *strategy, const char *name)
{
	return figure_of_trials(result, strategy, name, metric_trials_shown);
}

static enum outcome_holder holder_named(const char *name)
{
	static const char *const names[OUTCOME_HOLDERS] = {
		[OUTCOME_AT_SERVER] = "server",
		[OUTCOME_AT_CLIENT] = "client",
		[OUTCOME_AT_NOBODY] = "none",
		[OUTCOME_AT_BOTH] = "both",
		[OUTCOME_MIXED] = "mixed",
		[OUTCOME_UNKNOWN] = "unknown",
	};
	for (enum outcome_holder h = OUTCOME_AT_SERVER; h < OUTCOME_HOLDERS; h++)
		if (strcmp(names[h], name) == 0)
			return h;
	return OUTCOME_UNKNOWN;
}

/* What all trials show; else mixed. */
static enum outcome_holder holder_of(const json_t *trials)
{
	size_t i;
	json_t *trial;
	enum outcome_holder first =
		holder_named(json_path_text(json_array_get(trials, 0), "holder.measured"));
	json_array_foreach((json_t *)trials, i, trial)
	{
		if (holder_named(json_path_text(trial, "holder.measured")) != first)
			return OUTCOME_MIXED;
	}
	return first;
}

/* Whether another end was left with TIME_WAIT than the strategy's two ends would have had. */
static bool is_closed_otherwise(const json_t *trials)
{
	size_t i;
	json_t *trial;
	json_array_foreach((json_t *)trials, i, trial)
	{
		const char *declared = json_path_text(trial, "holder.declared");
		if (strcmp(declared, "-") != 0 &&
			strcmp(declared, json_path_text(trial, "holder.measured")) != 0)
			return true;
	}
	return false;
}

static unsigned price_of(const json_t *result, const char *strategy, const json_t *trials)
{
	size_t i, l;
	json_t *declared, *loss;
	/* A strategy is one of the server behind the proxy, whose client's end is the proxy's. */
	if (result_is_upstream(result) ? is_closed_otherwise(trials) : result_has_hops(result))
		return OUTCOME_UNDECLARED;
	json_array_foreach(json_object_get(result, "declared"), i, declared)
	{
		unsigned price = OUTCOME_GIVES_NOTHING;
		if (strcmp(json_path_text(declared, "strategy"), strategy) != 0)
			continue;
		json_array_foreach(json_object_get(declared, "gives_up"), l, loss) price |=
			strcmp(json_path_string(loss), "tail") == 0 ? OUTCOME_GIVES_TAIL
								    : OUTCOME_GIVES_GUARD;
		return price;
	}
	return OUTCOME_UNDECLARED;
}

/* What the strategy declares is so unless the options say otherwise. */
static double exchanges_of(const json_t *result, const char *strategy)
{
	size_t i;
	json_t *declared;
	struct outcome_figure measured =
		outcome_figure_of(result, strategy, "exchanges_per_connection");
	double asked = json_number_value(json_path_at(result, "options.requests-per-connection"));
	if (measured.is_known)
		return measured.spread.median;
	json_array_foreach(json_object_get(result, "declared"), i, declared)
	{
		if (asked <= 0 && strcmp(json_path_text(declared, "strategy"), strategy) == 0)
			return json_number_value(json_object_get(declared, "exchanges"));
	}
	return asked;
}

/* bind(2) with SO_REUSEADDR takes a port in TIME_WAIT as well. */
static bool is_bound(const json_t *result, const json_t *trials, const char *strategy)
{
	size_t i;
	json_t *declared;
	const char *of_trial = json_path_text(json_array_get(trials, 0), "source_port");
	if (strcmp(of_trial, "-") != 0)
		return strcmp(of_trial, "bind") == 0;
	json_array_foreach(json_object_get(result, "declared"), i, declared)
	{
		if (strcmp(json_path_text(declared, "strategy"), strategy) == 0)
			return strcmp(json_path_text(declared, "source_port"), "bind") == 0;
	}
	return false;
}

static bool is_above_zero(const json_t *trial, const char *path)
{
	return json_number_value(json_path_at(trial, path)) > 0;
}

/* Keeps the ports of the trial that held the greatest share of them. */
static void ports_count(struct outcome *outcome, const json_t *trial)
{
	double held = json_number_value(json_path_at(trial, "ports.peak_in_use"));
	double ports = json_number_value(json_path_at(trial, "ports.available"));
	if (ports <= 0 || is_above_zero(trial, "ports.own") ||
		!json_is_number(json_path_at(trial, "ports.peak_in_use")))
		return;
	if (outcome->ports_known++ > 0 && held * outcome->ports <= outcome->ports_held * ports)
		return;
	outcome->ports_held = held;
	outcome->ports = ports;
}

/* What counts trials. */
static void trials_count(struct outcome *outcome, const json_t *all)
{
	size_t i;
	json_t *trial;
	outcome->trials = json_array_size(all);
	json_array_foreach((json_t *)all, i, trial)
	{
		bool valid = json_is_true(json_object_get(trial, "valid"));
		outcome->valid += valid;
		outcome->loss_known += json_is_number(json_path_at(trial, "loss.lost_share"));
		outcome->losers += is_above_zero(trial, "loss.lost_share");
		ports_count(outcome, trial);
		outcome->exhausted += json_is_number(json_path_at(trial, "loss.exhausted_s"));
		if (!valid && !outcome->reason)
			outcome->reason = json_string_value(
				json_array_get(json_object_get(trial, "invalid_because"), 0));
	}
}

/* The figures of an outcome, from the strategy's trials: all of them, and the valid ones. */
static void figures_fill(
	struct outcome *outcome, const char *rate, const json_t *all, const json_t *valid)
{
	const struct {
		struct outcome_figure *figure;
		const char *metric;
	} figures[] = {
		{&outcome->rate, rate},
		{&outcome->p99, "latency_us.total.p99"},
		{&outcome->held_share, "ports.held_share"},
		{&outcome->held_after_s, "runway.held_after_s"},
		{&outcome->lost_share, "loss.lost_share"},
		{&outcome->lost_bytes, "loss.bytes"},
		{&outcome->refused_share, "loss.refused_share"},
		{&outcome->exhausted_s, "loss.exhausted_s"},
	};
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		const struct metric *metric = metric_find(figures[i].metric, NULL);
		if (metric)
			*figures[i].figure =
				figure_of(metric->field->of_invalid ? all : valid, metric);
	}
}

static struct outcome outcome_of(const json_t *result, const char *strategy, const char *rate)
{
	json_t *all = json_path_trials(result, strategy, false);
	struct outcome outcome = {.strategy = strategy, .price = price_of(result, strategy, all)};
	json_t *valid = json_path_trials(result, strategy, true);
	trials_count(&outcome, all);
	outcome.holder = holder_of(outcome.valid ? valid : all);
	outcome.exchanges = exchanges_of(result, strategy);
	outcome.binds = is_bound(result, all, strategy);
	figures_fill(&outcome, rate, all,
		outcome.valid == 0 && result_is_upstream(result) ? all : valid);
	json_decref(valid);
	json_decref(all);
	return outcome;
}

static int compare_numbers(double a, double b)
{
	return (a > b) - (a < b);
}

static int compare_outcomes(const void *one, const void *other)
{
	const struct outcome *a = one, *b = other;
	if (a->holder != b->holder)
		return a->holder < b->holder ? -1 : 1;
	if (a->price != b->price)
		return a->price < b->price ? -1 : 1;
	if (a->rate.is_known != b->rate.is_known)
		return a->rate.is_known ? -1 : 1;
	int by_rate = compare_numbers(b->rate.spread.median, a->rate.spread.median);
	return by_rate ? by_rate : strcmp(a->strategy, b->strategy);
}

static bool any_has(const json_t *result, const char *path)
{
	size_t i;
	json_t *trial;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		if (json_is_number(json_path_at(trial, path)))
			return true;
	}
	return false;
}

static bool refusal_is_expected(const json_t *result)
{
	struct expected_status expected;
	return expected_status_parse(&expected, json_path_text(result, "options.expect")) &&
	       expected.low >= 300;
}

/* teardown-server's response has a body of --response-bytes, or is the request's body; 0: another
 * server's, or a refusal, is not known. */
static double response_bytes_of(const json_t *result)
{
	double request = json_number_value(json_path_at(result, "options.request-bytes"));
	double response = json_number_value(json_path_at(result, "options.response-bytes"));
	if (json_path_at(result, "options.server-command") || refusal_is_expected(result))
		return 0;
	return request > 0 ? request : response;
}

struct outcomes outcomes_of(const json_t *result)
{
	size_t i;
	json_t *entry, *summary = json_object_get(result, "summary");
	struct outcomes outcomes = {
		.list = calloc(json_array_size(summary) + 1, sizeof(*outcomes.list)),
		.rate = any_has(result, "exchanges_per_s") ? "exchanges_per_s" : "rate_per_s",
		.response_bytes = response_bytes_of(result),
	};
	if (!outcomes.list)
		return outcomes;
	json_array_foreach(summary, i, entry) outcomes.list[outcomes.count++] =
		outcome_of(result, json_path_text(entry, "strategy"), outcomes.rate);
	qsort(outcomes.list, outcomes.count, sizeof(*outcomes.list), compare_outcomes);
	return outcomes;
}

void outcomes_finish(struct outcomes *outcomes)
{
	free(outcomes->list);
	*outcomes = (struct outcomes){0};
}
