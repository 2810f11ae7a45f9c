#include "bench/trial/hop.h"

#include "bench/trial/beside_leave.h"
#include "bench/trial/steady_sample.h"
#include "bench/trial/watches.h"
#include "common/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void progress_ask(void *argument, struct sample_progress *progress)
{
	struct stage *stage = argument;
	load_progress(&stage->load, progress);
	progress->server_cpu_ns = server_end_cpu_ns(&stage->server);
}

/* How a third-party loader ended does not matter once it was asked to end. */
static void third_party_report_take(const struct stage *stage, struct trial *trial)
{
	const struct third_party_report *report = load_third_party_report(&stage->load);
	if (!report)
		return;
	trial->third_party = *report;
	trial->third_party.command = strdup(report->command);
	if (trial->failure[0])
		return;
	if (report->exit_status != 0 && !report->stopped)
		snprintf(trial->failure, sizeof(trial->failure), "the loader %s", report->end);
	else if (trial->load.is_wrk && (!report->kind || strcmp(report->kind->name, "wrk") != 0))
		snprintf(trial->failure, sizeof(trial->failure),
			"wrk's figures cannot be read: it %s", report->end);
}

/* What a third-party loader does before its first SYN is no load: interpreters need a second to
 * start. All times of the trial and all rates are from that SYN on. */
static void startup_take(struct trial *trial)
{
	struct third_party_report *report = &trial->third_party;
	uint64_t began_ns = trial->packet_tap.first_syn_ns;
	if (!trial->load.is_third_party || began_ns <= trial->started_ns ||
		began_ns >= trial_load_ended_ns(trial))
		return;
	report->startup_ns = began_ns - trial->started_ns;
	trial->started_unix_us += report->startup_ns / NS_PER_US;
	trial->started_ns = began_ns;
	trial->window_ns = report->ran_ns - report->startup_ns;
}

/* What was measured of it is kept; that it did not end by itself is why it is no result. */
static void hang_take(const struct stage *stage, struct trial *trial)
{
	char text[300];
	if (load_describe_hang(&stage->load, text, sizeof(text)) && !trial->failure[0])
		snprintf(trial->failure, sizeof(trial->failure), "%s", text);
}

/* On the sampler's thread. */
static void sample_tell(void *argument, const struct sample *sample)
{
	struct hop_teller *teller = argument;
	struct trial_live now = trial_live_of(sample, teller->ports, teller->is_third_party);
	teller->censuses += now.censuses;
	now.censuses = teller->censuses;
	trial_live_write(teller->live, &now);
}

/* Those of the load. */
static int samples_keep(struct stage *stage, struct trial *trial, struct error *error)
{
	struct sampler_series series = sampler_series(stage->sampler);
	size_t first = 0;
	while (trial->third_party.startup_ns > 0 && first < series.count &&
		series.samples[first].at_ns < trial->started_ns)
		first++;
	size_t count = series.count - first;
	trial->samples = malloc((count + 1) * sizeof(*trial->samples));
	if (!trial->samples)
		return error_set(error, STATUS_FAILED, "no memory for the samples");
	if (count)
		memcpy(trial->samples, series.samples + first, count * sizeof(*trial->samples));
	trial->sample_count = count;
	server_end_samples(&stage->server, trial->samples, count);
	for (size_t i = 0; i < count; i++)
		trial->samples[i].others_accepted =
			packet_tap_others_accepted_by(stage->packet_tap, trial->samples[i].at_ns);
	trial->after.others_accepted = trial->packet_tap.others.server.accepted;
	trial->samples_missed = series.missed;
	trial->sampler_cost_ns = series.cost_ns;
	return 0;
}

/* What is still open, and what the server's end comes to. */
static int ends_take(struct stage *stage, struct trial *trial, struct error *error)
{
	struct held_sockets held;
	if (sampler_open(stage->sampler, &trial->still_open, &held, error) == -1)
		return -1;
	if (server_end_report(&stage->server, &held, error) == -1)
		return -1;
	server_end_open(&stage->server, &trial->still_open);
	return 0;
}

/* What was refused while nothing listened; after packet_tap_finish. */
static void gaps_take(const struct packet_tap *tap, struct trial *trial)
{
	uint64_t over_ns = trial->server_end.accept_watch.load_over_ns;
	for (size_t i = 0; i < trial->server_end.listener_gaps.count; i++) {
		struct listener_gap *gap = &trial->server_end.listener_gaps.list[i];
		gap->refused =
			packet_tap_refused(tap, gap->from_ns, listener_gap_end_ns(gap, over_ns));
	}
}

