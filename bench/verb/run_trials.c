#include "bench/verb/run_trials.h"

#include "bench/nat/nat.h"
#include "bench/network/netns.h"
#include "bench/options/agent_options.h"
#include "bench/options/factor.h"
#include "bench/process/ending_signals.h"
#include "bench/process/fleet_link.h"
#include "bench/result/hgrm.h"
#include "bench/result/result.h"
#include "bench/trial/host_check.h"
#include "bench/trial/order.h"
#include "bench/trial/trial_process.h"
#include "bench/verb/verb.h"
#include "common/clock.h"
#include "strategies/core/check.h"

#include <stdlib.h>
#include <string.h>

#define KEEP_EVERY_NS (5 * NS_PER_S)

/* The signal's handler writes to the terminal: before what is said of a trial or behind it, never
 * within. */
static void saying_begin(struct progress *progress)
{
	ending_signals_hold();
	if (ending_signals_met)
		progress_disturbed(progress);
}

static void on_tick(void *argument, const struct trial_live *lives, size_t count)
{
	struct progress *progress = argument;
	progress->width = verb_error_width();
	saying_begin(progress);
	progress_tick(progress, lives, count, clock_now_ns());
	ending_signals_release();
}

static void beginning_say(struct run *run, const struct trial_spec *spec, size_t number)
{
	saying_begin(&run->progress);
	progress_trial_begin(&run->progress, number, spec->row, clock_now_ns());
	ending_signals_release();
}

static void end_say(struct run *run, const struct trial *trial)
{
	saying_begin(&run->progress);
	progress_trial_end(&run->progress, trial);
	ending_signals_release();
}

/* Takes what was measured over; the trial is finished then. */
static int trial_keep(struct run *run, struct trial *trial, struct error *error)
{
	run->failed |= trial->failure[0] != '\0';
	run->is_lost |= trial->remote.is_lost;
	int result = result_add(run->result, trial);
	if (result == -1)
		error_set(error, STATUS_FAILED, "no memory for the result");
	else if (run->options->hgrm)
		result = hgrm_write(run->options->hgrm, trial, error);
	trial_finish(trial);
	return result;
}

/* Tells the fleet the trial that was added last, as a result of its own. */
static int last_tell(const struct run *run, struct error *error)
{
	const json_t *trials = json_object_get(run->result, "trials");
	json_t *one = json_copy(run->result);
	json_object_set_new(one, "trials",
		json_pack("[O]", json_array_get(trials, json_array_size(trials) - 1)));
	char *text = json_dumps(one, JSON_COMPACT);
	int result = text ? fleet_link_send(run->fleet_fd, FLEET_RESULT, text, strlen(text), error)
			  : error_set(error, STATUS_FAILED, "no memory for the result");
	free(text);
	json_decref(one);
	return result;
}

static void failure_tell(const struct run *run, const struct error *error)
{
	struct error ignored;
	if (run->fleet_fd)
		fleet_link_send(
			run->fleet_fd, FLEET_FAILED, error->text, strlen(error->text), &ignored);
}

static int trial_play(struct run *run, struct trial_spec *spec, struct error *error)
{
	struct trial trial;
	beginning_say(run, spec, spec->order);
	if (trial_run(spec, &trial, error) == -1) {
		progress_trial_failed(&run->progress, error->text);
		result_add_failure(run->result, spec->row, error->text);
		failure_tell(run, error);
		return -1;
	}
	end_say(run, &trial);
	int result = trial_keep(run, &trial, error);
	return result == 0 && run->fleet_fd ? last_tell(run, error) : result;
}

/* One trial of each of the two strategies. What one twin measured is kept where the other failed:
 * it has no twin then, and compare leaves it out. */
