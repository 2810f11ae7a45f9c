/* teardown run: the order of trials, trials, report. */
#include "bench/network/netns.h"
#include "bench/options/options.h"
#include "bench/options/strategies.h"
#include "bench/report/csv.h"
#include "bench/report/overview.h"
#include "bench/report/preflight.h"
#include "bench/report/progress.h"
#include "bench/report/prometheus.h"
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
		/* It calls lstat(2) and unlink(2) only. */
		/* NOLINTNEXTLINE(bugprone-signal-handler,cert-sig30-c) */
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

/* The signal's handler writes to the terminal. */
static void on_tick(void *progress, const struct trial_live *live)
{
	if (interrupted)
		progress_disturbed(progress);
	progress_tick(progress, live, clock_now_ns());
}

/* Takes what was measured over; the trial is finished then. */
static int trial_keep(struct run *run, struct trial *trial, struct error *error)
{
	run->failed |= trial->failure[0] != '\0';
	int result = result_add(run->result, trial);
	if (result == -1)
		error_set(error, STATUS_FAILED, "no memory for the result");
	else if (run->options->hgrm)
		result = hgrm_write(run->options->hgrm, trial, error);
	trial_finish(trial);
	return result;
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
	return trial_keep(run, &trial, error);
}

/* One trial of each of the two strategies. What one twin measured is kept where the other failed:
 * it has no twin then, and compare leaves it out. */
static int twins_play(struct run *run, const struct trial_spec specs[2], struct error *error)
{
	struct trial_outcome outcomes[2];
	int result = 0;
	progress_trial_begin(
		&run->progress, specs[0].repeat, specs[0].strategy->name, clock_now_ns());
	trial_run_twins(specs, outcomes);
	for (size_t i = 0; i < 2; i++) {
		struct trial_outcome *outcome = &outcomes[i];
		const char *name = specs[i].strategy->name;
		if (outcome->result == -1) {
			*error = outcome->error;
			progress_trial_failed(&run->progress, error->text);
			result_add_failure(run->result, name, error->text);
			result = -1;
			continue;
		}
		if (i == 0)
			progress_trial_end(&run->progress, &outcome->trial);
		else
			progress_twin_end(&run->progress, name, &outcome->trial);
		if (trial_keep(run, &outcome->trial, error) == -1)
			result = -1;
	}
	run->failed |= result == -1;
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

static struct trial_spec spec_of(struct run *run, const struct order_entry *entry, uint32_t order)
{
	return (struct trial_spec){
		.options = run->options,
		.strategy = run->options->chosen[entry->strategy],
		.repeat = entry->repeat,
		.order = order,
		.interrupted = &interrupted,
		.tick = on_tick,
		.tick_argument = &run->progress,
	};
}

/* What one strategy needs, this kernel may lack: the others are run all the same. */
static void singles_play(
	struct run *run, const struct order_entry *order, size_t all, struct error *error)
{
	uint32_t number = 0;
	for (size_t i = 0; i < all && !interrupted; i++) {
		if (run->preflight.cannot[order[i].strategy])
			continue;
		struct trial_spec spec = spec_of(run, &order[i], ++number);
		if (trial_play(run, &spec, error) == -1)
			run->progress.trials -= trials_drop(run, &order[i], all - i);
		else
			result_keep(run);
	}
}

/* A round has both strategies; which of them begins is the order's. Without one of them there are
 * no twins. */
static void pairs_play(
	struct run *run, const struct order_entry *order, size_t all, struct error *error)
{
	uint32_t number = 0;
	for (size_t i = 0; i + 1 < all && !interrupted && run->preflight.able == 2; i += 2) {
		struct trial_spec specs[2];
		for (size_t twin = 0; twin < 2; twin++)
			specs[twin] = spec_of(run, &order[i + twin], ++number);
		if (twins_play(run, specs, error) == -1)
			return;
		result_keep(run);
	}
}

static int trials_play(struct run *run, struct error *error)
{
	const struct run_options *options = run->options;
	struct preflight *preflight = &run->preflight;
	size_t all = options->chosen_count * options->repeat;
	struct order_entry *order =
		order_create(options->chosen_count, (uint32_t)options->repeat, options->seed);
	if (!order)
		return error_set(error, STATUS_FAILED, "no memory for the order of trials");
	preflight_strategies(preflight, options, run->result, options->quiet ? NULL : stderr);
	if (preflight->able > 0)
		preflight_responses(options, options->quiet ? NULL : stderr);
	size_t at_once = options->twins ? 2 : 1;
	progress_begin(&run->progress, options, preflight->able * options->repeat / at_once, stderr,
		verb_is_terminal(), clock_now_ns());
	run->progress.look = look_of(stderr, options->color);
	run->progress.width = verb_error_width();
	if (options->twins)
		pairs_play(run, order, all, error);
	else
		singles_play(run, order, all, error);
	progress_end(&run->progress);
	free(order);
	if (preflight->able < at_once)
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
	if (fail_if_check(run->options, error) == -1 ||
		look_check(run->options->color, error) == -1 ||
		overview_columns_check(run->options->columns, error) == -1)
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
	if (run->options->prometheus && prometheus_check(run->options->prometheus, error) == -1)
		return -1;
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
	if (run->preflight.lacking.text[0]) {
		*error = run->preflight.lacking;
		return -1;
	}
	if (options->fail_if.count == 0 && !result_has_valid(run->result))
		return error_set(error, STATUS_FAILED,
			"no trial is valid, for the reasons above, so there is no figure to go by "
			"(with --fail-if the thresholds alone decide)");
	return (int)judged;
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
	return result == -1 ? (int)error->status : run_judge(run, error);
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
