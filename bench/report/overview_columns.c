#include "bench/report/overview_columns.h"

#include "bench/result/figure_text.h"
#include "bench/result/upstream.h"
#include "common/bounded_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* An interval of one value is none. */
#define INTERVAL_TRIALS_LEAST 2

const char *const overview_holders[OUTCOME_HOLDERS] = {
	[OUTCOME_AT_SERVER] = "server",
	[OUTCOME_AT_CLIENT] = "client",
	[OUTCOME_AT_NOBODY] = "nobody",
	[OUTCOME_AT_BOTH] = "both",
	[OUTCOME_MIXED] = "mixed",
	[OUTCOME_UNKNOWN] = "-",
};

const enum look_colour overview_colours[OUTCOME_HOLDERS] = {
	[OUTCOME_AT_SERVER] = LOOK_SERVER,
	[OUTCOME_AT_CLIENT] = LOOK_CLIENT,
	[OUTCOME_AT_NOBODY] = LOOK_NOBODY,
	[OUTCOME_AT_BOTH] = LOOK_BOTH,
	[OUTCOME_MIXED] = LOOK_PLAIN,
	[OUTCOME_UNKNOWN] = LOOK_PLAIN,
};

static void holder_write(const struct overview_source *source, char *cell, size_t size)
{
	/* Of the hop in front of a proxy, and of that behind it. */
	static const char *const hops[][OUTCOME_HOLDERS] = {
		{[OUTCOME_AT_SERVER] = "proxy"},
		{[OUTCOME_AT_SERVER] = "upstream", [OUTCOME_AT_CLIENT] = "proxy"},
	};
	enum outcome_holder holder = source->outcome->holder;
	const char *word = result_has_hops(source->result)
				   ? hops[result_is_upstream(source->result)][holder]
				   : NULL;
	bounded_text_write(cell, size, "%s", word ? word : overview_holders[holder]);
}

static void strategy_write(const struct overview_source *source, char *cell, size_t size)
{
	char *name = NULL;
	size_t length, most = source->name_most ? source->name_most : SIZE_MAX;
	FILE *out = open_memstream(&name, &length);
	if (!out)
		return;
	look_cut_middle(source->look, source->outcome->strategy, most, out);
	if (fclose(out) == 0)
		bounded_text_write(cell, size, "%s", name);
	free(name);
}

/* What is given up, and how much of it was lost where any was. */
static void price_write(const struct overview_source *source, char *cell, size_t size)
{
	const struct outcome *outcome = source->outcome;
	char lost[32] = "";
	const char *guard = outcome->price & OUTCOME_GIVES_TAIL ? " + guard" : "guard";
	if (outcome->lost_bytes.is_known && outcome->lost_bytes.spread.median > 0)
		figure_bytes(outcome->lost_bytes.spread.median, lost, sizeof(lost));
	if (outcome->price & OUTCOME_UNDECLARED)
		bounded_text_write(cell, size, "%s%s", lost[0] ? "lost " : "-", lost);
	else if (outcome->price & OUTCOME_GIVES_TAIL)
		bounded_text_write(cell, size, "tail%s%s%s", lost[0] ? " " : "", lost,
			outcome->price & OUTCOME_GIVES_GUARD ? guard : "");
	else
		bounded_text_write(cell, size, "%s%s%s",
			outcome->price & OUTCOME_GIVES_GUARD ? guard : "nothing",
			lost[0] ? ", lost " : "", lost);
}

static void ports_write(const struct overview_source *source, char *cell, size_t size)
{
	char share[32], *gauge = NULL;
	size_t length;
	const struct outcome_figure *held = &source->outcome->held_share;
	FILE *out = open_memstream(&gauge, &length);
	if (!out)
		return;
	if (held->is_known && source->gauge > 0) {
		look_gauge(source->look, held->spread.median, source->gauge, out);
		fputc(' ', out);
	}
	figure_percent_whole(held->spread.median, share, sizeof(share));
	fputs(held->is_known ? share : "-", out);
	if (fclose(out) == 0)
		bounded_text_write(cell, size, "%s", gauge);
	free(gauge);
}

static const char *at_most(
	const struct overview_source *source, const struct outcome_figure *figure)
{
	return figure->is_at_most ? look_at_most(source->look) : "";
}

