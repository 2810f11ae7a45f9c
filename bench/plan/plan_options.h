/* The options of `teardown plan`. */
#ifndef BENCH_PLAN_PLAN_OPTIONS_H
#define BENCH_PLAN_PLAN_OPTIONS_H

#include "bench/plan/plan_model.h"
#include "common/error.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdint.h>

struct plan_options {
	const char *rate, *strategies, *ports, *response;
	uint64_t hosts, addresses, destinations, keep_alive, tw_buckets, hz;
	uint64_t rtt_ns, reuse_delay_ns, pause_ns; /* pause_ns 0: none was asked for */
	uint64_t duration_ns; /* of --simulate and of --verify; 0: as each has it */
	const char *from_doctor, *html;
	const char *scenario; /* that the rest was read from, but for what was given */
	/* Of --simulate. */
	const char *arrivals, *lifetime, *zipf, *outage;
	uint64_t connect_timeout_ns, nat_ports, nat_hold_ns, retries, retry_after_ns, seed, threads;
	bool simulate, exact, jitter;
	uint64_t verify_ports;
	bool verify, json;
};

extern const struct option_table plan_option_table;

void plan_options_set_defaults(void *options);

/* Refuses to verify with another HZ than this host's. Returns 0 or -1. */
int plan_hz_check(
	const struct plan_options *options, const struct plan_asked *asked, struct error *error);

/* What they ask for. Returns 0 or -1 with STATUS_USAGE and the reason. */
int plan_options_read(
	const struct plan_options *options, struct plan_asked *asked, struct error *error);

/* What the options mean together. Returns 0 or -1 with STATUS_USAGE and the reason. */
int plan_options_check(
	const struct plan_options *options, const struct options_given *given, struct error *error);

/* "600/s", "10k/s", "600" to a number a second. Returns 0 or -1. */
int plan_rate_parse(const char *text, double *per_s, struct error *error);

/* "20KB", "20k", "1500" to bytes. Returns 0 or -1. */
int plan_response_parse(const char *text, double *bytes, struct error *error);

#endif