static void network_take(const struct stage *stage, struct trial *trial)
{
	memcpy(trial->settings, stage->network.settings, sizeof(trial->settings));
	trial->setting_count = stage->network.setting_count;
	network_port_range(&stage->network, &trial->port_low, &trial->port_high);
	trial->server.address = stage->network.server_address;
	trial->client_address = network_client_address(&stage->network, 0);
}

static void wire_take(const struct stage *stage, struct trial *trial)
{
	const struct wire_report wire = wire_look(stage->wire);
	memcpy(trial->wire.counts, wire.counts, sizeof(trial->wire.counts));
}

static int sample_read(void *sampler, struct sample *sample, struct error *error)
{
	return sampler_read(sampler, sample, error);
}

static int before_take(struct stage *stage, struct sample *before, struct error *error)
{
	if (load_beside_started(&stage->load) == 0)
		return sampler_read(stage->sampler, before, error);
	return steady_sample_take(sample_read, stage->sampler, before, error);
}

int hop_begin(struct hop *hop, struct error *error)
{
	struct stage *stage = hop->stage;
	struct trial *trial = hop->trial;
	network_take(stage, trial);
	if (server_end_begin(&stage->server, error) == -1 ||
		before_take(stage, &trial->before, error) == -1)
		return -1;
	server_end_sample(&stage->server, &trial->before);
	packet_tap_begin(stage->packet_tap, trial->before.at_ns);
	trial->before.progress.server_cpu_ns = stage->server.cpu_before_ns;
	trial->server_end = stage->server.report;
	trial->remote = stage->server.remote;
	return 0;
}

int hop_start(struct hop *hop, struct trial_live *live, struct error *error)
{
	struct stage *stage = hop->stage;
	struct trial *trial = hop->trial;
	hop->teller = (struct hop_teller){
		.live = live,
		.ports = ((uint64_t)trial->port_high - trial->port_low + 1) *
			 trial->client_addresses *
			 (trial->server_addresses > 1 ? trial->server_addresses : 1),
		.is_third_party = trial->load.is_third_party,
	};
	sampler_progress(stage->sampler, progress_ask, stage);
	if (live)
		sampler_watch(stage->sampler, sample_tell, &hop->teller);
	if (sampler_start(stage->sampler, error) == -1 ||
		watches_prepare(stage, trial, error) == -1)
		return -1;
	hop->wire = wire_look(stage->wire);
	trial->started_ns = clock_now_ns();
	trial->started_unix_us = clock_unix_us();
	if (trial->agreed.at_ns > 0) {
		trial->late_us = (trial->started_ns - trial->agreed.at_ns) / NS_PER_US;
		trial->started_unix_us = trial->agreed.unix_us + trial->late_us;
	}
	return load_start(&stage->load, error);
}

static void clients_take(const struct stage *stage, struct trial *trial)
{
	trial->client_count = load_clients(&stage->load, trial->clients);
}

int hop_join(struct hop *hop, struct error *error)
{
	struct stage *stage = hop->stage;
	struct trial *trial = hop->trial;
	int result = load_join(&stage->load, &trial->totals, error);
	if (result == 0)
		clients_take(stage, trial);
	trial->wire.use = wire_use_since(stage->wire, &hop->wire);
	if (server_end_load_is_over(&stage->server, error) == -1)
		result = -1;
	trial->window_ns = load_window_ns(&stage->load);
	hang_take(stage, trial);
	third_party_report_take(stage, trial);
	return sampler_stop(stage->sampler, error) == -1 ? -1 : result;
}

int hop_end(struct hop *hop, struct error *error)
{
	struct stage *stage = hop->stage;
	struct trial *trial = hop->trial;
	if (ends_take(stage, trial, error) == -1 ||
		nat_watch_finish(&stage->nat_watch, &trial->nat, error) == -1)
		return -1;
	trial->server_end = stage->server.report;
	trial->remote = stage->server.remote;
	wire_take(stage, trial);
	trial_progress_end(trial);
	packet_tap_finish(stage->packet_tap, trial->after.at_ns, &trial->packet_tap);
	gaps_take(stage->packet_tap, trial);
	startup_take(trial);
	return samples_keep(stage, trial, error);
}

int hop_leave(struct hop *hop, struct error *error)
{
	if (beside_leave(hop->stage, hop->trial, error) == -1)
		return -1;
	hang_take(hop->stage, hop->trial);
	return 0;
}
