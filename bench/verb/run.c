/* teardown run: the order of trials, trials, report. */
#include "bench/network/netns.h"
#include "bench/options/options.h"
#include "bench/options/strategies.h"
#include "bench/report/csv.h"
#include "bench/report/preflight.h"
#include "bench/report/progress.h"
#include "bench/report/text.h"
#include "bench/result/hgrm.h"
#include "bench/result/output_file.h"
#include "bench/result/result.h"
#include "bench/result/threshold.h"
#include "bench/trial/host_check.h"
#include "bench/trial/order.h"
#include "bench/trial/trial_process.h"
#include "bench/verb/verb.h"
#include "common/clock.h"
#include "strategies/core/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEEP_EVERY_NS (5 * NS_PER_S)

static volatile bool interrupted;

/* What ends the program by default, and is caught unless whoever started it has it ignored, as
 * nohup(1) has SIGHUP. SIGINT and SIGTERM are caught in any case. */
static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define ENDINGS (sizeof(ending) / sizeof(ending[0]))
static bool is_caught[ENDINGS];

/* NULL: nothing of the output is to be given up. */
static const struct output_file *volatile unfinished;

/* Ends the program as the signal does by default. */
static void on_last(int signal_number)
{
	if (unfinished)
		output_file_give_up(unfinished);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void on_interrupt(int signal_number)
{
	static const char text[] = "\nteardown: ending this trial; once more ends at once\n";
	interrupted = true;
	/* The second one may be of either kind, and may come to another thread as soon as it is
	 * called for. */
	for (size_t i = 0; i < ENDINGS; i++)
		if (is_caught[i])
			signal(ending[i], on_last);
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)ignored;
}

/* The first signal ends the trial, the second one, or SIGQUIT, the program: the server and the
 * network die with it. */
