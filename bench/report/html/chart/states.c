/* Sockets that were left when the trial had settled, by end and state. */
#include "bench/report/html/chart/registry.h"
#include "bench/report/html/markup/mark.h"
#include "bench/report/html/markup/markup.h"
#include "bench/result/metric.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS_MAX 32

/* One state of one end, where any strategy has sockets in it. */
struct column {
	const struct metric *metric;
	const char *end, *state;
};

static const struct {
	const char *path, *end, *state;
} always[] = {
	{"time_wait.server.end", "server", "time_wait"},
	{"time_wait.client.end", "client", "time_wait"},
};

/* "states.server.end.close_wait_owned": its state; NULL where it is another metric. */
static const char *state_of(const struct metric *metric, const char *end)
{
	char prefix[32];
	int length = snprintf(prefix, sizeof(prefix), "states.%s.end.", end);
	return strncmp(metric->path, prefix, (size_t)length) == 0 ? metric->path + length : NULL;
}

static bool any_has(const struct chart_source *source, const struct metric *metric)
{
	for (size_t i = 0; i < source->basis.outcomes.count; i++) {
		if (chart_median(source, &source->basis.outcomes.list[i], metric->path) > 0)
			return true;
	}
	return false;
}

static size_t columns_choose(const struct chart_source *source, struct column columns[COLUMNS_MAX])
{
	static const char *const ends[] = {"server", "client"};
	struct metric_list metrics = metrics_all();
	size_t count = 0;
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		columns[count++] = (struct column){
			metric_find(always[i].path, NULL), always[i].end, always[i].state};
	for (size_t e = 0; e < 2; e++)
		for (size_t i = 0; i < metrics.count; i++) {
			const char *state = state_of(&metrics.items[i], ends[e]);
			if (state && strcmp(state, "time_wait") != 0 && count < COLUMNS_MAX &&
				any_has(source, &metrics.items[i]))
				columns[count++] =
					(struct column){&metrics.items[i], ends[e], state};
		}
	return count;
}

static void cell_write(const struct chart_source *source, const struct outcome *outcome,
	const struct metric *metric, FILE *out)
{
	char text[64] = "-";
	double median = chart_median(source, outcome, metric->path);
	if (!isnan(median))
		markup_thousands(median, text, sizeof(text));
	markup_write(out, "<td class=\"number\">%s</td>", text);
}

static bool states_is_known(const struct chart_source *source)
{
	for (size_t i = 0; i < source->basis.outcomes.count; i++)
		for (size_t c = 0; c < sizeof(always) / sizeof(always[0]); c++)
			if (!isnan(chart_median(
				    source, &source->basis.outcomes.list[i], always[c].path)))
				return true;
	return false;
}

static void states_write(struct chart_source *source, FILE *out)
{
	struct column columns[COLUMNS_MAX];
	size_t count = columns_choose(source, columns);
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"States\">"
	      "<table class=\"plain\"><thead><tr><th scope=\"col\">sockets</th>",
		out);
	for (size_t c = 0; c < count; c++)
		markup_write(out, "<th scope=\"col\" class=\"number\">%s: %s</th>", columns[c].end,
			columns[c].state);
	fputs("</tr></thead>\n<tbody>\n", out);
	for (size_t i = 0; i < source->basis.outcomes.count; i++) {
		const struct outcome *outcome = &source->basis.outcomes.list[i];
		if (outcome->valid == 0)
			continue;
		fputs("<tr><th scope=\"row\">", out);
		mark_name_write(outcome, out);
		fputs("</th>", out);
		for (size_t c = 0; c < count; c++)
			cell_write(source, outcome, columns[c].metric, out);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
}

const struct chart chart_states = {
	.id = "states",
	.question = "What is left at the end?",
	.sentence = "Sockets of both ends when the trial had settled, by state; a state that none "
		    "was in is left out. Medians over the valid trials.",
	.is_known = states_is_known,
	.write = states_write,
};
