#include "bench/report/runway_text.h"

#include "bench/report/paragraph.h"
#include "bench/result/fields/field.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ENDING_MAX 160

/* The median over trials; NAN where none has it. */
static double median_of(const json_t *trials, const char *path)
{
	double median;
	const struct metric *metric = metric_find(path, NULL);
	return metric && metric_median(trials, metric, &median) ? median : NAN;
}

/* A rate that lasts is never rounded up to one that does not. */
static void rate_write(double rate, char *text, size_t size)
{
	if (rate < 10)
		snprintf(text, size, "%.2f/s", floor(rate * 100) / 100);
	else
		snprintf(text, size, "%.0f/s", floor(rate));
}

/* Whose ports these are: where their figures stand in a trial. */
static const char of_client[] = "runway", of_server[] = "other_connections.server.runway";

static double figure_of(const json_t *trials, const char *whose, const char *name)
{
	char path[FIELD_PATH_MAX];
	snprintf(path, sizeof(path), "%s.%s", whose, name);
	return median_of(trials, path);
}

/* What is the same of all strategies whose ports last alike. Returns false where there is no
 * runway. */
static bool ending_write(const json_t *trials, const char *whose, char ending[ENDING_MAX])
{
	double lasts = figure_of(trials, whose, "lasts_per_s");
	double slow = figure_of(trials, whose, "slow_from_per_s");
	char lasting[32], slowing[32];
	rate_write(lasts, lasting, sizeof(lasting));
	rate_write(slow, slowing, sizeof(slowing));
	int used = snprintf(ending, ENDING_MAX, "; %s last for good", lasting);
	if (!isnan(slow))
		snprintf(ending + used, ENDING_MAX - (size_t)used, "; from %s it gets slow",
			slowing);
	return !isnan(lasts);
}

static bool client_ending_write(const json_t *result, const json_t *entry, char ending[ENDING_MAX])
{
	json_t *trials = json_path_trials(result, json_path_text(entry, "strategy"), false);
	bool is_known = ending_write(trials, of_client, ending);
	json_decref(trials);
	return is_known;
}

/* "at 600/s holds all 28232 ports after 47 s" */
static void held_write(const json_t *trials, const char *whose, bool are_several, FILE *out)
{
	double held = figure_of(trials, whose, "held_after_s");
	double ports = figure_of(trials, whose, "ports");
	const char *s = are_several ? "" : "s";
	fprintf(out, "at %.0f/s ", figure_of(trials, whose, "rate_per_s"));
	if (isnan(held))
		fprintf(out, "never hold%s all %.0f ports", s, ports);
	else
		fprintf(out, "hold%s all %.0f ports after %.*f s", s, ports, held < 10 ? 1 : 0,
			held);
}

static void strategy_print(const json_t *result, const json_t *entry, bool is_first, FILE *out)
{
	const char *strategy = json_path_text(entry, "strategy");
	json_t *trials = json_path_trials(result, strategy, false);
	fprintf(out, "%s%s ", is_first ? "" : ", ", strategy);
	held_write(trials, of_client, false, out);
	json_decref(trials);
}

/* The line of entry `at` and of all behind it that end alike. */
static void group_print(
	const json_t *result, size_t at, const char *ending, size_t width, FILE *out)
{
	char *text = NULL, own[ENDING_MAX];
	size_t i, size, met = 0;
	json_t *entry;
	FILE *line = open_memstream(&text, &size);
	if (!line)
		return;
	fputs("runway: ", line);
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		if (i >= at && client_ending_write(result, entry, own) && strcmp(own, ending) == 0)
			strategy_print(result, entry, met++ == 0, line);
	}
	fputs(ending, line);
	if (fclose(line) == 0)
		paragraph_print(text, width, out);
	free(text);
}

/* Of a server that connects on. */
static void server_print(const json_t *result, const json_t *entry, size_t width, FILE *out)
{
	char *text = NULL, ending[ENDING_MAX];
	size_t size;
	const char *strategy = json_path_text(entry, "strategy"), *to = NULL;
	json_t *trials = json_path_trials(result, strategy, false), *trial;
	bool is_known = ending_write(trials, of_server, ending);
	FILE *line = is_known ? open_memstream(&text, &size) : NULL;
	size_t i;
	json_array_foreach(trials, i, trial)
	{
		const char *own = json_string_value(
			json_path_at(trial, "other_connections.server.runway.to"));
		to = to ? to : own;
	}
	if (line) {
		fprintf(line, "runway: %s: the server's connections to %s ", strategy, to);
		held_write(trials, of_server, true, line);
		fputs(ending, line);
		if (fclose(line) == 0)
			paragraph_print(text, width, out);
		free(text);
	}
	json_decref(trials);
}

static void clients_print(const json_t *result, size_t width, FILE *out)
{
	json_t *entries = json_object_get(result, "summary");
	for (size_t at = 0; at < json_array_size(entries); at++) {
		char ending[ENDING_MAX], earlier[ENDING_MAX];
		bool is_said = !client_ending_write(result, json_array_get(entries, at), ending);
		for (size_t i = 0; i < at && !is_said; i++)
			is_said =
				client_ending_write(result, json_array_get(entries, i), earlier) &&
				strcmp(ending, earlier) == 0;
		if (!is_said)
			group_print(result, at, ending, width, out);
	}
}

void runway_print(const json_t *result, size_t width, FILE *out)
{
	size_t i;
	json_t *entry;
	clients_print(result, width, out);
	json_array_foreach(json_object_get(result, "summary"), i, entry)
		server_print(result, entry, width, out);
}
