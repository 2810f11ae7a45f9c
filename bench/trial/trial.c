#include "bench/trial/trial.h"

#include "bench/options/tls_options.h"
#include "bench/process/certificate.h"
#include "bench/trial/beside_await.h"
#include "bench/trial/event_play.h"
#include "bench/trial/fleet_meet.h"
#include "bench/trial/hop.h"
#include "bench/trial/run_record.h"
#include "bench/trial/run_stage.h"
#include "bench/trial/settle.h"
#include "bench/trial/stage.h"
#include "bench/trial/watches.h"
#include "common/clock.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define TWIN_WITHIN_NS (60 * NS_PER_S)

/* A twin that cannot come has closed its end. */
static void twin_meet(const struct trial_spec *spec)
{
	char ready = 1;
	struct pollfd watched = {.fd = spec->twin_fd, .events = POLLIN};
	if (spec->twin_fd == 0 || send(spec->twin_fd, &ready, 1, MSG_NOSIGNAL) != 1)
		return;
	for (uint64_t turns = 0; turns < TWIN_WITHIN_NS / TRIAL_TURN_NS && !*spec->interrupted;
		turns++)
		if (poll(&watched, 1, (int)(TRIAL_TURN_NS / NS_PER_MS)) == 1)
			return;
}

/* The hop of the client, and that behind the server where it is a proxy. */
struct hops {
	struct hop hops[2];
	size_t count;
};

static struct hops hops_of(struct stage *stage, struct trial *trial)
{
	return (struct hops){
		{{.stage = stage, .trial = trial}, {stage->upstream, trial->upstream}},
		stage->upstream ? 2 : 1,
	};
}

/* The last hop first: what a proxy sends on is seen from its first segment on. */
static int hops_each(
	struct hops *hops, int (*act)(struct hop *hop, struct error *error), struct error *error)
{
	for (size_t i = hops->count; i-- > 0;)
		if (act(&hops->hops[i], error) == -1)
			return -1;
	return 0;
}

static int hop_look(struct hop *hop, struct error *error)
{
	return watches_look(hop->stage, hop->trial, error);
}

static int hop_settle(struct hop *hop, struct error *error)
{
	return trial_settle(hop->stage, hop->trial, error);
}

static int load_await(struct hops *hops, const struct trial_spec *spec, struct event_play *events,
	struct error *error)
{
	struct stage *stage = hops->hops[0].stage;
	struct trial *trial = hops->hops[0].trial;
	const struct load_summary *load = &trial->load;
	uint64_t length = load->warmup_ns + load->duration_ns + load->overtime_ns;
	int result = 0;
	while (!load_is_done(&stage->load)) {
		watches_pause(stage, event_play_due_ns(events));
		if (event_play_turn(events, error) == -1 || hops_each(hops, hop_look, error) == -1)
			result = -1;
		trial->interrupted = *spec->interrupted;
		bool has_failed =
			trial->failure[0] || (trial->upstream && trial->upstream->failure[0]);
		if (clock_now_ns() - trial->started_ns >= length || has_failed ||
			trial->interrupted || result == -1)
			load_stop(&stage->load);
	}
	return result;
}

static int load_run(struct hops *hops, const struct trial_spec *spec, struct event_play *events,
	struct error *error)
{
	int result = 0;
	for (size_t i = hops->count; i-- > 0 && result == 0;)
		result = hop_start(&hops->hops[i], i == 0 ? spec->live : NULL, error);
	if (result == -1) {
		/* Their threads tell on what is here. */
		for (size_t i = 0; i < hops->count; i++)
			sampler_stop(hops->hops[i].stage->sampler, NULL);
		return -1;
	}
	result = load_await(hops, spec, events, error);
	for (size_t i = 0; i < hops->count; i++)
		if (hop_join(&hops->hops[i], error) == -1)
			result = -1;
	return result;
}