static void signals_catch(const struct output_file *output)
{
	unfinished = output;
	for (size_t i = 0; i < ENDINGS; i++) {
		struct sigaction before;
		/* Without SA_RESTART: what waits for a reader is to end. */
		struct sigaction action = {
			.sa_handler = ending[i] == SIGQUIT ? on_last : on_interrupt};
		sigaction(ending[i], NULL, &before);
		is_caught[i] =
			ending[i] == SIGINT || ending[i] == SIGTERM || before.sa_handler != SIG_IGN;
		if (is_caught[i])
			sigaction(ending[i], &action, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
}

struct run {
	const struct run_options *options;
	struct output_file output;
	struct progress progress;
	json_t *result;
	uint64_t kept_ns; /* when what there was so far was written last */
	bool failed;      /* a trial could not be carried out to its end */
	struct preflight preflight;
};

static void on_tick(void *progress)
{
	progress_tick(progress, clock_now_ns());
}

static int trial_play(struct run *run, struct trial_spec *spec, struct error *error)
{
	struct trial trial;
	progress_trial_begin(&run->progress, spec->order, spec->strategy->name, clock_now_ns());
	if (trial_run(spec, &trial, error) == -1) {
		progress_trial_failed(&run->progress, error->text);
		result_add_failure(run->result, spec->strategy->name, error->text);
		return -1;
	}
	progress_trial_end(&run->progress, &trial);
	run->failed |= trial.failure[0] != '\0';
	int result = result_add(run->result, &trial);
	if (result == -1)
		error_set(error, STATUS_FAILED, "no memory for the result");
	else if (run->options->hgrm)
		result = hgrm_write(run->options->hgrm, &trial, error);
	trial_finish(&trial);
	return result;
}

/* At most what was measured since is lost when the program is killed. Between trials, so that no
 * trial is disturbed. */
static void result_keep(struct run *run)
{
	uint64_t now = clock_now_ns();
	if (now - run->kept_ns < KEEP_EVERY_NS)
		return;
	run->kept_ns = now;
	result_summarize(run->result);
	output_file_checkpoint(&run->output, run->result);
}

/* Trials that will not be played, since the first one of their strategy could not be. */
static size_t trials_drop(struct run *run, const struct order_entry *order, size_t left)
{
	size_t dropped = 0;
	for (size_t i = 1; i < left; i++)
		dropped += order[i].strategy == order[0].strategy;
	run->failed = run->preflight.cannot[order[0].strategy] = true;
	return dropped;
}

static int trials_play(struct run *run, struct error *error)
{
	const struct run_options *options = run->options;
	struct preflight *preflight = &run->preflight;
	size_t all = options->chosen_count * options->repeat;
	uint32_t number = 0;
	struct order_entry *order =
		order_create(options->chosen_count, (uint32_t)options->repeat, options->seed);
	if (!order)
		return error_set(error, STATUS_FAILED, "no memory for the order of trials");
	preflight_strategies(preflight, options, run->result, options->quiet ? NULL : stderr);
	if (preflight->able > 0)
		preflight_responses(options, options->quiet ? NULL : stderr);
	progress_begin(&run->progress, options, preflight->able * options->repeat, stderr,
		verb_is_terminal(), clock_now_ns());
	/* What one strategy needs, this kernel may lack: the others are run all the same. */
	for (size_t i = 0; i < all && !interrupted; i++) {
		if (preflight->cannot[order[i].strategy])
			continue;
		struct trial_spec spec = {
			.options = options,
			.strategy = options->chosen[order[i].strategy],
			.repeat = order[i].repeat,
			.order = ++number,
			.interrupted = &interrupted,
			.tick = on_tick,
			.tick_argument = &run->progress,
		};
		if (trial_play(run, &spec, error) == -1)
			run->progress.trials -= trials_drop(run, &order[i], all - i);
		else
			result_keep(run);
	}
	progress_end(&run->progress);
	free(order);
	if (preflight->able == 0)
		*error = preflight->lacking;
	return json_array_size(json_object_get(run->result, "trials")) > 0 ? 0 : -1;
}

static int fail_if_check(const struct run_options *options, struct error *error)
{
	const char *names[RUN_STRATEGIES_MAX];
	for (size_t i = 0; i < options->chosen_count; i++)
		names[i] = options->chosen[i]->name;
	return thresholds_check(&options->fail_if, names, options->chosen_count, error);
}

static int output_prepare(struct run *run, struct error *error)
{
	struct error said;
	if (output_file_reserve(&run->output, run->options->json, error) == -1)
		return -1;
	run->output.interrupted = &interrupted;
	if (run->output.awaits_reader && !run->options->quiet) {
		error_set(&said, STATUS_OK,
			"%s: nobody reads this pipe yet; the result will wait for a reader",
			run->output.path);
		fprintf(stderr, "teardown: %s\n", said.text);
	}
	return 0;
}

static int prepare(struct run *run, struct error *error)
{
	if (fail_if_check(run->options, error) == -1)
		return -1;
	for (size_t i = 0; i < run->options->chosen_count; i++)
		if (check_strategy(run->options->chosen[i], error) == -1)
			return -1;
	if (output_prepare(run, error) == -1)
		return -1;
	if (run->options->csv && csv_check(run->options->csv, error) == -1)
		return -1;
	if (run->options->csv && output_file_is(&run->output, run->options->csv))
		return error_set(error, STATUS_USAGE,
			"--csv %s: the result goes to that file (--json); give one of them another "
			"name",
			run->options->csv);
	if (run->options->hgrm && hgrm_prepare(run->options->hgrm, error) == -1)
		return -1;
	run->result = result_create(run->options);
	if (!run->result)
		return error_set(error, STATUS_FAILED, "no memory for the result");
	return netns_prepare(error) == -1 ? -1 : host_check_sysctls(run->options, error);
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
				verb_width(), run->options->wide, run->options->latency},
			out);
	fflush(out);
	int written = output_file_write(&run->output, run->result, error);
	if (is_shown && run->output.is_written && !run->output.is_stdout)
		fprintf(out, "result:   %s\n", run->output.path);
	fflush(out);
	if (run->options->csv && csv_write(run->result, run->options->csv, error) == -1)
		return -1;
	return written;
}

static int run_play(struct run *run, struct error *error)
{
	struct error late;
	signals_catch(&run->output);
	if (prepare(run, error) == -1)
		return (int)error->status;
	int result = trials_play(run, error);
	bool some = json_array_size(json_object_get(run->result, "trials")) > 0;
	if (some && report(run, &late) == -1) {
		*error = late;
		return -1;
	}
	if (interrupted)
		return STATUS_INTERRUPTED;
	if (result == -1)
		return (int)error->status;
	enum status judged = thresholds_judge(&run->options->fail_if, run->result, stderr, error);
	if (run->failed)
		return error_set(error, STATUS_FAILED,
			"a trial could not be carried out to its end, see above");
	if (run->preflight.lacking.text[0])
		*error = run->preflight.lacking;
	return run->preflight.lacking.text[0] ? -1 : (int)judged;
}

static int run_run(const struct verb_call *call, struct error *error)
{
	struct run run = {.options = call->options};
	/* In this order: a value that was meant for an option makes the option wrong, too. */
	if (run_options_complete(call->options, call->given, error) == -1 ||
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
