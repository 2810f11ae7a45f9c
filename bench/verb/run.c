/* teardown run: the order of trials, trials, report. */
#include "bench/nat/nat.h"
#include "bench/network/netns.h"
#include "bench/options/agent_options.h"
#include "bench/options/factor.h"
#include "bench/options/options.h"
#include "bench/options/strategies.h"
#include "bench/process/ending_signals.h"
#include "bench/report/csv.h"
#include "bench/report/html/html.h"
#include "bench/report/overview.h"
#include "bench/report/prometheus.h"
#include "bench/report/text.h"
#include "bench/result/hgrm.h"
#include "bench/result/output_file.h"
#include "bench/result/result.h"
#include "bench/result/threshold.h"
#include "bench/trial/host_check.h"
#include "bench/verb/run_ladders.h"
#include "bench/verb/run_trials.h"
#include "bench/verb/verb.h"
#include "strategies/core/check.h"

#include <stdio.h>
#include <stdlib.h>

/* NULL: nothing of the output is to be given up. */
static const struct output_file *volatile unfinished;

/* From a signal's handler: it calls lstat(2) and unlink(2) only. */
static void output_give_up(void)
{
	if (unfinished)
		output_file_give_up(unfinished);
}

static int fail_if_check(const struct run_options *options, struct error *error)
{
	size_t rows = run_rows_count(options);
	const char **names = calloc(rows, sizeof(*names));
	if (!names)
		return error_set(error, STATUS_FAILED, "no memory for the names of rows");
	for (size_t i = 0; i < rows; i++)
		names[i] = run_row_at(options, i).name;
	int result = thresholds_check(
		&options->fail_if, names, rows, options->proxy_command != NULL, error);
	free(names);
	return result;
}

static int output_prepare(struct run *run, struct error *error)
{
	struct error said;
	if (output_file_reserve(&run->output, run->options->json, error) == -1)
		return -1;
	run->output.interrupted = &ending_signals_met;
	if (run->output.awaits_reader && !run->options->quiet) {
		error_set(&said, STATUS_OK,
			"%s: nobody reads this pipe yet; the result will wait for a reader",
			run->output.path);
		fprintf(stderr, "teardown: %s\n", said.text);
	}
	return 0;
}

/* Other forms of the result: each has to have a file of its own. */
static int forms_check(const struct run *run, struct error *error)
{
	const struct {
		const char *option, *path;
		int (*check)(const char *path, struct error *error);
	} forms[] = {
		{"--csv", run->options->csv, csv_check},
		{"--html", run->options->html, html_check},
		{"--prometheus", run->options->prometheus, prometheus_check},
	};
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (!forms[i].path)
			continue;
		if (forms[i].check(forms[i].path, error) == -1)
			return -1;
		if (output_file_is(&run->output, forms[i].path))
			return error_set(error, STATUS_USAGE,
				"%s %s: the result goes to that file (--json); give one of them "
				"another name",
				forms[i].option, forms[i].path);
	}
	return 0;
}

/* Nothing is made on a network that is there. */
static int hosts_ask(struct run *run, struct error *error)
{
	if (shared_hosts_ask(&run->hosts, run->options, &ending_signals_met, error) == -1)
		return -1;
	result_add_server(run->result, &run->hosts);
	return 0;
}

static int prepare(struct run *run, struct error *error)
{
	if (fail_if_check(run->options, error) == -1 ||
		look_check(run->options->color, error) == -1 ||
		overview_columns_check(
			run->options->columns, run->options->proxy_command != NULL, error) == -1)
		return -1;
	for (size_t i = 0; i < run->options->chosen_count; i++)
		if (check_strategy(run->options->chosen[i], error) == -1)
			return -1;
	if (output_prepare(run, error) == -1)
		return -1;
	if (forms_check(run, error) == -1)
		return -1;
	if (run->options->hgrm && hgrm_prepare(run->options->hgrm, error) == -1)
		return -1;
	run->result = result_create(run->options);
	if (!run->result)
		return error_set(error, STATUS_FAILED, "no memory for the result");
	if (agent_options_are_given(run->options))
		return hosts_ask(run, error);
	if (netns_prepare(error) == -1)
		return -1;
	if (run->options->nat && nat_try(error) == -1)
		return -1;
	return host_check_sysctls(run->options, error);
}

