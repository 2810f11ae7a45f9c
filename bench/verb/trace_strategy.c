#include "bench/verb/trace_strategy.h"

#include "bench/network/netns.h"
#include "bench/options/options.h"
#include "bench/process/ending_signals.h"
#include "bench/trial/kernel_course.h"
#include "bench/trial/trial_process.h"
#include "strategies/core/defaults.h"

#include <sys/mman.h>
#include <unistd.h>

/* Sockets are looked at every few milliseconds: a state that lasts for a segment's travel is seen.
 */
#define RTT_DEFAULT "200ms"
/* More exchanges of a connection that is kept alive show nothing new. */
#define EXCHANGES_MOST 2

int trace_strategy_check(const struct trace_options *options, struct error *error)
{
	if (!options->strategy)
		return options->rtt || options->response_bytes
			       ? error_set(error, STATUS_USAGE, "%s needs --strategy",
					 options->rtt ? "--rtt" : "--response-bytes")
			       : 0;
	if (options->live || options->port || options->find || options->connection)
		return error_set(error, STATUS_USAGE,
			"--strategy plays one connection: no --live, --port, --find or "
			"--connection");
	return 0;
}

static void give_up(void)
{
}

/* As `teardown run` would have it, of one connection. */
static int options_make(
	struct run_options *run, const struct trace_options *options, struct error *error)
{
	run_options_set_defaults(run);
	run->strategies = options->strategy;
	run->total = run->connections = run->repeat = 1;
	run->rtt = options->rtt ? options->rtt : RTT_DEFAULT;
	if (options->response_bytes)
		run->response_bytes = options->response_bytes;
	if (run_options_complete(run, run_options_given("strategies"), error) == -1)
		return -1;
	if (run->chosen_count != 1)
		return error_set(error, STATUS_USAGE, "--strategy %s: one strategy is played",
			options->strategy);
	if (strategy_exchanges(run->chosen[0]) > EXCHANGES_MOST)
		run->requests_per_connection = EXCHANGES_MOST;
	return 0;
}

/* A failure of the trial is one of the trace. */
static int states_take(
	struct played_strategy *played, const struct trial *trial, struct error *error)
{
	if (trial->failure[0])
		return error_set(error, STATUS_FAILED, "%s", trial->failure);
	if (trial->interrupted)
		return error_set(error, STATUS_INTERRUPTED, "interrupted");
	if (!kernel_course_of(trial, TD_CLIENT, &played->kernel[VIEW_CLIENT]) ||
		!kernel_course_of(trial, TD_SERVER, &played->kernel[VIEW_SERVER]))
		return error_set(error, STATUS_FAILED, "the load had more than one connection");
	return 0;
}

static int play(struct played_strategy *played, const struct run_options *run, const char *path,
	struct error *error)
{
	struct trial trial;
	const struct trial_spec spec = {
		.options = run,
		.strategy = run->chosen[0],
		.repeat = 1,
		.order = 1,
		.interrupted = &ending_signals_met,
		.capture_path = path,
	};
	if (trial_run(&spec, &trial, error) == -1)
		return -1;
	int result = states_take(played, &trial, error);
	trial_finish(&trial);
	return result;
}

int trace_strategy_play(
	struct played_strategy *played, const struct trace_options *options, struct error *error)
{
	struct run_options run;
	char path[64];
	if (options_make(&run, options, error) == -1 || netns_prepare(error) == -1)
		return -1;
	/* A file without a name: the trial's process opens it anew, as its own. */
	int fd = memfd_create("teardown-trace", MFD_CLOEXEC);
	played->capture = fd == -1 ? NULL : fdopen(fd, "rb");
	if (!played->capture)
		return error_set_errno(error, STATUS_FAILED, "no memory for a capture");
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), fd);
	ending_signals_catch(give_up);
	return play(played, &run, path, error);
}

void trace_strategy_see(struct played_strategy *played, const struct ladder *ladder,
	const struct connection_view *view)
{
	played->tracker[VIEW_CLIENT] = state_course_of(ladder, view->client_side);
	played->tracker[VIEW_SERVER] = state_course_of(ladder, !view->client_side);
	played->has_ladder = true;
}

int trace_strategy_judge(const struct played_strategy *played, FILE *out, struct error *error)
{
	static const char *const ends[VIEW_ENDS] = {
		[VIEW_CLIENT] = "client", [VIEW_SERVER] = "server"};
	char seen[STATE_COURSE_TEXT], followed[STATE_COURSE_TEXT];
	if (!played->has_ladder)
		return error_set(error, STATUS_FAILED, "no connection was played");
	for (int end = 0; end < VIEW_ENDS; end++) {
		state_course_text(&played->kernel[end], seen);
		if (!state_course_allows(&played->tracker[end], &played->kernel[end]))
			return error_set(error, STATUS_FAILED,
				"the kernel had the %s in %s, and the segments say %s", ends[end],
				seen, state_course_text(&played->tracker[end], followed));
		if (out)
			fprintf(out, "%s%s by sock_diag: %s%s\n", end == 0 ? "\n" : "", ends[end],
				seen,
				played->kernel[end].count == 0
					? " (not looked at while it was open)"
					: "");
	}
	return 0;
}

void trace_strategy_finish(struct played_strategy *played)
{
	if (played->capture)
		fclose(played->capture);
}
