/* A trial: one strategy, once, on a fresh network. What is recorded here is all that the result is
 * made of. */
#ifndef BENCH_TRIAL_TRIAL_H
#define BENCH_TRIAL_TRIAL_H

#include "bench/load/tally.h"
#include "bench/load/third_party.h"
#include "bench/measure/packet_tap.h"
#include "bench/measure/sampler.h"
#include "bench/network/network.h"
#include "bench/options/options.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct trial_spec {
	const struct run_options *options;
	const struct td_strategy *strategy;
	uint32_t repeat; /* from 1: which trial of its strategy */
	uint32_t order;  /* from 1: which trial of the run */
	bool verify;     /* compare every response byte with the pattern */
	const volatile bool *interrupted;
};

/* The network is gone when the record is read; what is left of it is what was read back. */
struct trial {
	struct trial_spec spec;
	struct network_setting settings[NETWORK_SETTINGS_MAX];
	size_t setting_count;
	struct in_addr server_address, client_address; /* the first one of the client's */
	uint16_t port_low, port_high; /* the client's ip_local_port_range, as read back */
	char failure[400]; /* the trial could not be carried out to its end; empty: it was */
	bool interrupted;
	struct tally tally; /* of the builtin loader */
	struct third_party_report third_party;
	uint64_t started_ns; /* CLOCK_MONOTONIC, the loader's start */
	uint64_t window_ns;
	struct sample before, after;
	struct sample *samples; /* in between */
	size_t sample_count;
	uint64_t samples_missed;
	uint64_t sampler_cost_ns;
	struct packet_tap_report packet_tap;
	uint64_t server_cpu_ns;
	uint64_t server_rss_before, server_rss_peak;
};

/* Runs it. Returns 0 with the record filled, also when the server failed in the middle (`failure`
 * says so); or -1 when there is nothing to record. */
int trial_run(const struct trial_spec *spec, struct trial *trial, struct error *error);

void trial_finish(struct trial *trial);

/* Whether how the server closes is declared: it is of this program. */
bool trial_is_declared(const struct trial *trial);

/* Exchanges on one connection of this trial. */
uint32_t trial_requests_per_connection(const struct trial_spec *spec);

#endif
