#include "bench/report/text.h"

#include "bench/measure/statistics.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CELL_MAX 48
#define CLAIM_MAX 160
#define HEADING_LINES 3
#define PATH_MAX_KEYS 4

/* A column shows one or more numbers of a trial, each the median over the strategy's trials. */
struct column {
	const char *heading[HEADING_LINES];
	void (*write)(const json_t *trials, char *cell, size_t size);
};

static const json_t *at(const json_t *json, const char *path)
{
	char copy[96], *rest = copy;
	snprintf(copy, sizeof(copy), "%s", path);
	for (char *key; json && (key = strsep(&rest, "."));)
		json = json_object_get(json, key);
	return json;
}

/* The median over those trials that have the value; `trials` are one strategy's. */
static double median(const json_t *trials, const char *path)
{
	size_t i, n = 0;
	json_t *trial;
	double *values = calloc(json_array_size(trials) + 1, sizeof(*values));
	json_array_foreach((json_t *)trials, i, trial)
	{
		const json_t *value = at(trial, path);
		if (values && value)
			values[n++] = json_number_value(value);
	}
	double result = values ? statistics_spread(values, n).median : 0;
	free(values);
	return result;
}

static const char *first_text(const json_t *trials, const char *path)
{
	const char *text = json_string_value(at(json_array_get(trials, 0), path));
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
		const char *text = json_string_value(at(trial, path));
		if (!text || strcmp(text, first) != 0)
			return "mixed";
	}
	return first;
}

