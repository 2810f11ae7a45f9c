#include "bench/report/columns.h"

#include "bench/result/fields/field.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"
#include "bench/statistics/statistics.h"
#include "common/bounded_text.h"

#include <stdlib.h>
#include <string.h>

/* The text of the first trial, or "-". */
static const char *first_text(const json_t *trials, const char *path)
{
	return json_path_text(json_array_get(trials, 0), path);
}

/* What all trials agree on, or "mixed". */
static const char *common_text(const json_t *trials, const char *path)
{
	size_t i;
	json_t *trial;
	const char *first = first_text(trials, path);
	json_array_foreach((json_t *)trials, i, trial)
	{
		if (strcmp(json_path_text(trial, path), first) != 0)
			return "mixed";
	}
	return first;
}

static void strategy_write(const json_t *trials, char *cell, size_t size)
{
	bounded_text_write(cell, size, "%s", first_text(trials, "strategy"));
}

static void first_closer_write(const json_t *trials, char *cell, size_t size)
{
	bounded_text_write(cell, size, "%s", common_text(trials, "first_closer.measured"));
}

static void interval_write(const json_t *trials, char *cell, size_t size)
{
	double *values = calloc(json_array_size(trials) + 1, sizeof(*values));
	const struct metric *rate = metric_find("rate_per_s", NULL);
	size_t count = values && rate ? metric_values(trials, rate, values) : 0;
	struct spread spread = statistics_spread(values, count, STATISTICS_SEED);
	if (count > 0)
		snprintf(cell, size, "%.0f-%.0f", spread.low, spread.high);
	else
		snprintf(cell, size, "-");
	free(values);
}

/* Returns false where nothing was declared or measured, or both are the same. */
static bool claim_differs(
	const json_t *trials, const char *claim, const char *label, char *cell, size_t size)
{
	char declared[FIELD_PATH_MAX], measured[FIELD_PATH_MAX];
	snprintf(declared, sizeof(declared), "%s.declared", claim);
	snprintf(measured, sizeof(measured), "%s.measured", claim);
	const char *want = first_text(trials, declared), *got = common_text(trials, measured);
	if (strcmp(want, got) == 0)
		return false;
	bounded_text_write(cell, size, "%s %s, not %s", label, got, want);
	return true;
}

static void race_write(const json_t *trials, char *cell, size_t size)
{
	double share;
	const struct metric *metric = metric_find("claim.share", NULL);
	if (metric && metric_median(trials, metric, &share))
		snprintf(cell, size, "race: %.2g %% held", 100 * share);
	else
		snprintf(cell, size, "race");
}

static void claim_write(const json_t *trials, char *cell, size_t size)
{
	const json_t *claim = json_object_get(json_array_get(trials, 0), "claim");
	if (!claim)
		snprintf(cell, size, "-");
	else if (json_is_null(claim))
		snprintf(cell, size, "none");
	else if (json_is_true(json_object_get(claim, "is_race")))
		race_write(trials, cell, size);
	else if (!claim_differs(trials, "holder", "holder", cell, size) &&
		 !claim_differs(trials, "first_closer", "first closer", cell, size))
		snprintf(cell, size, "held");
}

static void valid_write(const json_t *trials, char *cell, size_t size)
{
	size_t i, valid = 0;
	json_t *trial;
	json_array_foreach((json_t *)trials, i, trial) valid +=
		json_is_true(json_object_get(trial, "valid"));
	snprintf(cell, size, "%zu/%zu", valid, json_array_size(trials));
}

/* Sockets that are left in a state, and the most that ever were in it. */
#define STATE_LEFT(state, what, word)                                                              \
	{                                                                                          \
		{state, what, "srv/client"},                                                       \
			{"states.server.end." word, "states.client.end." word},                    \
			.of_all = true, .only_if_any = true                                        \
	}
#define STATE_PEAK(state, what, word)                                                              \
	{                                                                                          \
		{state, what, "srv/client"},                                                       \
			{"states.server.peak." word, "states.client.peak." word},                  \
			.only_if_any = true                                                        \
	}

