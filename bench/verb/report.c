/* teardown report: the table of a result file, from the file alone. */
#include "bench/report/csv.h"
#include "bench/report/finding_explain.h"
#include "bench/report/html/html.h"
#include "bench/report/ladders_text.h"
#include "bench/report/metric_text.h"
#include "bench/report/overview.h"
#include "bench/report/prometheus.h"
#include "bench/report/prose.h"
#include "bench/report/text.h"
#include "bench/result/result.h"
#include "bench/result/threshold.h"
#include "bench/result/upstream.h"
#include "bench/verb/verb.h"
#include "common/options.h"

#include <string.h>

struct report_options {
	bool wide, latency;
	const char *csv, *html, *prometheus, *explain, *columns, *metric, *color;
	struct option_list fail_if;
};

static const struct option_row rows[] = {
	{"wide", 0, OPTION_FLAG, offsetof(struct report_options, wide), NULL,
		"show the table of all columns, with the most sockets that were in each state of "
		"closing",
		0, 0},
	{"columns", 0, OPTION_TEXT, offsetof(struct report_options, columns), "A,B",
		"show these columns: time_wait_at, strategy, gives_up, ports, rate, interval, p50, "
		"p99, lost, or any metric; upstream.METRIC is of the hop behind a proxy",
		0, 0},
	{"metric", 0, OPTION_TEXT, offsetof(struct report_options, metric), "NAME",
		"show this metric alone, as a bar a strategy, with its interval; upstream.METRIC "
		"is of "
		"the hop behind a proxy",
		0, 0},
	{"color", 0, OPTION_TEXT, offsetof(struct report_options, color), "auto|always|never",
		"colour (auto, the default: on a terminal, unless NO_COLOR is set)", 0, 0},
	{"latency", 0, OPTION_FLAG, offsetof(struct report_options, latency), NULL,
		"print each strategy's latencies too", 0, 0},
	{"explain", 0, OPTION_TEXT, offsetof(struct report_options, explain), "ID",
		"print what this finding means, and what it says in each trial, and nothing else; "
		"or all that there is to say of one thing besides: invalid, runway, loader, "
		"ladders",
		0, 0},
	{"csv", 0, OPTION_TEXT, offsetof(struct report_options, csv), "FILE",
		"write a line a trial as comma-separated values (-: to stdout, without the table)",
		0, 0},
	{"html", 0, OPTION_TEXT, offsetof(struct report_options, html), "FILE",
		"write a page to look at: charts, findings, how it was measured, and the data; it "
		"needs no network",
		0, 0},
	{"prometheus", 0, OPTION_TEXT, offsetof(struct report_options, prometheus), "FILE",
		"write the medians in Prometheus' text format, for a textfile collector", 0, 0},
	{"fail-if", 0, OPTION_LIST, offsetof(struct report_options, fail_if),
		"'STRATEGY.METRIC < N'",
		"exit 99 when the median crosses it; < <= > >= == != and 10k, 1.5M, 5ms; without "
		"STRATEGY: that of any",
		0, 0},
};

static const struct option_table table = {
	.program = "teardown report",
	.usage = "FILE [OPTION...]",
	.about = "Prints the table of a result file.",
	.groups = OPTION_ROWS(rows),
	.examples = "teardown report result.json --latency\n"
		    "teardown report result.json --metric latency.total.p99\n"
		    "teardown report result.json --csv -",
};

static void shown_print(
	const json_t *result, const struct report_options *options, const struct metric *metric)
{
	struct text_options text = {
		.width = verb_width(),
		.look = look_of(stdout, options->color),
		.wide = options->wide,
		.latency = options->latency,
		.columns = options->columns,
	};
	json_t *behind =
		metric && result_upstream_metric(options->metric) ? result_upstream(result) : NULL;
	if (metric)
		metric_text_print(behind ? behind : result, metric, text.width, &text.look, stdout);
	else
		text_print(result, &text, stdout);
	json_decref(behind);
}

/* With "upstream." in front or not. */
static const struct metric *metric_named(const char *name, struct error *error)
{
	const char *behind = result_upstream_metric(name);
	return metric_find(behind ? behind : name, error);
}

/* Whether there is a hop behind a proxy where one is to be shown. */
static int hop_check(
	const struct report_options *options, const json_t *result, struct error *error)
{
	if (result_has_hops(result))
		return 0;
	if (options->metric && result_upstream_metric(options->metric))
		return error_set(
			error, STATUS_USAGE, "--metric %s: " RESULT_NO_UPSTREAM, options->metric);
	return overview_columns_check(options->columns, false, error);
}

static int explain(
	const json_t *result, const char *id, const struct look *look, struct error *error)
{
	if (strcmp(id, "ladders") == 0) {
		ladders_text_print(result, verb_width(), look, stdout);
		return 0;
	}
	if (prose_explain(result, id, verb_width(), stdout))
		return 0;
	return finding_explain(result, id, verb_width(), stdout, error);
}

/* The table, the judgement, and the files that were asked for. */
static int outputs_write(const json_t *result, const struct report_options *options,
	const struct metric *metric, struct error *error)
{
	if (!options->csv || strcmp(options->csv, "-") != 0)
		shown_print(result, options, metric);
	fflush(stdout);
	int status = (int)thresholds_judge(&options->fail_if, result, stderr, error);
	if (options->csv && csv_write(result, options->csv, error) == -1)
		status = -1;
	if (options->html && html_write(result, &options->fail_if, options->html, error) == -1)
		status = -1;
	if (options->prometheus && prometheus_write(result, options->prometheus, error) == -1)
		status = -1;
	return status;
}

static int report_run(const struct verb_call *call, struct error *error)
{
	const struct report_options *options = call->options;
	if (call->operands.count != 1)
		return error_set(error, STATUS_USAGE, "report needs one result file, not %zu",
			call->operands.count);
	if (look_check(options->color, error) == -1 ||
		overview_columns_check(options->columns, true, error) == -1)
		return -1;
	if (html_check_beside(options->html, call->operands.items[0], error) == -1 ||
		(options->prometheus && prometheus_check(options->prometheus, error) == -1))
		return -1;
	const struct metric *metric = options->metric ? metric_named(options->metric, error) : NULL;
	if (options->metric && !metric)
		return -1;
	json_t *result = result_load(call->operands.items[0], error);
	if (!result)
		return -1;
	const struct look look = look_of(stdout, options->color);
	int status = hop_check(options, result, error);
	if (status == 0)
		status = options->explain
				 ? explain(result, options->explain, &look, error)
				 : thresholds_check_result(&options->fail_if, result, error);
	if (status == 0 && !options->explain)
		status = outputs_write(result, options, metric, error);
	json_decref(result);
	return status;
}

const struct verb verb_report = {
	.name = "report",
	.does = "print the table of a result file again",
	.table = &table,
	.options_size = sizeof(struct report_options),
	.takes_operands = true,
	.run = report_run,
};
