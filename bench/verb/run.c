/* teardown run: the order of trials, trials, report. */
#include "bench/options/options.h"
#include "bench/options/strategies.h"
#include "bench/process/ending_signals.h"
#include "bench/verb/run_ladders.h"
#include "bench/verb/run_report.h"
#include "bench/verb/run_trials.h"
#include "bench/verb/verb.h"

static int run_play(struct run *run, struct error *error)
{
	struct error late;
	if (run_report_prepare(run, "trial", error) == -1 || run_trials_prepare(run, error) == -1)
		return (int)error->status;
	int result = run_trials_play(run, error);
	bool some = json_array_size(json_object_get(run->result, "trials")) > 0;
	if (some && run->options->ladders && !ending_signals_met)
		run->has_no_ladder = run_ladders_play(run, &late) == -1;
	if (some && run_report(run, &late) == -1) {
		*error = late;
		return -1;
	}
	if (ending_signals_met)
		return STATUS_INTERRUPTED;
	return result == -1 ? (int)error->status : run_report_judge(run, error);
}

static int run_run(const struct verb_call *call, struct error *error)
{
	struct run run = {.options = call->options};
	/* In this order: a value that was meant for an option makes the option wrong, too. */
	if (run_options_complete(call->options, &call->given, error) == -1 ||
		strategies_refuse_operands(&call->operands, error) == -1)
		return -1;
	int status = run_play(&run, error);
	run_report_finish(&run);
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
