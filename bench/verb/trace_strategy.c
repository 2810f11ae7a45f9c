#include "bench/verb/trace_strategy.h"

#include "bench/load/clients/behaviour.h"
#include "bench/network/netns.h"
#include "bench/options/options.h"
#include "bench/process/ending_signals.h"

#include <string.h>

/* A client that holds its connection does so until the load ends: time for a response, and for what
 * the server does then. */
#define HELD_ROUND_TRIPS UINT64_C(10)
/* Of a request that the server refuses before it is whole: more than fits a send buffer. */
#define REFUSED_BYTES UINT64_C(1000000)

static int without_strategy_check(const struct trace_options *options, struct error *error)
{
	const char *given = options->rtt              ? "--rtt"
			    : options->link_rate      ? "--link-rate"
			    : options->clients        ? "--clients"
			    : options->response_bytes ? "--response-bytes"
						      : NULL;
	return given ? error_set(error, STATUS_USAGE, "%s needs --strategy", given) : 0;
}

int trace_strategy_check(const struct trace_options *options, struct error *error)
{
	if (!options->strategy)
		return without_strategy_check(options, error);
	if (options->clients && strpbrk(options->clients, ",%"))
		return error_set(error, STATUS_USAGE,
			"--clients %s: one client is played: give the name of one, without a share",
			options->clients);
	if (options->live || options->port || options->find || options->connection)
		return error_set(error, STATUS_USAGE,
			"--strategy plays one connection: no --live, --port, --find or "
			"--connection");
	return 0;
}

static void give_up(void)
{
}

/* What a load of one connection has to be for its client. */
static void load_fit(struct run_options *run)
{
	struct client_share *share = &run->shares[0];
	if (run->share_count == 0)
		return;
	if (client_behaviour_thinks(share->behaviour))
		run->requests_per_connection = 2;
	if (share->behaviour->meets_refusal) {
		run->request_bytes = REFUSED_BYTES;
		run->max_body = REFUSED_BYTES - 1;
	}
	if (client_behaviour_holds(share->behaviour)) {
		run->total = share->total = 0;
		run->duration_ns = 2 * HELD_ROUND_TRIPS * run->impairment.delay_ns;
	}
}

/* As `teardown run` would have it, of one connection. */
static int options_make(
	struct run_options *run, const struct trace_options *options, struct error *error)
{
	run_options_set_defaults(run);
	run->strategies = options->strategy;
	run->clients = options->clients;
	run->total = run->connections = run->repeat = 1;
	run->rtt = options->rtt ? options->rtt : PLAYED_RTT;
	run->link_rate = options->link_rate;
	if (options->response_bytes)
		run->response_bytes = options->response_bytes;
	struct options_given given = {.table = &run_option_table};
	options_given_add(&given, "strategies");
	if (run_options_complete(run, &given, error) == -1)
		return -1;
	if (run->chosen_count != 1)
		return error_set(error, STATUS_USAGE, "--strategy %s: one strategy is played",
			options->strategy);
	load_fit(run);
	return 0;
}

int trace_strategy_play(
	struct played_strategy *played, const struct trace_options *options, struct error *error)
{
	struct run_options run;
	if (options_make(&run, options, error) == -1 || netns_prepare(error) == -1)
		return -1;
	ending_signals_catch("trial", give_up);
	return played_perform(&played->played, &run, run.chosen[0], &ending_signals_met, error);
}

void trace_strategy_see(struct played_strategy *played, const struct ladder *ladder,
	const struct connection_view *view)
{
	played_tracker(ladder, view, played->tracker);
	played->has_ladder = true;
}

static void states_print(const char *end, const struct state_course *kernel, FILE *out)
{
	char text[STATE_COURSE_TEXT];
	fprintf(out, "%s by sock_diag: %s%s\n", end, state_course_text(kernel, text),
		kernel->count == 0 ? STATE_COURSE_UNSEEN : "");
}

int trace_strategy_judge(const struct played_strategy *played, FILE *out, struct error *error)
{
	if (!played->has_ladder)
		return error_set(error, STATUS_FAILED, "no connection was played");
	if (played_judge(&played->played, played->tracker, error) == -1)
		return -1;
	if (out) {
		fputc('\n', out);
		states_print("client", &played->played.kernel[VIEW_CLIENT], out);
		states_print("server", &played->played.kernel[VIEW_SERVER], out);
	}
	return 0;
}
