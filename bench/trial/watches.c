#include "bench/trial/watches.h"

#include "common/clock.h"

#include <stdio.h>
#include <string.h>

#define NEAR_TURN_NS NS_PER_MS

/* A server that ended is a failure of the trial, not of the run. */
static void server_check(struct stage *stage, struct trial *trial)
{
	if (process_poll(&stage->server) || trial->failure[0] || stage->has_events)
		return;
	char end[300];
	process_describe_end(&stage->server, end, sizeof(end));
	snprintf(trial->failure, sizeof(trial->failure), "in the middle of the trial the %s %s",
		trial->server.is_proxy ? "proxy" : "server", end);
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
	close_watch_look(&stage->close_watch, &stage->server);
	stop_watch_look(&stage->stop_watch, &stage->server);
	server_check(stage, trial);
}

/* A third-party loader does not say which connections it gave up, and between the requests of an
 * open loop a connection may be as quiet as one that is to be closed. */
static int quiet_look_prepare(struct stage *stage, const struct trial *trial, struct error *error)
{
	const struct load_summary *load = &trial->load;
	const struct load_flow flow = {&stage->network, trial->server.port};
	if (load->is_third_party || load->request_rate_per_s > 0)
		return 0;
	if (quiet_watch_open(&stage->late_watch, &flow, 2 * ENDING_LATE_NS, error) == -1)
		return -1;
	/* It compares the two ends' sockets by address and port, which a NAT changes. */
	if (!trial->nat.exists &&
		answer_watch_open(&stage->answer_watch, &flow, load->timeout_ns, error) == -1)
		return -1;
	return quiet_watch_open(&stage->quiet_watch, &flow, load->timeout_ns, error);
}

static void stop_look_prepare(struct stage *stage, const struct trial *trial)
{
	stage->stop_look = (struct stop_look){.flow = {&stage->network, trial->server.port},
		.listeners = stage->accept_look.watch,
		.server = &stage->server};
	stage->stop_watch.serves = stop_look_serves;
	stage->stop_watch.argument = &stage->stop_look;
	stage->descriptor_watch.serves = stop_look_holds;
	stage->descriptor_watch.argument = &stage->stop_look;
	stage->descriptor_watch.connections = trial->load.connections;
}

int watches_prepare(struct stage *stage, struct trial *trial, struct error *error)
{
	const struct load_flow flow = {&stage->network, trial->server.port};
	stop_look_prepare(stage, trial);
	if (nat_watch_open(&stage->nat_watch, &stage->network, &trial->nat, error) == -1)
		return -1;
	if (listener_look_open(&stage->listener_look, &flow, error) == -1)
		return -1;
	return quiet_look_prepare(stage, trial, error);
}

/* A server that may have no descriptor left before the next turn is looked at each millisecond. */
void watches_pause(struct stage *stage, uint64_t until_ns)
{
	uint64_t now_ns = clock_now_ns(), due_ns = now_ns + TRIAL_TURN_NS;
	if (until_ns < due_ns)
		due_ns = until_ns;
	if (!descriptor_watch_look(&stage->descriptor_watch, &stage->server)) {
		if (due_ns > now_ns)
			clock_pause(due_ns - now_ns);
		return;
	}
	while (clock_now_ns() < due_ns) {
		clock_pause(NEAR_TURN_NS);
		descriptor_watch_look_near(&stage->descriptor_watch);
	}
}

int watches_look(struct stage *stage, struct trial *trial, struct error *error)
{
	packet_tap_poll(stage->packet_tap);
	watches_look_at_server(stage, trial);
	quiet_watch_look(&stage->quiet_watch, &stage->server, &trial->quiet_holder);
	answer_watch_look(&stage->answer_watch, &stage->server, &trial->answers);
	/* What came late once will do so again. */
	if (load_closed_late(&stage->load) > 0)
		quiet_watch_look(&stage->late_watch, &stage->server, &trial->late_holder);
	int result = accept_look_turn(&stage->accept_look, &stage->server, error);
	if (result == 0)
		result = listener_look_turn(
			&stage->listener_look, stage->accept_look.watch, &stage->server, error);
	if (nat_watch_look(&stage->nat_watch, &trial->nat, error) == -1)
		result = -1;
	so_far_keep(stage, trial);
	return result;
}

void watches_take(struct stage *stage, struct trial *trial)
{
	const struct wire_report wire = wire_look(stage->wire);
	memcpy(trial->wire.counts, wire.counts, sizeof(trial->wire.counts));
	trial->close_watch = stage->close_watch.report;
	trial->stop_watch = stage->stop_watch.report;
	trial->descriptor_watch = descriptor_watch_report(&stage->descriptor_watch);
	accept_look_finish(
		&stage->accept_look, &stage->server, &trial->accept_watch, &trial->accept_holder);
	trial->accept_limit = stage->accept_look.limit;
	trial->listener_wait = stage->listener_look.wait;
}
