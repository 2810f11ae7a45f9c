#include "made_up_trial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void samples_make(struct made_up *made_up)
{
	for (uint64_t i = 0; i < SAMPLES; i++) {
		struct sample *s = &made_up->samples[i];
		s->at_ns = START_NS + i * PERIOD_NS;
		s->client.counters.active_opens = i > 0 ? CONNECTIONS : 0;
		s->client.counters.gauge_inuse = CONNECTIONS;
		s->progress.completed = 100 * i;
		s->census_fresh = true;
	}
}

void made_up_init(struct made_up *made_up, void (*happens)(struct made_up *made_up))
{
	struct trial *trial = &made_up->trial;
	*made_up = (struct made_up){
		.strategy = {.name = "made-up", .first_closer = TD_CLIENT, .holder = TD_CLIENT},
	};
	samples_make(made_up);
	*trial = (struct trial){
		.strategy = &made_up->strategy,
		.server = {.threads = 3, .port = 8080},
		.load = {.threads = 2,
			.connections = CONNECTIONS,
			.duration_ns = SAMPLES * PERIOD_NS,
			.source_port = "kernel",
			.client_close = "plain"},
		.time_wait_life = time_wait_life_of(250),
		.client_addresses = 1,
		.port_low = 1,
		.port_high = PORTS,
		.started_ns = START_NS,
		.window_ns = SAMPLES * PERIOD_NS,
		.samples = made_up->samples,
		.sample_count = SAMPLES,
		.packet_tap = {.share = 1},
		.totals = {.attempted = OPENED,
			.connections_peak = CONNECTIONS,
			.bytes_promised = 128000,
			.bytes_received = 128000},
	};
	address_parse("10.0.0.1:0", &trial->server.address);
	address_parse("10.0.0.2:0", &trial->client_address);
	if (happens)
		happens(made_up);
	trial->after = made_up->samples[SAMPLES - 1];
	trial->after.at_ns += PERIOD_NS;
	trial->after.server.counters.passive_opens = OPENED;
}

void made_up_finish(struct made_up *made_up)
{
	load_totals_finish(&made_up->trial.totals);
}

void made_up_setting(struct made_up *made_up, enum td_who end, const char *name, const char *value)
{
	struct network_setting *s = &made_up->trial.settings[made_up->trial.setting_count++];
	s->end = end;
	snprintf(s->name, sizeof(s->name), "%s", name);
	snprintf(s->value, sizeof(s->value), "%s", value);
}

void made_up_hold_ports(
	struct made_up *made_up, uint64_t step, uint64_t below_us, uint64_t beyond_us)
{
	uint64_t cpu_ns = 0;
	for (uint64_t i = 0; i < SAMPLES; i++) {
		struct sample *s = &made_up->samples[i];
		uint64_t held = i * step < PORTS ? i * step : PORTS;
		s->client.counters.gauge_inuse = 0;
		s->client.counters.gauge_tw = s->client.counters.tw = held;
		s->client.counters.active_opens = 100 * i;
		s->progress.connect_p50_ns = 1000 * (2 * held > PORTS ? beyond_us : below_us);
		cpu_ns += 100 * (s->progress.connect_p50_ns + 20000);
		s->progress.loader_cpu_ns = cpu_ns;
	}
}

void made_up_refuse(struct made_up *made_up, int error, size_t sample)
{
	struct load_totals *totals = &made_up->trial.totals;
	totals->connect_errors[error] = totals->outcomes[OUTCOME_CONNECT_ERROR] = 12;
	totals->first_ns[OUTCOME_CONNECT_ERROR] = made_up->samples[sample].at_ns;
	if (error == EADDRNOTAVAIL)
		totals->no_port_ns = made_up->samples[sample].at_ns;
}

void made_up_burn(struct made_up *made_up, enum td_who end, double share, size_t from)
{
	bool server = end == TD_SERVER;
	uint64_t threads = server ? made_up->trial.server.threads : made_up->trial.load.threads;
	for (size_t i = from; i < SAMPLES; i++) {
		double ns = share * (double)threads * (double)(PERIOD_NS * (i + 1 - from));
		struct sample_progress *progress = &made_up->samples[i].progress;
		*(server ? &progress->server_cpu_ns : &progress->loader_cpu_ns) = (uint64_t)ns;
	}
}

void made_up_count(
	struct made_up *made_up, enum td_who end, size_t offset, uint64_t value, size_t from)
{
	for (size_t i = from; i < SAMPLES; i++) {
		struct sample *s = &made_up->samples[i];
		struct counters *counters =
			end == TD_SERVER ? &s->server.counters : &s->client.counters;
		*(uint64_t *)((char *)counters + offset) += value;
	}
}

void made_up_latency(struct made_up *made_up, enum latency kind, uint64_t ms)
{
	made_up->trial.totals.latencies[kind] = histogram_create();
	for (int i = 0; i < OPENED; i++)
		histogram_record(made_up->trial.totals.latencies[kind], ms * 1000000);
}

void made_up_wrk(struct made_up *made_up)
{
	made_up->trial.load.is_third_party = made_up->trial.load.is_wrk = true;
	made_up->trial.load.source_port = made_up->trial.load.client_close = "loader";
	made_up->trial.third_party = (struct third_party_report){
		.kind = loader_kinds[0], /* wrk */
		.stopped = true,
		.ran_ns = SAMPLES * PERIOD_NS,
		.said = {.requests = 100000,
			.latency_us = {[LOADER_MEAN] = 50000,
				[LOADER_P50] = 40000,
				[LOADER_P99] = 90000}},
	};
}

void made_up_third_party_server(struct made_up *made_up)
{
	/* How many threads a third party's server has, is not known. */
	made_up->trial.server = (struct server_identity){.is_third_party = true, .port = 8080};
	made_up->strategy.first_closer = TD_SERVER;
}
