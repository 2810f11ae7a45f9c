#include "bench/report/runway_text.h"

#include "bench/report/paragraph.h"
#include "bench/result/fields/field.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"
#include "bench/result/upstream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ENDING_MAX 160

/* Whose ports these are: where their figures stand in a trial. */
static const char of_client[] = "runway", of_server[] = "other_connections.server.runway";

/* Of one strategy: medians, NAN where no trial has it; there is no runway without lasts_per_s. */
struct row {
	const char *strategy;
	const char *to; /* the server's connections lead there; NULL: these are the client's */
	double ports, rate_per_s, held_after_s, lasts_per_s, slow_from_per_s;
	bool is_told;
};

static double median_of(const json_t *trials, const char *whose, const char *name)
{
	char path[FIELD_PATH_MAX];
	double median;
	snprintf(path, sizeof(path), "%s.%s", whose, name);
	const struct metric *metric = metric_find(path, NULL);
	return metric && metric_median(trials, metric, &median) ? median : NAN;
}

/* All places, where bind(2) takes a port away from all. */
static const char *place_name(const char *to)
{
	return strcmp(to, "several") == 0 ? "several places" : to;
}

static const char *destination_of(const json_t *trials)
{
	size_t i;
	json_t *trial;
	json_array_foreach((json_t *)trials, i, trial)
	{
		const json_t *to = json_path_at(trial, "other_connections.server.runway.to");
		if (to)
			return place_name(json_string_value(to));
	}
	return NULL;
}

static struct row row_of(const json_t *result, const json_t *entry, const char *whose)
{
	const char *strategy = json_path_text(entry, "strategy");
	json_t *trials = json_path_trials(result, strategy, false);
	struct row row = {
		.strategy = strategy,
		.to = whose == of_server ? destination_of(trials) : NULL,
		.ports = median_of(trials, whose, "ports"),
		.rate_per_s = median_of(trials, whose, "rate_per_s"),
		.held_after_s = median_of(trials, whose, "held_after_s"),
		.lasts_per_s = median_of(trials, whose, "lasts_per_s"),
		.slow_from_per_s = median_of(trials, whose, "slow_from_per_s"),
	};
	json_decref(trials);
	row.is_told = isnan(row.lasts_per_s);
	return row;
}

void runway_rate_write(double per_s, char *text, size_t size)
{
	if (per_s < 10)
		snprintf(text, size, "%.2f/s", floor(per_s * 100) / 100);
	else
		snprintf(text, size, "%.0f/s", floor(per_s));
}

/* What is the same of all strategies whose ports last alike. */
static void ending_write(const struct row *row, char ending[ENDING_MAX])
{
	char lasting[32], slowing[32];
	runway_rate_write(row->lasts_per_s, lasting, sizeof(lasting));
	runway_rate_write(row->slow_from_per_s, slowing, sizeof(slowing));
	int used = snprintf(ending, ENDING_MAX, "; %s last for good", lasting);
	if (!isnan(row->slow_from_per_s))
		snprintf(ending + used, ENDING_MAX - (size_t)used, "; from %s it gets slow",
			slowing);
}

static bool is_held(const struct row *row)
{
	return !isnan(row->held_after_s);
}

/* "client-close at 600/s holds all 28232 ports after 47 s"; behind another one with as many ports,
 * "half-close at 300/s after 94 s". */
static void row_write(struct row *row, const struct row *before, FILE *out)
{
	const char *s = row->to ? "" : "s";
	fputs(row->strategy, out);
	if (row->to)
		fprintf(out, ": the server's connections to %s", row->to);
	fprintf(out, " at %.0f/s", row->rate_per_s);
	if (!is_held(row))
		fprintf(out, " never hold%s all %.0f ports", s, row->ports);
	else if (!before || !is_held(before) || before->ports != row->ports)
		fprintf(out, " hold%s all %.0f ports", s, row->ports);
	if (is_held(row))
		fprintf(out, " after %.*f s", row->held_after_s < 10 ? 1 : 0, row->held_after_s);
	row->is_told = true;
}

/* The first of these rows, and those behind it that end alike. */
static void group_write(struct row *rows, size_t count, FILE *out)
{
	char ending[ENDING_MAX], own[ENDING_MAX];
	const struct row *before = NULL;
	ending_write(&rows[0], ending);
	for (size_t i = 0; i < count; i++) {
		ending_write(&rows[i], own);
		if (rows[i].is_told || (before && rows[i].to) || strcmp(own, ending) != 0)
			continue;
		fputs(before ? ", " : "", out);
		row_write(&rows[i], before, out);
		before = &rows[i];
	}
	fputs(ending, out);
}

static void never_write(struct row *rows, size_t count, FILE *out)
{
	size_t met = 0;
	for (size_t i = 0; i < count; i++) {
		if (rows[i].is_told || is_held(&rows[i]))
			continue;
		fprintf(out, "%s%s", met++ > 0 ? ", " : " | never: ", rows[i].strategy);
		rows[i].is_told = true;
	}
}

/* The row whose ports are held first; the first one where none are. */
static struct row *worst_of(struct row *rows, size_t count)
{
	struct row *worst = NULL;
	for (size_t i = 0; i < count; i++)
		if (!rows[i].is_told &&
			(!worst || (is_held(&rows[i]) &&
					   !(worst->held_after_s <= rows[i].held_after_s))))
			worst = &rows[i];
	return worst;
}

static void least_write(struct row *rows, size_t count, FILE *out)
{
	char ending[ENDING_MAX];
	size_t more = 0;
	struct row *worst = worst_of(rows, count);
	row_write(worst, NULL, out);
	ending_write(worst, ending);
	fputs(ending, out);
	for (size_t i = 0; i < count; i++)
		more += !rows[i].is_told;
	if (more > 0)
		fprintf(out, " | %zu more: --wide", more);
}

static void rows_write(struct row *rows, size_t count, enum brevity brevity, FILE *out)
{
	size_t told = 0;
	bool held_alone = brevity == TELL_BRIEFLY && is_held(worst_of(rows, count));
	for (size_t i = 0; i < count; i++) {
		if (rows[i].is_told || (held_alone && !is_held(&rows[i])))
			continue;
		fputs(told++ > 0 ? " | " : "", out);
		group_write(&rows[i], count - i, out);
	}
	never_write(rows, count, out);
}

static void rows_print(
	struct row *rows, size_t count, size_t width, enum brevity brevity, FILE *out)
{
	char *text;
	size_t size;
	FILE *line = worst_of(rows, count) ? open_memstream(&text, &size) : NULL;
	if (!line)
		return;
	fputs("runway: ", line);
	if (brevity == TELL_LEAST)
		least_write(rows, count, line);
	else
		rows_write(rows, count, brevity, line);
	if (fclose(line) == 0)
		paragraph_print(text, width, out);
	free(text);
}

static void whose_print(
	const json_t *result, const char *whose, size_t width, enum brevity brevity, FILE *out)
{
	const json_t *entries = json_object_get(result, "summary");
	size_t count = json_array_size(entries);
	struct row *rows = calloc(count + 1, sizeof(*rows));
	for (size_t i = 0; rows && i < count; i++)
		rows[i] = row_of(result, json_array_get(entries, i), whose);
	if (rows)
		rows_print(rows, count, width, brevity, out);
	free(rows);
}

void runway_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	whose_print(result, of_client, width, brevity, out);
	/* Those of a proxy are told of the hop behind it. */
	if (!result_has_hops(result))
		whose_print(result, of_server, width, brevity, out);
}
