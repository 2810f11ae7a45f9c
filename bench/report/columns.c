#include "bench/report/table.h"
#include "bench/result/metric.h"
#include "bench/result/view.h"
#include "bench/statistics/statistics.h"

#include <stdlib.h>
#include <string.h>

/* Whether nobody knows it: no trial has a number there. */
static bool is_unknown(const json_t *trials, const char *path)
{
	size_t i;
	json_t *trial;
	json_array_foreach((json_t *)trials, i, trial)
	{
		if (json_is_number(view_at(trial, path)))
			return false;
	}
	return true;
}

/* The median over those trials that have the value; `trials` are one strategy's. */
static double median(const json_t *trials, const char *path)
{
	double *values = calloc(json_array_size(trials) + 1, sizeof(*values));
	double result = values ? statistics_median(values, metric_values(trials, path, values)) : 0;
	free(values);
	return result;
}

static const char *first_text(const json_t *trials, const char *path)
{
	const char *text = json_string_value(view_at(json_array_get(trials, 0), path));
	return text ? text : "?";
}

/* All trials agree on this text, or "mixed". */
static const char *common_text(const json_t *trials, const char *path)
{
	size_t i;
	json_t *trial;
	const char *first = first_text(trials, path);
	json_array_foreach((json_t *)trials, i, trial)
	{
		const char *text = json_string_value(view_at(trial, path));
		if (!text || strcmp(text, first) != 0)
			return "mixed";
	}
	return first;
}

/* Milliseconds with three digits that mean something. */
static void milliseconds(const json_t *trials, const char *path, char *cell, size_t size)
{
	double ms = median(trials, path) / 1e3;
	if (is_unknown(trials, path))
		snprintf(cell, size, "-");
	else
		snprintf(cell, size, ms < 10 ? "%.2f" : ms < 100 ? "%.1f" : "%.0f", ms);
}

static void write_strategy(const json_t *trials, char *cell, size_t size)
{
	snprintf(cell, size, "%s", first_text(trials, "strategy"));
}

static void write_first_closer(const json_t *trials, char *cell, size_t size)
{
	snprintf(cell, size, "%s", common_text(trials, "first_closer.measured"));
}

static void write_created(const json_t *trials, const char *end, char *cell, size_t size)
{
	char created[64], per[64];
	snprintf(created, sizeof(created), "time_wait.%s.created", end);
	snprintf(per, sizeof(per), "time_wait.%s.per_connection", end);
	snprintf(cell, size, "%.0f %.2f", median(trials, created), median(trials, per));
}

static void write_server_created(const json_t *trials, char *cell, size_t size)
{
	write_created(trials, "server", cell, size);
}

static void write_client_created(const json_t *trials, char *cell, size_t size)
{
	write_created(trials, "client", cell, size);
}

static void write_peaks(const json_t *trials, char *cell, size_t size)
{
	snprintf(cell, size, "%.0f/%.0f", median(trials, "time_wait.server.peak"),
		median(trials, "time_wait.client.peak"));
}

static void write_ports(const json_t *trials, char *cell, size_t size)
{
	snprintf(cell, size, "%.0f/%.0f", median(trials, "ports.peak_in_use"),
		median(trials, "ports.available"));
}

static void write_rate(const json_t *trials, char *cell, size_t size)
{
	snprintf(cell, size, "%.0f", median(trials, "rate_per_s"));
}

static void write_rate_interval(const json_t *trials, char *cell, size_t size)
{
	double *values = calloc(json_array_size(trials) + 1, sizeof(*values));
	size_t count = values ? metric_values(trials, "rate_per_s", values) : 0;
	struct spread spread = statistics_spread(values, count, STATISTICS_SEED);
	snprintf(cell, size, "%.0f-%.0f", spread.low, spread.high);
	free(values);
}

static void write_exchanges(const json_t *trials, char *cell, size_t size)
{
	if (is_unknown(trials, "exchanges_per_s"))
		snprintf(cell, size, "-");
	else
		snprintf(cell, size, "%.0f", median(trials, "exchanges_per_s"));
}