/* Milliseconds with three digits that mean something. */
static void milliseconds(double us, char *cell, size_t size)
{
	double ms = us / 1e3;
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

static void write_p50(const json_t *trials, char *cell, size_t size)
{
	milliseconds(median(trials, "latency_us.total.p50"), cell, size);
}

static void write_p99(const json_t *trials, char *cell, size_t size)
{
	milliseconds(median(trials, "latency_us.total.p99"), cell, size);
}

static void write_delivered(const json_t *trials, char *cell, size_t size)
{
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
	if (!claim_differs(trials, "holder", "holder", cell, size) &&
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

static const struct column columns[] = {
	{{"", "", "strategy"}, write_strategy},
	{{"first", "closer", "measured"}, write_first_closer},
	{{"TIME_WAIT", "at server:", "made, /conn"}, write_server_created},
	{{"TIME_WAIT", "at client:", "made, /conn"}, write_client_created},
	{{"TIME_WAIT", "peak gauge", "srv/client"}, write_peaks},
	{{"client", "ports held", "/there are"}, write_ports},
	{{"", "conn", "/s"}, write_rate},
	{{"", "p50", "ms"}, write_p50},
	{{"", "p99", "ms"}, write_p99},
	{{"", "delivered/", "short/reset"}, write_delivered},
	{{"seg-", "ments", "/conn"}, write_segments},
	{{"RST", "sent", "/conn"}, write_resets},
	{{"CPU us/conn", "server/", "client"}, write_cpu},
	{{"valid", "trials", "/all"}, write_valid},
	{{"", "", "claim"}, write_claim},
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

struct row {
	char cells[COLUMNS][CLAIM_MAX];
};

static json_t *valid_or_all(const json_t *result, const char *strategy, bool valid_only)
{
	size_t i;
	json_t *trial, *chosen = json_array();
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		const char *name = json_string_value(json_object_get(trial, "strategy"));
		bool valid = json_is_true(json_object_get(trial, "valid"));
		if (name && strcmp(name, strategy) == 0 && (valid || !valid_only))
			json_array_append(chosen, trial);
	}
	return chosen;
}

/* Medians are of valid trials; where there are none, of all, and the row says 0 valid. */
static void row_fill(struct row *row, const json_t *result, const char *strategy)
{
	json_t *valid = valid_or_all(result, strategy, true);
	json_t *all = valid_or_all(result, strategy, false);
	for (size_t c = 0; c < COLUMNS; c++) {
		bool of_all = columns[c].write == write_valid || columns[c].write == write_claim ||
			      json_array_size(valid) == 0;
		columns[c].write(of_all ? all : valid, row->cells[c], sizeof(row->cells[c]));
	}
	json_decref(valid);
	json_decref(all);
}

static size_t longer(size_t a, size_t b)
{
	return a > b ? a : b;
}

static void line_print(const char *const *cells, const size_t *widths, size_t from, size_t to,
	size_t indent, FILE *out)
{
	fprintf(out, "%*s", (int)indent, "");
	for (size_t c = from; c < to; c++) {
		bool left = c == 0 || c + 1 == COLUMNS;
		bool last = c + 1 == to;
		fprintf(out, left ? "%s%-*s" : "%s%*s", c > from ? "  " : "",
			left && last ? 0 : (int)widths[c], cells[c]);
	}
	fputc('\n', out);
}

/* How many columns from `from` on fit. */
static size_t band_end(const size_t *widths, size_t from, size_t indent, size_t width)
{
	size_t used = indent, c = from;
	while (c < COLUMNS && (c == from || used + widths[c] + 2 <= width))
		used += widths[c++] + 2;
	return c;
}

static void table_print(const struct row *rows, size_t count, size_t width, FILE *out)
{
	size_t widths[COLUMNS] = {0};
	for (size_t c = 0; c < COLUMNS; c++) {
		for (size_t h = 0; h < HEADING_LINES; h++)
			widths[c] = longer(widths[c], strlen(columns[c].heading[h]));
		for (size_t r = 0; r < count; r++)
			widths[c] = longer(widths[c], strlen(rows[r].cells[c]));
	}
	for (size_t line = 0; line < HEADING_LINES + count; line++) {
		const char *cells[COLUMNS];
		for (size_t c = 0; c < COLUMNS; c++)
			cells[c] = line < HEADING_LINES ? columns[c].heading[line]
							: rows[line - HEADING_LINES].cells[c];
		for (size_t from = 0, to; from < COLUMNS; from = to) {
			size_t indent = from ? 4 : 0;
			to = band_end(widths, from, indent, width);
			line_print(cells, widths, from, to, indent, out);
		}
	}
}

static void invalid_print(const json_t *result, FILE *out)
{
	size_t i, r;
	json_t *trial, *reason;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		if (json_is_true(json_object_get(trial, "valid")))
			continue;
		fprintf(out, "invalid: %s, trial %lld:",
			json_string_value(json_object_get(trial, "strategy")),
			(long long)json_integer_value(json_object_get(trial, "repeat")));
		json_array_foreach(json_object_get(trial, "invalid_because"), r, reason)
			fprintf(out, "%s %s", r ? ";" : "", json_string_value(reason));
		fputc('\n', out);
	}
}

static void settings_print(const json_t *result, const char *end, size_t width, FILE *out)
{
	const char *name;
	json_t *value;
	char label[32], path[64];
	snprintf(label, sizeof(label), "%s:", end);
	snprintf(path, sizeof(path), "network.sysctls.%s", end);
	size_t used = (size_t)fprintf(out, "%-9s", label);
	json_object_foreach((json_t *)at(result, path), name, value)
	{
		const char *text = json_string_value(value);
		/* What stands without a prefix is net.ipv4.*. */
		const char *shown = strncmp(name, "net.ipv4.", 9) == 0 ? name + 9 : name;
		size_t length = strlen(shown) + strlen(text) + 3;
		if (used + length > width)
			used = (size_t)fprintf(out, "\n%9s", "") - 1;
		used += (size_t)fprintf(out, " %s=%s,", shown, text);
	}
	fputs("\n", out);
}

void text_print(const json_t *result, unsigned width, FILE *out)
{
	size_t i, count = 0;
	json_t *entry, *summary = json_object_get(result, "summary");
	struct row *rows = calloc(json_array_size(summary) + 1, sizeof(*rows));
	if (!rows)
		return;
	json_array_foreach(summary, i, entry) row_fill(
		&rows[count++], result, json_string_value(json_object_get(entry, "strategy")));
	table_print(rows, count, width, out);
	free(rows);
	fputs("\nmedians of valid trials; latency is of an exchange, the handshake included in a "
	      "connection's first\n",
		out);
	invalid_print(result, out);
	fprintf(out, "\nkernel:   %s, %lld CPUs, %s, %s\n",
		json_string_value(at(result, "host.kernel")),
		(long long)json_integer_value(at(result, "host.cpus")),
		json_string_value(at(result, "host.cpu_model")),
		json_is_true(at(result, "host.root")) ? "as root" : "as an ordinary user");
	settings_print(result, "server", width, out);
	settings_print(result, "client", width, out);
	fprintf(out, "repeat:   %s\n", json_string_value(at(result, "command_line")));
}