static void rate_write(const struct overview_source *source, char *cell, size_t size)
{
	char rate[32];
	const struct outcome_figure *figure = &source->outcome->rate;
	figure_brief(figure->spread.median, rate, sizeof(rate));
	if (figure->is_known)
		snprintf(cell, size, "%s%s", at_most(source, figure), rate);
	else
		snprintf(cell, size, "-");
}

static void interval_write(const struct overview_source *source, char *cell, size_t size)
{
	char low[32], high[32];
	const struct outcome_figure *rate = &source->outcome->rate;
	figure_brief(rate->spread.low, low, sizeof(low));
	figure_brief(rate->spread.high, high, sizeof(high));
	if (rate->is_known && !rate->is_at_most && rate->count >= INTERVAL_TRIALS_LEAST)
		snprintf(cell, size, "%s-%s", low, high);
	else
		snprintf(cell, size, "-");
}

static void metric_of_hop_write(const struct overview_source *source, const json_t *hop,
	const char *name, char *cell, size_t size)
{
	char text[64];
	/* A row is marked where its own hop has no valid trial; a column of the other hop is not.
	 */
	struct outcome_figure figure =
		hop == source->result ? outcome_figure_shown(hop, source->outcome->strategy, name)
				      : outcome_figure_of(hop, source->outcome->strategy, name);
	const struct metric *metric = metric_find(name, NULL);
	if (figure.is_known && metric) {
		metric_format(metric, figure.spread.median, text, sizeof(text));
		bounded_text_write(cell, size, "%s%s", at_most(source, &figure), text);
	} else {
		snprintf(cell, size, "-");
	}
}

static void metric_write(
	const struct overview_source *source, const char *name, char *cell, size_t size)
{
	metric_of_hop_write(source, source->result, name, cell, size);
}

static void p50_write(const struct overview_source *source, char *cell, size_t size)
{
	metric_write(source, "latency_us.total.p50", cell, size);
}

static void p99_write(const struct overview_source *source, char *cell, size_t size)
{
	metric_write(source, "latency_us.total.p99", cell, size);
}

static void lost_write(const struct overview_source *source, char *cell, size_t size)
{
	metric_write(source, "loss.lost_share", cell, size);
}

const struct overview_column overview_columns[] = {
	{"time_wait_at", {"TIME_WAIT", "at"}, .left = true, .is_identity = true,
		.write = holder_write},
	{"strategy", {"", "strategy"}, .left = true, .is_identity = true, .write = strategy_write},
	{"gives_up", {"", "gives up"}, .left = true, .is_identity = true, .write = price_write},
	{"ports", {"ports", "held"}, .left = true, .write = ports_write},
	{"rate", {"requests", "/s"}, .write = rate_write},
	{"interval", {"", "95 %"}, .left = true, .write = interval_write},
	{"p50", {"p50", "ms"}, .write = p50_write},
	{"p99", {"p99", "ms"}, .write = p99_write},
	{"lost", {"", "lost"}, .write = lost_write},
};

const size_t overview_column_count = sizeof(overview_columns) / sizeof(overview_columns[0]);

const char *const overview_columns_narrow[] = {"interval", "p50", "p99", "lost", NULL};

bool overview_column_find(const char *name, struct overview_column *column, struct error *error)
{
	for (size_t i = 0; i < overview_column_count; i++)
		if (strcmp(overview_columns[i].name, name) == 0) {
			*column = overview_columns[i];
			return true;
		}
	const char *behind = result_upstream_metric(name);
	const struct metric *metric = metric_find(behind ? behind : name, error);
	if (metric)
		*column = (struct overview_column){
			.name = metric->name,
			.heading = {behind ? "upstream." : "", metric->name},
			.metric = metric,
			.is_behind = behind != NULL,
		};
	return metric != NULL;
}

void overview_cell_write(const struct overview_column *column, const struct overview_source *source,
	char *cell, size_t size)
{
	cell[0] = '\0';
	if (column->write)
		column->write(source, cell, size);
	else
		metric_of_hop_write(source, column->is_behind ? source->behind : source->result,
			column->metric->path, cell, size);
}
