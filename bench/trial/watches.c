#include "bench/trial/watches.h"

#include "common/clock.h"

#include <stdio.h>

#define NEAR_TURN_NS NS_PER_MS

/* A server that ended is a failure of the trial, not of the run. */
static void server_check(struct stage *stage, struct trial *trial)
{
	if (server_end_runs(&stage->server) || trial->failure[0] || stage->has_events)
		return;
	char end[300];
	server_end_describe(&stage->server, end, sizeof(end));
	const char *who = trial->server.is_proxy ? "proxy"
			  : trial->load.is_proxy ? "upstream"
						 : "server";
	snprintf(trial->failure, sizeof(trial->failure), "in the middle of the trial the %s %s",
		who, end);
}

/* What can be known of a trial whose process ends now (kept.h). */
static void so_far_keep(const struct stage *stage, struct trial *trial)
{
	uint64_t passed = clock_now_ns() - trial->started_ns, warmup = trial->load.warmup_ns;
	trial->window_ns = passed > warmup ? passed - warmup : 0;
	trial->sample_count = sampler_count(stage->sampler);
}

void watches_look_at_server(struct stage *stage, struct trial *trial)
{
	server_end_look_at_program(&stage->server);
	server_check(stage, trial);
}

/* A third-party loader does not say which connections it gave up, and between the requests of an
 * open loop a connection may be as quiet as one that is to be closed. */
static bool tells_quiet(const struct load_summary *load)
{
	return !load->is_third_party && load->request_rate_per_s == 0;
}

int watches_prepare(struct stage *stage, struct trial *trial, struct error *error)
{
	const struct load_flow flow = {&stage->network, trial->server.port};
	const struct load_summary *load = &trial->load;
	uint64_t timeout_ns = tells_quiet(load) ? load->timeout_ns : 0;
	if (nat_watch_open(&stage->nat_watch, &stage->network, &trial->nat, error) == -1)
		return -1;
	const struct server_end_load server_load = {load->connections, timeout_ns};
	if (server_end_arm(&stage->server, &server_load, error) == -1)
		return -1;
	/* The answer watch compares the two ends' sockets by address and port, which a NAT changes,
	 * and looks at both here. */
	bool sees_both = !trial->nat.exists && !trial->remote.exists;
	return timeout_ns > 0 && sees_both ? answer_watch_open(&stage->answer_watch, &flow,
						     stage->server.diag, timeout_ns, error)
					   : 0;
}

/* A server that may have no descriptor left before the next turn is looked at each millisecond. */
void watches_pause(struct stage *stage, uint64_t until_ns)
{
	uint64_t now_ns = clock_now_ns(), due_ns = now_ns + TRIAL_TURN_NS;
	if (until_ns < due_ns)
		due_ns = until_ns;
	if (!server_end_look_first(&stage->server)) {
		if (due_ns > now_ns)
			clock_pause(due_ns - now_ns);
		return;
	}
	while (clock_now_ns() < due_ns) {
		clock_pause(NEAR_TURN_NS);
		server_end_look_near(&stage->server);
	}
}

int watches_look(struct stage *stage, struct trial *trial, struct error *error)
{
	packet_tap_poll(stage->packet_tap);
	watches_look_at_server(stage, trial);
	answer_watch_look(&stage->answer_watch, &stage->server.process, &trial->answers);
	/* What came late once will do so again. */
	bool is_late = load_closed_late(&stage->load) > 0;
	int result = server_end_look(&stage->server, is_late, error);
	trial->server_end = stage->server.report;
	if (nat_watch_look(&stage->nat_watch, &trial->nat, error) == -1)
		result = -1;
	so_far_keep(stage, trial);
	return result;
}