static int twins_play(struct run *run, const struct trial_spec specs[2], struct error *error)
{
	struct trial_outcome outcomes[2];
	int result = 0;
	beginning_say(run, &specs[0], specs[0].repeat);
	progress_twin_begin(&run->progress, specs[1].row);
	trial_run_twins(specs, outcomes);
	for (size_t i = 0; i < 2; i++) {
		struct trial_outcome *outcome = &outcomes[i];
		const char *name = specs[i].row;
		if (outcome->result == -1) {
			*error = outcome->error;
			progress_trial_failed(&run->progress, error->text);
			result_add_failure(run->result, name, error->text);
			result = -1;
			continue;
		}
		if (i == 0)
			end_say(run, &outcome->trial);
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
	if (run->fleet_fd || now - run->kept_ns < KEEP_EVERY_NS)
		return;
	run->kept_ns = now;
	result_summarize(run->result);
	output_file_checkpoint(&run->output, run->result);
}

static size_t chosen_of(const struct run *run, const struct order_entry *entry)
{
	return run_row_at(run->options, entry->row).chosen;
}

/* Trials that will not be played, since the first one of their strategy could not be. */
static size_t trials_drop(struct run *run, const struct order_entry *order, size_t left)
{
	size_t dropped = 0, chosen = chosen_of(run, order);
	for (size_t i = 1; i < left; i++)
		dropped += chosen_of(run, &order[i]) == chosen;
	run->failed = run->preflight.cannot[chosen] = true;
	return dropped;
}

static struct trial_spec spec_of(struct run *run, const struct order_entry *entry, uint32_t order)
{
	struct run_row row = run_row_at(run->options, entry->row);
	return (struct trial_spec){
		.options = row.options,
		.strategy = row.strategy,
		.row = row.name,
		.repeat = entry->repeat,
		.order = order,
		.interrupted = &ending_signals_met,
		.tick = on_tick,
		.tick_argument = &run->progress,
		.fleet_fd = run->fleet_fd,
	};
}

/* What one strategy needs, this kernel may lack: the others are run all the same. */
static void singles_play(
	struct run *run, const struct order_entry *order, size_t all, struct error *error)
{
	uint32_t number = 0;
	for (size_t i = 0; i < all && !ending_signals_met && !run->is_lost; i++) {
		if (run->preflight.cannot[chosen_of(run, &order[i])])
			continue;
		struct trial_spec spec = spec_of(run, &order[i], ++number);
		struct run_options options = *spec.options;
		options.server_port = agent_options_port(&options, number);
		spec.options = &options;
		if (trial_play(run, &spec, error) == -1)
			run->progress.trials -= trials_drop(run, &order[i], all - i);
		else
			result_keep(run);
	}
}

static size_t able_rows(const struct run *run)
{
	size_t levels = run_rows_count(run->options) / run->options->chosen_count;
	return run->preflight.able * levels;
}

/* A round has both rows; which of them begins is the order's. Without one of them there are no
 * twins. */
static void pairs_play(
	struct run *run, const struct order_entry *order, size_t all, struct error *error)
{
	uint32_t number = 0;
	for (size_t i = 0; i + 1 < all && !ending_signals_met && able_rows(run) == 2; i += 2) {
		struct trial_spec specs[2];
		for (size_t twin = 0; twin < 2; twin++)
			specs[twin] = spec_of(run, &order[i + twin], ++number);
		if (twins_play(run, specs, error) == -1)
			return;
		result_keep(run);
	}
}

/* Nothing is made on a network that is there. */
static int hosts_ask(struct run *run, struct error *error)
{
	if (shared_hosts_ask(&run->hosts, run->options, &ending_signals_met, error) == -1)
		return -1;
	result_add_server(run->result, &run->hosts);
	return 0;
}

int run_trials_prepare(struct run *run, struct error *error)
{
	for (size_t i = 0; i < run->options->chosen_count; i++)
		if (check_strategy(run->options->chosen[i], error) == -1)
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

int run_trials_play(struct run *run, struct error *error)
{
	const struct run_options *options = run->options;
	struct preflight *preflight = &run->preflight;
	size_t rows = run_rows_count(options);
	size_t all = rows * options->repeat;
	struct order_entry *order = order_create(rows, (uint32_t)options->repeat, options->seed);
	if (!order)
		return error_set(error, STATUS_FAILED, "no memory for the order of trials");
	const struct shared_hosts *hosts = agent_options_are_given(options) ? &run->hosts : NULL;
	FILE *said = options->quiet ? NULL : stderr;
	preflight_strategies(preflight, options, hosts, run->result, said);
	if (preflight->able > 0 && preflight_wire(options, run->result, said, error) == -1) {
		free(order);
		return -1;
	}
	if (preflight->able > 0)
		preflight_responses(options, run->result, said);
	size_t at_once = options->twins ? 2 : 1;
	progress_begin(&run->progress, options, able_rows(run) * options->repeat / at_once, stderr,
		verb_is_terminal(), clock_now_ns());
	run->progress.look = look_of(stderr, options->color);
	run->progress.width = verb_error_width();
	if (options->twins)
		pairs_play(run, order, all, error);
	else
		singles_play(run, order, all, error);
	progress_end(&run->progress);
	free(order);
	if (able_rows(run) < at_once)
		*error = preflight->lacking;
	return json_array_size(json_object_get(run->result, "trials")) > 0 ? 0 : -1;
}

void run_trials_play_for_fleet(const struct run_options *options, int fd)
{
	struct run run = {.options = options, .fleet_fd = fd};
	struct error error = {.text = ""};
	if (run_trials_prepare(&run, &error) == -1 || run_trials_play(&run, &error) == -1)
		failure_tell(&run, &error);
	json_decref(run.result);
}