/* What was measured is shown and written, however the run ended, and wherever it can be. */
static int report(struct run *run, struct error *error)
{
	/* Where stdout is the result's, stderr is the reader's. */
	FILE *out = run_options_own_stdout(run->options) ? stderr : stdout;
	bool is_shown = out == stdout || !run->options->quiet;
	result_summarize(run->result);
	if (is_shown)
		text_print(run->result,
			&(struct text_options){
				.width = verb_width(),
				.look = look_of(out, run->options->color),
				.wide = run->options->wide,
				.latency = run->options->latency,
				.columns = run->options->columns,
			},
			out);
	fflush(out);
	int written = output_file_write(&run->output, run->result, error);
	if (is_shown && run->output.is_written && !run->output.is_stdout)
		fprintf(out, "result:   %s\n", run->output.path);
	fflush(out);
	if (run->options->csv && csv_write(run->result, run->options->csv, error) == -1)
		return -1;
	if (run->options->html &&
		html_write(run->result, &run->options->fail_if, run->options->html, error) == -1)
		return -1;
	if (is_shown && run->options->html)
		fprintf(out, "page:     %s\n", run->options->html);
	if (run->options->prometheus &&
		prometheus_write(run->result, run->options->prometheus, error) == -1)
		return -1;
	return written;
}

/* What the run came to, once it is shown. A run without a valid trial answers nothing; a threshold
 * may have been asked of what invalid trials still tell, so its verdict stands. */
static int run_judge(const struct run *run, struct error *error)
{
	const struct run_options *options = run->options;
	enum status judged = thresholds_judge(&options->fail_if, run->result, stderr, error);
	if (run->failed)
		return error_set(error, STATUS_FAILED,
			"a trial could not be carried out to its end, see above");
	if (run->has_no_ladder)
		return error_set(error, STATUS_FAILED, "a strategy has no ladder, see above");
	if (run->preflight.lacking.text[0]) {
		*error = run->preflight.lacking;
		return -1;
	}
	/* Of a factor the cells answer, and what a cell lost makes its trial invalid. */
	if (factor_has_cells(options))
		return (int)judged;
	if (options->fail_if.count == 0 && !result_has_valid(run->result))
		return error_set(error, STATUS_FAILED,
			"no trial is valid, for the reasons above, so there is no figure to go by "
			"(with --fail-if the thresholds alone decide)");
	return (int)judged;
}

static int run_play(struct run *run, struct error *error)
{
	struct error late;
	unfinished = &run->output;
	ending_signals_catch("trial", output_give_up);
	if (prepare(run, error) == -1)
		return (int)error->status;
	int result = run_trials_play(run, error);
	bool some = json_array_size(json_object_get(run->result, "trials")) > 0;
	if (some && run->options->ladders && !ending_signals_met)
		run->has_no_ladder = run_ladders_play(run, &late) == -1;
	if (some && report(run, &late) == -1) {
		*error = late;
		return -1;
	}
	if (ending_signals_met)
		return STATUS_INTERRUPTED;
	return result == -1 ? (int)error->status : run_judge(run, error);
}

static int run_run(const struct verb_call *call, struct error *error)
{
	struct run run = {.options = call->options};
	/* In this order: a value that was meant for an option makes the option wrong, too. */
	if (run_options_complete(call->options, &call->given, error) == -1 ||
		strategies_refuse_operands(&call->operands, error) == -1)
		return -1;
	int status = run_play(&run, error);
	output_file_release(&run.output);
	unfinished = NULL;
	json_decref(run.result);
	return status;
}

const struct verb verb_run = {
	.name = "run",
	.does = "compare ways of closing under load, side by side",
	.table = &run_option_table,
	.options_size = sizeof(struct run_options),
	.set_defaults = run_options_set_defaults,
	.takes_operands = true,
	.run = run_run,
};
