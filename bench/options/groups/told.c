#include "bench/options/groups/groups.h"

static const struct option_row rows[] = {
	{"json", 'o', OPTION_TEXT, FIELD(json), "FILE",
		"result file (default: teardown-DATE-TIME.json; -: to stdout, and the table to "
		"stderr)",
		0, 0},
	{"csv", 0, OPTION_TEXT, FIELD(csv), "FILE",
		"write a line a trial as comma-separated values, too (-: to stdout, and the table "
		"to stderr)",
		0, 0},
	{"html", 0, OPTION_TEXT, FIELD(html), "FILE",
		"write a page to look at: charts, findings, how it was measured, and the data; it "
		"needs no network",
		0, 0},
	{"prometheus", 0, OPTION_TEXT, FIELD(prometheus), "FILE",
		"write the medians in Prometheus' text format, for a textfile collector", 0, 0},
	{"hgrm", 0, OPTION_TEXT, FIELD(hgrm), "DIR",
		"write each trial's latencies as HdrHistogram's percentile text", 0, 0},
	{"ladders", 0, OPTION_FLAG, FIELD(ladders), NULL,
		"then play one connection of each strategy, and keep it segment by segment: shown "
		"by the page, and by report --explain ladders",
		0, 0},
	{"latency", 0, OPTION_FLAG, FIELD(latency), NULL, "print each strategy's latencies too", 0,
		0},
	{"wide", 0, OPTION_FLAG, FIELD(wide), NULL,
		"show the table of all columns, with the most sockets that were in each state of "
		"closing",
		0, 0},
	{"columns", 0, OPTION_TEXT, FIELD(columns), "A,B",
		"show these columns: time_wait_at, strategy, gives_up, ports, rate, interval, p50, "
		"p99, lost, or any metric; upstream.METRIC is of the hop behind a proxy",
		0, 0},
	{"color", 0, OPTION_TEXT, FIELD(color), "auto|always|never",
		"colour (auto, the default: on a terminal, unless NO_COLOR is set)", 0, 0},
	{"quiet", 'q', OPTION_FLAG, FIELD(quiet), NULL,
		"no progress on stderr, and no table there either", 0, 0},
	{"verbose", 'v', OPTION_FLAG, FIELD(verbose), NULL,
		"say on stderr what came of each trial as it ends: what became of its connections, "
		"why it is invalid, its findings",
		0, 0},
	{"fail-if", 0, OPTION_LIST, FIELD(fail_if), "'STRATEGY.METRIC < N'",
		"exit 99 when this holds for the median; < <= > >= == !=; N may be 10k, 1.5M, 5ms; "
		"without STRATEGY: for any of them",
		0, 0},
};

const struct option_group run_group_told = OPTION_GROUP("what is told", rows);