static void write_p50(const json_t *trials, char *cell, size_t size)
{
	milliseconds(trials, "latency_us.total.p50", cell, size);
}

static void write_p99(const json_t *trials, char *cell, size_t size)
{
	milliseconds(trials, "latency_us.total.p99", cell, size);
}

static void write_delivered(const json_t *trials, char *cell, size_t size)
{
	if (is_unknown(trials, "connections.completed"))
		snprintf(cell, size, "-");
	else
		snprintf(cell, size, "%.0f/%.0f/%.0f", median(trials, "connections.completed"),
			median(trials, "connections.short"), median(trials, "connections.reset"));
}

static void write_segments(const json_t *trials, char *cell, size_t size)
{
	snprintf(cell, size, "%.1f", median(trials, "segments_per_connection"));
}

static void write_resets(const json_t *trials, char *cell, size_t size)
{
	snprintf(cell, size, "%.2f", median(trials, "resets_per_connection"));
}

static void write_cpu(const json_t *trials, char *cell, size_t size)
{
	snprintf(cell, size, "%.1f/%.1f", median(trials, "cpu_us_per_connection.server"),
		median(trials, "cpu_us_per_connection.client"));
}

static bool claim_differs(
	const json_t *trials, const char *claim, const char *label, char *cell, size_t size)
{
	char declared[64], measured[64];
	snprintf(declared, sizeof(declared), "%s.declared", claim);
	snprintf(measured, sizeof(measured), "%s.measured", claim);
	const char *want = first_text(trials, declared), *got = common_text(trials, measured);
	if (strcmp(want, got) == 0)
		return false;
	snprintf(cell, size, "%s %s, not %s", label, got, want);
	return true;
}

static void write_claim(const json_t *trials, char *cell, size_t size)
{
	const json_t *first = json_array_get(trials, 0);
	if (json_is_null(json_object_get(first, "claim")))
		snprintf(cell, size, "none");
	else if (json_is_true(view_at(first, "claim.is_race")))
		snprintf(cell, size, "race: %.2g %% held", 100 * median(trials, "claim.share"));
	else if (!claim_differs(trials, "holder", "holder", cell, size) &&
		 !claim_differs(trials, "first_closer", "first closer", cell, size))
		snprintf(cell, size, "held");
}

static void write_valid(const json_t *trials, char *cell, size_t size)
{
	size_t i, valid = 0;
	json_t *trial;
	json_array_foreach((json_t *)trials, i, trial) valid +=
		json_is_true(json_object_get(trial, "valid"));
	snprintf(cell, size, "%zu/%zu", valid, json_array_size(trials));
}

const struct column table_columns[] = {
	{{"", "", "strategy"}, write_strategy, .left = true},
	{{"first", "closer", "measured"}, write_first_closer},
	{{"TIME_WAIT", "at server:", "made, /conn"}, write_server_created},
	{{"TIME_WAIT", "at client:", "made, /conn"}, write_client_created},
	{{"TIME_WAIT", "peak gauge", "srv/client"}, write_peaks},
	{{"client", "ports held", "/there are"}, write_ports},
	{{"", "conn", "/s"}, write_rate},
	{{"", "p50", "ms"}, write_p50},
	{{"", "p99", "ms"}, write_p99},
	{{"", "", "claim"}, write_claim, .left = true, .of_all = true},
	{{"", "delivered/", "short/reset"}, write_delivered, .begins_band = true},
	{{"conn/s", "95 %", "interval"}, write_rate_interval},
	{{"seg-", "ments", "/conn"}, write_segments},
	{{"RST", "sent", "/conn"}, write_resets},
	{{"CPU us", "/conn srv/", "client"}, write_cpu},
	{{"ex-", "changes", "/s"}, write_exchanges},
	{{"valid", "of all", "trials"}, write_valid, .of_all = true},
};

const size_t table_column_count = sizeof(table_columns) / sizeof(table_columns[0]);