const struct column columns[] = {
	{.heading = {"", "", "strategy"}, .write = strategy_write, .left = true},
	{.heading = {"first", "closer", "measured"}, .write = first_closer_write},
	{{"TIME_WAIT", "at server:", "made, /conn"},
		{"time_wait.server.created", "time_wait.server.per_connection"}, " "},
	{{"TIME_WAIT", "at client:", "made, /conn"},
		{"time_wait.client.created", "time_wait.client.per_connection"}, " "},
	{{"TIME_WAIT", "peak", "srv/client"}, {"time_wait.server.peak", "time_wait.client.peak"}},
	{{"client", "ports held", "/there are"}, {"ports.peak_in_use", "ports.available"}},
	{.metrics = {"rate_per_s"}},
	{.metrics = {"exchanges_per_s"}},
	{.metrics = {"latency_us.total.p50"}},
	{.metrics = {"latency_us.total.p99"}},
	{.heading = {"", "", "claim"}, .write = claim_write, .left = true, .of_all = true},
	{{"", "delivered/", "short/reset"},
		{"connections.completed", "connections.short", "connections.reset"},
		.begins_band = true},
	{.heading = {"conn/s", "95 %", "interval"}, .write = interval_write},
	{.metrics = {"segments_per_connection"}},
	{.metrics = {"resets_per_connection"}},
	{{"CPU us", "/conn srv/", "client"},
		{"cpu_us_per_connection.server", "cpu_us_per_connection.client"}},
	{.heading = {"valid", "of all", "trials"}, .write = valid_write, .of_all = true},
	{{"not", "accepted/", "reset"},
		{"connections.kept_from_accept", "connections.reset_before_accept"}, .of_all = true,
		.only_if_any = true},
	{{"still", "open at", "the end"}, {"still_open.connections"}, .of_all = true,
		.only_if_any = true, .begins_band = true},
	{{"FIN_WAIT_2", "unfinished", "srv/client"},
		{"fin_wait2.server.unfinished", "fin_wait2.client.unfinished"}, .of_all = true,
		.only_if_any = true},
	STATE_LEFT("FIN_WAIT_1", "left", "fin_wait_1"),
	STATE_LEFT("FIN_WAIT_2", "owned left", "fin_wait_2_owned"),
	STATE_LEFT("FIN_WAIT_2", "orphan left", "fin_wait_2_orphaned"),
	STATE_LEFT("CLOSE_WAIT", "not closed", "close_wait_owned"),
	STATE_LEFT("CLOSE_WAIT", "unaccepted", "close_wait_unaccepted"),
	STATE_LEFT("LAST_ACK", "left", "last_ack"),
	STATE_LEFT("orphans", "left", "orphaned"),
	STATE_PEAK("FIN_WAIT_1", "peak", "fin_wait_1"),
	STATE_PEAK("FIN_WAIT_2", "owned peak", "fin_wait_2_owned"),
	STATE_PEAK("FIN_WAIT_2", "orphan peak", "fin_wait_2_orphaned"),
	STATE_PEAK("CLOSE_WAIT", "peak", "close_wait_owned"),
	STATE_PEAK("CLOSE_WAIT", "unacc. peak", "close_wait_unaccepted"),
	STATE_PEAK("LAST_ACK", "peak", "last_ack"),
	STATE_PEAK("orphans", "peak", "orphaned"),
};

const size_t column_count = sizeof(columns) / sizeof(columns[0]);

static void metric_write(const json_t *trials, const char *path, char *cell, size_t size)
{
	double median;
	const struct metric *metric = metric_find(path, NULL);
	char text[48];
	if (metric && metric_median(trials, metric, &median)) {
		metric_format(metric, median, text, sizeof(text));
		snprintf(cell, size, "%s%s", metric_is_at_most(trials, metric) ? "<=" : "", text);
	} else {
		snprintf(cell, size, "-");
	}
}

static void metrics_write(
	const struct column *column, const json_t *trials, char *cell, size_t size)
{
	size_t used = 0;
	bool known = false;
	for (size_t i = 0; i < COLUMN_METRICS_MAX && column->metrics[i] && used < size; i++) {
		char one[64];
		metric_write(trials, column->metrics[i], one, sizeof(one));
		known |= strcmp(one, "-") != 0;
		used += (size_t)snprintf(cell + used, size - used, "%s%s",
			i == 0              ? ""
			: column->separator ? column->separator
					    : "/",
			one);
	}
	if (!known)
		snprintf(cell, size, "-");
}

/* Copies the line `number` of "a|b|c", counted from the last, which is line 0. */
static void heading_line(const char *heading, size_t number, char *line, size_t size)
{
	size_t lines = 1;
	for (const char *at = heading; (at = strchr(at, '|')); at++)
		lines++;
	line[0] = '\0';
	if (number >= lines)
		return;
	for (; number + 1 < lines; lines--)
		heading = strchr(heading, '|') + 1;
	snprintf(line, size, "%.*s", (int)strcspn(heading, "|"), heading);
}

void column_heading(const struct column *column, size_t line, char *text, size_t size)
{
	const struct metric *metric =
		column->metrics[0] ? metric_find(column->metrics[0], NULL) : NULL;
	if (column->heading[HEADING_LINES - 1])
		snprintf(text, size, "%s", column->heading[line]);
	else if (metric && metric->field->heading)
		heading_line(metric->field->heading, HEADING_LINES - 1 - line, text, size);
	else
		text[0] = '\0';
}

void column_write(const struct column *column, const json_t *trials, char *cell, size_t size)
{
	if (column->write)
		column->write(trials, cell, size);
	else
		metrics_write(column, trials, cell, size);
}
