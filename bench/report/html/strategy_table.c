#include "bench/report/html/strategy_table.h"

#include "bench/report/answer/basis.h"
#include "bench/report/html/markup/bar.h"
#include "bench/report/html/markup/mark.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/overview_columns.h"
#include "bench/result/figure_text.h"
#include "bench/result/upstream.h"

#include <math.h>
#include <string.h>

/* From this share of the ports on connect(2) searches long. */
#define PORTS_TICK 0.5
#define UNIT_MAX 32

struct table {
	const struct chart_source *source;
	double rate_most;           /* of all strategies, the ends of intervals included */
	const struct outcome *best; /* its interval is clear of the next; NULL: none is */
};

/* A column: a phone shows those that say what a strategy is, and what it gives. */
struct column {
	const char *heading, *unit;
	bool is_number, is_on_phone;
	const char *metric; /* its median is shown, unless `write` does it */
	/* Writes the whole cell. Optional. */
	void (*write)(const struct table *table, const struct outcome *outcome, FILE *out);
};

static void gives_up_write(const struct table *table, const struct outcome *outcome, FILE *out)
{
	char text[128];
	struct overview_column column;
	struct overview_source cell = {.result = table->source->result, .outcome = outcome};
	overview_column_find("gives_up", &column, NULL);
	overview_cell_write(&column, &cell, text, sizeof(text));
	bool is_nothing = outcome->price == OUTCOME_GIVES_NOTHING && strcmp(text, "nothing") == 0;
	bool is_dear = outcome->lost_bytes.is_known && outcome->lost_bytes.spread.median > 0;
	markup_write(out, "<td class=\"%s\" data-v=\"%d\">%s</td>",
		is_dear      ? "bad"
		: is_nothing ? "well"
			     : "price",
		(int)outcome->price, text);
}

static void ports_write(const struct table *table, const struct outcome *outcome, FILE *out)
{
	char share[32];
	const struct outcome_figure *held = &outcome->held_share;
	struct bar_part part = {0, held->spread.median, marks[outcome->holder].class};
	if (!held->is_known) {
		fputs("<td class=\"gauge\">-</td>", out);
		return;
	}
	figure_percent_whole(held->spread.median, share, sizeof(share));
	fprintf(out, "<td class=\"gauge\" data-v=\"%.6g\">", held->spread.median);
	bar_write(&part, 1, PORTS_TICK, out);
	markup_write(out, "<span>%s</span></td>", share);
}

static void rate_write(const struct table *table, const struct outcome *outcome, FILE *out)
{
	char rate[32], low[32], high[32];
	const struct spread *spread = &outcome->rate.spread;
	if (!outcome->rate.is_known) {
		fputs("<td class=\"number\">-</td>", out);
		return;
	}
	struct bar_part parts[] = {{0, spread->median / table->rate_most, "ink"},
		{spread->low / table->rate_most, spread->high / table->rate_most, "range"}};
	figure_brief(spread->median, rate, sizeof(rate));
	figure_brief(spread->low, low, sizeof(low));
	figure_brief(spread->high, high, sizeof(high));
	markup_write(out, "<td class=\"number rate\" data-v=\"%.6g\">", spread->median);
	bool has_interval = outcome->rate.count > 1 && !outcome->rate.is_at_most;
	if (has_interval)
		markup_write(out, "<small>%s-%s</small> ", low, high);
	markup_write(out, "%s%s%s", outcome == table->best ? "★ " : "",
		outcome->rate.is_at_most ? "≤" : "", rate);
	bar_write(parts, has_interval ? 2 : 1, 0, out);
	fputs("</td>", out);
}

static void cpu_write(const struct table *table, const struct outcome *outcome, FILE *out)
{
	double requests = outcome->exchanges > 1 ? outcome->exchanges : 1;
	double server = chart_median(table->source, outcome, "cpu_us_per_connection.server");
	double client = chart_median(table->source, outcome, "cpu_us_per_connection.client");
	double both = (server + client) / requests;
	if (isnan(both))
		fputs("<td class=\"number wide\">-</td>", out);
	else
		markup_write(out, "<td class=\"number wide\" data-v=\"%.6g\">%s%.1f</td>", both,
			outcome->exchanges > 1 && outcome->rate.is_at_most ? "≥" : "", both);
}

