#include "bench/result/result.h"

#include "bench/options/agent_options.h"
#include "bench/options/factor.h"
#include "bench/options/options.h"
#include "bench/result/comparison.h"
#include "bench/result/declared_json.h"
#include "bench/result/host.h"
#include "bench/result/json_path.h"
#include "bench/result/json_scalar.h"
#include "bench/result/latency_curve.h"
#include "bench/result/metric.h"
#include "bench/result/trial_json.h"
#include "bench/statistics/power.h"
#include "bench/statistics/statistics.h"
#include "teardown/version.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static json_t *options_json(const struct run_options *options)
{
	json_t *json = json_object();
	char room[OPTION_NUMBER_MAX];
	const char *text;
	const struct option_row *row;
	for (size_t i = 0; (row = options_row(&run_option_table, i)); i++) {
		if (row->kind == OPTION_COUNT) {
			uint64_t value = *(const uint64_t *)((const char *)options + row->offset);
			json_object_set_new(json, row->name, json_count(value));
		} else if (row->kind == OPTION_FLAG) {
			bool value = *(const bool *)((const char *)options + row->offset);
			json_object_set_new(json, row->name, json_boolean(value));
		} else if (row->kind == OPTION_LIST) {
			json_t *list = json_array();
			for (size_t item = 0; (text = options_value(row, options, item, room));
				item++)
				json_array_append_new(list, json_text(text));
			json_object_set_new(json, row->name, list);
		} else if ((text = options_value(row, options, 0, room))) {
			json_object_set_new(json, row->name, json_text(text));
		}
	}
	return json;
}

static char *command_line(const struct run_options *options)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	run_options_print(options, out);
	fclose(out);
	return text;
}

/* In the order in which they were asked for. */
static json_t *strategies_json(const struct run_options *options)
{
	json_t *json = json_array();
	for (size_t i = 0; i < run_rows_count(options); i++)
		json_array_append_new(json, json_string(run_row_at(options, i).name));
	return json;
}

static json_t *factor_json(const struct run_options *options)
{
	const struct factor *factor = options->factor;
	json_t *levels = json_array(), *strategies = json_array();
	for (size_t i = 0; i < factor->count; i++)
		json_array_append_new(levels, json_text(factor->levels[i].name));
	for (size_t i = 0; i < options->chosen_count; i++)
		json_array_append_new(strategies, json_text(options->chosen[i]->name));
	return json_pack("{s:s, s:o, s:o}", "option", factor->option, "strategies", strategies,
		"levels", levels);
}

