#include "bench/report/metric_text.h"

#include "bench/report/answer/outcome.h"
#include "bench/report/paragraph.h"
#include "bench/result/json_path.h"
#include "bench/result/upstream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BAR_LEAST 10
#define TEXT_MAX 64
/* A strategy's name has 31 characters at most; that of a server has not. */
#define NAME_MOST 32
/* An interval of one value is none. */
#define INTERVAL_TRIALS_LEAST 2

struct bar {
	const char *strategy;
	struct outcome_figure figure;
	char value[TEXT_MAX], interval[TEXT_MAX];
};

struct bars {
	size_t count;
	struct bar *list;
	size_t name, value, interval; /* columns of the longest */
	double most;
};

/* Of equal ones the order of the run stays; what is not known comes last. */
static bool is_before(const struct bar *a, const struct bar *b, bool less_is_better)
{
	if (!a->figure.is_known || !b->figure.is_known)
		return a->figure.is_known && !b->figure.is_known;
	double own = a->figure.spread.median, other = b->figure.spread.median;
	return less_is_better ? own < other : own > other;
}

static void bar_add(struct bars *bars, struct bar bar, bool less_is_better)
{
	size_t at = bars->count++;
	for (; at > 0 && is_before(&bar, &bars->list[at - 1], less_is_better); at--)
		bars->list[at] = bars->list[at - 1];
	bars->list[at] = bar;
}

static size_t longer(size_t a, size_t b)
{
	return a > b ? a : b;
}

static struct bars bars_of(
	const json_t *result, const struct metric *metric, const struct look *look)
{
	size_t i;
	json_t *entry, *summary = json_object_get(result, "summary");
	struct bars bars = {.list = calloc(json_array_size(summary) + 1, sizeof(*bars.list))};
	json_array_foreach(summary, i, entry)
	{
		struct bar bar = {.strategy = json_path_text(entry, "strategy"), .value = "-"};
		char value[TEXT_MAX / 2], low[TEXT_MAX / 2 - 4], high[TEXT_MAX / 2 - 4];
		if (!bars.list)
			break;
		bar.figure = outcome_figure_of(result, bar.strategy, metric->path);
		if (bar.figure.is_known) {
			const struct spread *spread = &bar.figure.spread;
			const char *sign = bar.figure.is_at_most ? look_at_most(look) : "";
			metric_format(metric, spread->median, value, sizeof(value));
			snprintf(bar.value, sizeof(bar.value), "%s%s", sign, value);
			metric_format(metric, spread->low, low, sizeof(low));
			metric_format(metric, spread->high, high, sizeof(high));
			if (bar.figure.count >= INTERVAL_TRIALS_LEAST && !bar.figure.is_at_most)
				snprintf(bar.interval, sizeof(bar.interval), "(%s-%s)", low, high);
			bars.most = fmax(bars.most, spread->high);
		}
		size_t name = look_width(bar.strategy);
		bars.name = longer(bars.name, name < NAME_MOST ? name : NAME_MOST);
		bars.value = longer(bars.value, look_width(bar.value));
		bars.interval = longer(bars.interval, look_width(bar.interval));
		bar_add(&bars, bar, metric->field->better == FIELD_LESS);
	}
	return bars;
}

static void bar_print(const struct bars *bars, const struct bar *bar, size_t room,
	const struct look *look, FILE *out)
{
	double scale = bars->most > 0 ? (double)room / bars->most : 0;
	size_t low = (size_t)lround(fmax(bar->figure.spread.low, 0) * scale);
	size_t high = (size_t)lround(fmax(bar->figure.spread.high, 0) * scale);
	for (size_t i = 0; i < high; i++)
		fputs(i < low ? look->is_utf8 ? "█" : "#" : look->is_utf8 ? "░" : "-", out);
}

void metric_text_print(const json_t *result, const struct metric *metric, size_t width,
	const struct look *look, FILE *out)
{
	struct bars bars = bars_of(result, metric, look);
	char heading[512];
	size_t used = bars.name + bars.value + bars.interval + 6;
	size_t room = used + BAR_LEAST <= width ? width - used : BAR_LEAST;
	const char *unit = metric->field->format == FIELD_MS ? "ms" : metric->field->unit;
	snprintf(heading, sizeof(heading), "%s%s%s%s: median (95 %% interval %s)%s",
		result_is_upstream(result) ? "upstream." : "", metric->name, unit ? ", " : "",
		unit ? unit : "", look->is_utf8 ? "░" : "---",
		metric->field->better == FIELD_LESS   ? "; less is better"
		: metric->field->better == FIELD_MORE ? "; more is better"
						      : "");
	paragraph_print(heading, width, out);
	for (size_t i = 0; i < bars.count; i++) {
		const struct bar *bar = &bars.list[i];
		size_t name = look_width(bar->strategy);
		look_cut_middle(look, bar->strategy, bars.name, out);
		fprintf(out, "%*s  %*s", name < bars.name ? (int)(bars.name - name) : 0, "",
			(int)bars.value, bar->value);
		if (bar->figure.is_known) {
			fprintf(out, "  %-*s  ", (int)bars.interval, bar->interval);
			bar_print(&bars, bar, room, look, out);
		}
		fputc('\n', out);
	}
	free(bars.list);
}