static void trials_write(const struct table *table, const struct outcome *outcome, FILE *out)
{
	bool all = outcome->valid == outcome->trials;
	markup_write(out, "<td class=\"number wide%s\" data-v=\"%zu\">%zu of %zu</td>",
		all ? "" : " bad", outcome->valid, outcome->valid, outcome->trials);
}

static const struct column columns[] = {
	{"gives up", "", .is_on_phone = true, .write = gives_up_write},
	{"TIME_WAIT", "at server", .is_number = true, .metric = "time_wait.server.peak"},
	{"TIME_WAIT", "at client", .is_number = true, .metric = "time_wait.client.peak"},
	{"ports held", "", .is_on_phone = true, .write = ports_write},
	{"requests", "/s", .is_number = true, .is_on_phone = true, .write = rate_write},
	{"p50", "ms", .is_number = true, .metric = "latency_us.total.p50"},
	{"p99", "ms", .is_number = true, .metric = "latency_us.total.p99"},
	{"CPU", "us/request", .is_number = true, .write = cpu_write},
	{"lost", "", .is_number = true, .metric = "loss.lost_share"},
	{"valid", "trials", .is_number = true, .write = trials_write},
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static void metric_write(
	const struct table *table, const struct outcome *outcome, const char *metric, FILE *out)
{
	char text[64];
	double median = chart_median(table->source, outcome, metric);
	chart_median_text(table->source, outcome, metric, text, sizeof(text));
	if (strncmp(metric, "time_wait.", 10) == 0 && !isnan(median))
		markup_thousands(median, text, sizeof(text));
	if (isnan(median))
		fputs("<td class=\"number wide\">-</td>", out);
	else
		markup_write(
			out, "<td class=\"number wide\" data-v=\"%.9g\">%s</td>", median, text);
}

/* The best of those that can be compared, where nothing else is as good; of an answer that says so.
 */
static const struct outcome *best_of(const struct chart_source *source)
{
	const struct answer_basis *basis = &source->basis;
	bool is_clear =
		basis->leader && !basis->is_open && answer_count(basis, answer_is_in_pool) > 1;
	for (size_t i = 0; is_clear && i < basis->outcomes.count; i++) {
		const struct outcome *other = &basis->outcomes.list[i];
		is_clear = other == basis->leader || !answer_is_in_pool(basis, other) ||
			   answer_is_clear(basis, basis->leader, other);
	}
	return is_clear ? basis->leader : NULL;
}

static void name_write(const struct table *table, size_t at, FILE *out)
{
	const struct outcome *outcome = &table->source->basis.outcomes.list[at];
	markup_write(out, "<th scope=\"row\" data-v=\"%s\"><label>", outcome->strategy);
	/* The charts are not of the hop behind a proxy. */
	if (outcome->valid > 0 && !result_is_upstream(table->source->result))
		markup_write(out, "<input type=\"checkbox\" data-s=\"%zu\" hidden%s>", at,
			table->source->is_shown[at] ? " checked" : "");
	mark_name_write(outcome, out);
	fputs("</label></th>", out);
}

/* A strategy's row; and below it, why trials of it do not count. They are moved together. */
static void strategy_write(const struct table *table, size_t at, FILE *out)
{
	const struct outcome *outcome = &table->source->basis.outcomes.list[at];
	fprintf(out, "<tbody class=\"strategy%s\"><tr>", outcome->valid > 0 ? "" : " invalid");
	name_write(table, at, out);
	for (size_t c = 0; c < COLUMNS; c++)
		if (columns[c].write)
			columns[c].write(table, outcome, out);
		else
			metric_write(table, outcome, columns[c].metric, out);
	fputs("</tr>\n", out);
	if (outcome->reason)
		markup_write(out,
			"<tr class=\"reason\"><td colspan=\"%zu\">invalid, %zu of %zu: "
			"%s</td></tr>\n",
			COLUMNS + 1, outcome->trials - outcome->valid, outcome->trials,
			outcome->reason);
	fputs("</tbody>\n", out);
}

static void group_write(const struct chart_source *source, enum outcome_holder holder, FILE *out)
{
	fprintf(out, "<tbody class=\"group %s\"><tr><th scope=\"colgroup\" colspan=\"%zu\">",
		marks[holder].class, COLUMNS + 1);
	mark_write(holder, out);
	markup_write(out, "%s</th></tr></tbody>\n", chart_holder_title(source, holder));
}

/* An end has the name that it has on this hop. */
static void unit_write(
	const struct chart_source *source, const struct column *column, char unit[UNIT_MAX])
{
	if (strcmp(column->unit, "at server") == 0 || strcmp(column->unit, "at client") == 0)
		snprintf(unit, UNIT_MAX, "at %s",
			chart_end_name(source, strcmp(column->unit, "at server") == 0));
	else
		snprintf(unit, UNIT_MAX, "%s", column->unit);
}

static void head_write(const struct table *table, FILE *out)
{
	bool of_connections = strcmp(table->source->basis.outcomes.rate, "rate_per_s") == 0;
	fputs("<thead><tr><th scope=\"col\">strategy</th>", out);
	for (size_t c = 0; c < COLUMNS; c++) {
		const struct column *column = &columns[c];
		bool is_rate = column->write == rate_write;
		char unit[UNIT_MAX];
		unit_write(table->source, column, unit);
		markup_write(out, "<th scope=\"col\" class=\"%s%s\">%s%s%s</th>",
			column->is_number ? "number" : "", column->is_on_phone ? "" : " wide",
			is_rate && of_connections ? "connections" : column->heading,
			is_rate || !unit[0] ? "" : " ", unit);
	}
	fputs("</tr></thead>\n", out);
}

/* The words below "gives up" that are not plain. */
static void prices_write(const struct chart_source *source, FILE *out)
{
	unsigned prices = 0;
	for (size_t i = 0; i < source->basis.outcomes.count; i++)
		prices |= source->basis.outcomes.list[i].price;
	if (!(prices & (OUTCOME_GIVES_TAIL | OUTCOME_GIVES_GUARD)))
		return;
	fputs("<p class=\"quiet\">", out);
	if (prices & OUTCOME_GIVES_TAIL)
		fputs("Gives up tail: the end of a response may be lost. ", out);
	if (prices & OUTCOME_GIVES_GUARD)
		fputs("Gives up guard: the protection from an earlier connection's old segments.",
			out);
	fputs("</p>\n", out);
}

void strategy_table_write(const struct chart_source *source, FILE *out)
{
	struct table table = {.source = source, .rate_most = 1, .best = best_of(source)};
	for (size_t i = 0; i < source->basis.outcomes.count; i++)
		if (source->basis.outcomes.list[i].rate.is_known)
			table.rate_most = fmax(
				table.rate_most, source->basis.outcomes.list[i].rate.spread.high);
	markup_write(out,
		"<p class=\"quiet\">Medians of valid trials; small: the 95 %% interval. The tick "
		"of ports held: half of them, from which connect() searches long.%s%s</p>\n",
		result_is_upstream(source->result)
			? " Crossed out: no trial is valid, and the medians are of all."
			: "",
		table.best ? " ★: its interval is clear of all that give up as little." : "");
	prices_write(source, out);
	fputs("<table class=\"strategies\">\n", out);
	head_write(&table, out);
	for (size_t i = 0; i < source->basis.outcomes.count; i++) {
		enum outcome_holder holder = source->basis.outcomes.list[i].holder;
		if (i == 0 || source->basis.outcomes.list[i - 1].holder != holder)
			group_write(source, holder, out);
		strategy_write(&table, i, out);
	}
	fputs("</table>\n", out);
}