/* Both hops have them: what an event did is told of the first, and decides about both. */
static void events_take(struct stage *stage, struct trial *trial)
{
	for (size_t i = 0; i < trial->event_count; i++) {
		struct event_record *record = &trial->events[i];
		bool is_behind = !record->spec.of_proxy && stage->upstream;
		const struct stage *of = is_behind ? stage->upstream : stage;
		uint64_t next_ns = i + 1 < trial->event_count ? trial->events[i + 1].done_ns : 0;
		if (record->done_ns > 0)
			record->refused_seen = packet_tap_refused(of->packet_tap, record->done_ns,
				next_ns ? next_ns : clock_now_ns());
	}
	if (trial->upstream)
		memcpy(trial->upstream->events, trial->events, sizeof(trial->events));
}

static void server_stop(struct stage *stage, struct trial *trial)
{
	if (server_end_stop(&stage->server) == 0 || trial->failure[0])
		return;
	char end[300];
	server_end_describe(&stage->server, end, sizeof(end));
	snprintf(trial->failure, sizeof(trial->failure), "%s%s",
		stage->server.remote.is_lost  ? "the server "
		: stage->server.process.stays ? "the server did not end on SIGTERM, and "
					      : "on SIGTERM the server ",
		end);
}

/* The proxy's processor time is that of the load behind it. */
static void upstream_take(struct stage *stage, struct trial *trial)
{
	trial->upstream->interrupted = trial->interrupted;
	trial->upstream->totals.cpu_ns = trial->server_end.cpu_ns;
	server_stop(stage, trial->upstream);
}

static int stage_play(struct stage *stage, struct event_play *events, const struct trial_spec *spec,
	struct error *error)
{
	struct trial *trial = events->trial;
	struct hops hops = hops_of(stage, trial);
	struct address server = stage->network.server_address;
	address_set_port(&server, trial->server.port);
	if (beside_await(stage, &server, trial->load.timeout_ns, spec->interrupted, error) == -1 ||
		hops_each(&hops, hop_begin, error) == -1)
		return -1;
	twin_meet(spec);
	if (fleet_meet(spec, trial, error) == -1 || load_run(&hops, spec, events, error) == -1 ||
		hop_settle(&hops.hops[0], error) == -1 ||
		(hops.count > 1 && hop_settle(&hops.hops[1], error) == -1) ||
		hops_each(&hops, hop_end, error) == -1 || hop_leave(&hops.hops[0], error) == -1)
		return -1;
	events_take(stage, trial);
	server_stop(stage, trial);
	if (stage->upstream)
		upstream_take(stage->upstream, trial);
	return 0;
}

static int upstream_record(const struct trial_spec *spec, struct trial *trial, struct error *error)
{
	trial->upstream = malloc(sizeof(*trial->upstream));
	if (!trial->upstream)
		return error_set(error, STATUS_FAILED, "no memory for a trial");
	*trial->upstream = run_record_upstream(spec);
	return 0;
}

static int certificate_take(
	struct certificate *certificate, struct run_stage *asked, struct error *error)
{
	certificate->fd = -1;
	if (!tls_options_need_certificate(asked->options))
		return 0;
	asked->certificate = certificate->path;
	return certificate_create(certificate, error);
}

int trial_perform(const struct trial_spec *spec, const struct kept *kept, struct error *error)
{
	struct trial *trial = kept->trial;
	struct stage stage;
	struct run_stage asked;
	struct certificate certificate;
	*trial = run_record(spec);
	run_stage_init(&asked, spec);
	if (spec->options->proxy_command && upstream_record(spec, trial, error) == -1)
		return -1;
	asked.load.loader.marks = kept->marks;
	asked.load.loader.memory = kept->loader;
	asked.spec.instruments.samples_fd = kept->samples_fd;
	if (certificate_take(&certificate, &asked, error) == -1) {
		trial_finish(trial);
		return -1;
	}
	int result = stage_set(&stage, &asked.spec, error);
	struct event_play events = {.stage = &stage, .spec = &asked.spec, .trial = trial};
	if (result == 0)
		result = stage_play(&stage, &events, spec, error);
	event_play_finish(&events);
	stage_clear(&stage);
	certificate_destroy(&certificate);
	if (result == -1)
		trial_finish(trial);
	return result;
}
