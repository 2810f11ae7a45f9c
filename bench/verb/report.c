/* teardown report: the table of a result file, from the file alone. */
#include "bench/report/text.h"
#include "bench/result/result.h"
#include "bench/result/threshold.h"
#include "bench/verb/verb.h"
#include "common/options.h"

struct report_options {
	bool latency;
	struct option_list fail_if;
};

static const struct option_row rows[] = {
	{"latency", 0, OPTION_FLAG, offsetof(struct report_options, latency), NULL,
		"print each strategy's latencies too", 0, 0},
	{"fail-if", 0, OPTION_LIST, offsetof(struct report_options, fail_if),
		"'STRATEGY.METRIC < N'",
		"exit 99 when the median crosses it; < <= > >= == != and 10k, 1.5M", 0, 0},
};

static const struct option_table table = {
	.program = "teardown report",
	.usage = "FILE [OPTION…]",
	.about = "Prints the table of a result file.",
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};

int verb_report(int argc, char **argv)
{
	struct error error = {0};
	struct option_list files = {0};
	struct report_options options = {0};
	switch (options_parse(&table, argc, argv, &options, &files, NULL, &error)) {
	case OPTIONS_HELP_SHOWN:
		return STATUS_OK;
	case OPTIONS_REFUSED:
		return verb_fail(&error);
	case OPTIONS_PARSED:
		break;
	}
	if (files.count != 1) {
		error_set(
			&error, STATUS_USAGE, "report needs one result file, not %zu", files.count);
		return verb_fail(&error);
	}
	json_t *result = result_load(files.items[0], &error);
	if (!result)
		return verb_fail(&error);
	int status = STATUS_USAGE;
	if (thresholds_check_result(&options.fail_if, result, &error) == 0) {
		text_print(result, verb_width(), options.latency, stdout);
		fflush(stdout);
		status = (int)thresholds_judge(&options.fail_if, result, stderr, &error);
	}
	if (error.text[0])
		status = verb_fail(&error);
	json_decref(result);
	return status;
}
