#include "bench/verb/run_report.h"

#include "bench/options/factor.h"
#include "bench/process/ending_signals.h"
#include "bench/report/csv.h"
#include "bench/report/html/html.h"
#include "bench/report/overview.h"
#include "bench/report/prometheus.h"
#include "bench/report/text.h"
#include "bench/result/result.h"
#include "bench/result/result_folder.h"
#include "bench/result/threshold.h"
#include "bench/verb/verb.h"

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

int run_report_prepare(struct run *run, const char *ended, struct error *error)
{
	unfinished = &run->output;
	ending_signals_catch(ended, output_give_up);
	if (fail_if_check(run->options, error) == -1 ||
		look_check(run->options->color, error) == -1 ||
		overview_columns_check(
			run->options->columns, run->options->proxy_command != NULL, error) == -1 ||
		output_prepare(run, error) == -1 || forms_check(run, error) == -1)
		return -1;
	return run->options->hgrm ? result_folder_prepare("hgrm", run->options->hgrm, error) : 0;
}

void run_report_finish(struct run *run)
{
	output_file_release(&run->output);
	unfinished = NULL;
}

int run_report(struct run *run, struct error *error)
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

/* A run without a valid trial answers nothing; a threshold may have been asked of what invalid
 * trials still tell, so its verdict stands. */
int run_report_judge(const struct run *run, struct error *error)
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