/* ISO 8601. */
static json_t *now_json(void)
{
	char text[64];
	time_t now = time(NULL);
	struct tm utc;
	gmtime_r(&now, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	return json_string(text);
}

static json_t *wire_json(const struct impairment *impairment)
{
	return json_pack("{s:f, s:f, s:f, s:f, s:f, s:I}", "delay_ms",
		(double)impairment->delay_ns / 1e6, "jitter_ms",
		(double)impairment->jitter_ns / 1e6, "loss", impairment->loss, "duplicate",
		impairment->duplicate, "reorder", impairment->reorder, "rate_bits_per_s",
		(json_int_t)impairment->rate_bits_per_s);
}

static const char *network_kind(const struct run_options *options)
{
	return agent_options_are_given(options) ? options->network
	       : options->nat                   ? "nat"
	       : options->has_wire              ? "wire"
						: "veth-pair";
}

static json_t *nat_json(const struct nat_spec *nat)
{
	char address[ADDRESS_TEXT_SIZE];
	const struct address own = network_nat_address();
	return json_pack("{s:s, s:[i,i]}", "address", address_host(&own, address), "port_range",
		nat->port_low, nat->port_high);
}

json_t *result_create(const struct run_options *options)
{
	char *command = command_line(options);
	json_t *result = json_pack("{s:s, s:s, s:o, s:o, s:{s:s, s:i, s:[i,i], s:{s:{}, s:{}}}, "
				   "s:o, s:o, s:o, s:o, s:o, s:[], s:[], s:[]}",
		"schema", RESULT_SCHEMA, "version", TD_VERSION, "started", now_json(), "host",
		host_json(), "network", "kind", network_kind(options), "client_addresses",
		(int)options->client_addresses, "port_range", options->port_low, options->port_high,
		"sysctls", "server", "client", "options", options_json(options), "command_line",
		json_text(command ? command : ""), "strategies", strategies_json(options),
		"declared", declared_json(options), "curve_quantiles", latency_curve_quantiles(),
		"trials", "not_run", "summary");
	if (options->has_wire)
		json_object_set_new(json_object_get(result, "network"), "wire",
			wire_json(&options->impairment));
	if (options->nat) {
		json_t *network = json_object_get(result, "network");
		json_object_set_new(network, "nat", nat_json(&options->nat_range));
		json_object_set_new(json_object_get(network, "sysctls"), "nat", json_object());
	}
	if (options->factor)
		json_object_set_new(result, "factor", factor_json(options));
	free(command);
	return result;
}

/* What one trial has not is not shared: a setting of IPv6. */
static void lacking_drop(json_t *common, const json_t *settings)
{
	const char *name;
	json_t *value;
	void *next;
	json_object_foreach_safe(common, next, name, value)
	{
		if (!json_object_get(settings, name))
			json_object_del(common, name);
	}
}

/* Settings that all trials share stand in "network"; a trial has its own beside them. */
static void sysctls_keep(json_t *result, const json_t *trial_sysctls)
{
	json_t *all = json_object_get(json_object_get(result, "network"), "sysctls");
	const char *end, *name;
	json_t *settings, *value;
	bool first = json_array_size(json_object_get(result, "trials")) == 0;
	json_object_foreach((json_t *)trial_sysctls, end, settings)
	{
		json_t *common = json_object_get(all, end);
		lacking_drop(common, settings);
		json_object_foreach(settings, name, value)
		{
			if (first)
				json_object_set(common, name, value);
			else if (!json_equal(json_object_get(common, name), value))
				json_object_del(common, name);
		}
	}
}

void result_add_server(json_t *result, const struct shared_hosts *hosts)
{
	char address[INET6_ADDRSTRLEN];
	json_path_put(result, "network.server",
		json_pack("{s:s, s:o, s:I}", "address",
			address_host(&hosts->network.server_address, address), "kernel",
			json_text(hosts->server.kernel), "cpus", (json_int_t)hosts->server.cpus));
}

int result_add(json_t *result, const struct trial *trial)
{
	json_t *json = trial_json(trial);
	if (!json)
		return -1;
	sysctls_keep(result, json_object_get(json, "sysctls"));
	return json_array_append_new(json_object_get(result, "trials"), json);
}

void result_add_failure(json_t *result, const char *strategy, const char *because)
{
	json_array_append_new(json_object_get(result, "not_run"),
		json_pack("{s:s, s:o}", "strategy", strategy, "because", json_text(because)));
}

/* As much as `compare` could tell, of two strategies or of two runs of one: it shares its error out
 * among the metrics. Returns false where that cannot be said. */
static bool detectable_find(
	const double *values, size_t count, struct power_again *again, double *detectable)
{
	double alpha = COMPARISON_ADJUSTED_ALPHA / (double)metrics_summary().count;
	if (count < COMPARISON_TRIALS_LEAST)
		return false;
	*detectable = power_detectable_again(values, count, alpha, again);
	return isfinite(*detectable);
}

/* {median, low, high, detectable}; NULL where no valid trial has the metric. */
static json_t *metric_summary(
	const json_t *valid, const struct metric *metric, double *room, struct power_again *again)
{
	double detectable;
	size_t count = metric_values(valid, metric, room);
	struct spread spread = statistics_spread(room, count, STATISTICS_SEED);
	if (count == 0)
		return NULL;
	json_t *summary = json_pack(
		"{s:f, s:f, s:f}", "median", spread.median, "low", spread.low, "high", spread.high);
	if (detectable_find(room, count, again, &detectable))
		json_object_set_new(summary, "detectable", json_real(detectable));
	return summary;
}

/* Medians of valid trials, with what metric_summary() says of each. */
static json_t *strategy_summary(const json_t *result, const char *name)
{
	json_t *all = json_path_trials(result, name, false),
	       *valid = json_path_trials(result, name, true);
	double *room = calloc(json_array_size(all) + 1, sizeof(*room));
	json_t *summary = json_pack("{s:s, s:I, s:I}", "strategy", name, "trials",
		(json_int_t)json_array_size(all), "valid_trials",
		(json_int_t)json_array_size(valid));
	struct power_again again = {0};
	struct metric_list metrics = metrics_summary();
	for (size_t m = 0; room && m < metrics.count; m++) {
		const struct metric *metric = &metrics.items[m];
		json_t *spread = metric_summary(
			metric->field->of_invalid ? all : valid, metric, room, &again);
		if (spread)
			json_object_set_new(summary, metric->name, spread);
	}
	free(room);
	json_decref(all);
	json_decref(valid);
	return summary;
}

int result_summarize(json_t *result)
{
	json_t *summary = json_array(), *name;
	size_t i;
	json_array_foreach(json_object_get(result, "strategies"), i, name)
	{
		json_t *entry = strategy_summary(result, json_string_value(name));
		if (json_integer_value(json_object_get(entry, "trials")) > 0)
			json_array_append(summary, entry);
		json_decref(entry);
	}
	return json_object_set_new(result, "summary", summary);
}

bool result_has_valid(const json_t *result)
{
	size_t i, valid = 0;
	json_t *trial;
	json_array_foreach(json_object_get(result, "trials"), i, trial) valid +=
		json_is_true(json_object_get(trial, "valid"));
	return valid > 0;
}
