/* Reads both ends of a trial at a fixed period, on a thread of its own. Cheap readings (sockstat,
 * snmp, netstat) are taken every period; the census by sock_diag, which grows with the number of
 * sockets, comes from another thread as often as 1 % of a processor allows. */
#ifndef BENCH_MEASURE_SAMPLER_H
#define BENCH_MEASURE_SAMPLER_H

#include "bench/measure/census.h"
#include "bench/measure/counters.h"
#include "bench/measure/sock_diag.h"
#include "bench/network/network.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sample_end {
	bool is_unknown; /* it is on another host, which has not told: the rest is 0 */
	struct counters counters;
	/* The latest census; see census_fresh. */
	struct diag_census census, others;    /* of the load, and of other connections */
	uint64_t sockstat_low, sockstat_high; /* struct census_end */
};

/* What is asked of the load at every sample. */
struct sample_progress {
	uint64_t completed;
	uint64_t failed;
	uint64_t refused, reset; /* of these: ECONNREFUSED, and a RST before the last response */
	/* Exchanges that are over, whole or not; and those that are under way. */
	uint64_t answered, awaited;
	uint64_t connect_p50_ns; /* since the sample before; 0: no connection */
	uint64_t loader_cpu_ns;  /* of all its threads, so far */
	uint64_t server_cpu_ns;  /* of its process, so far */
};

struct sample {
	uint64_t at_ns;    /* CLOCK_MONOTONIC */
	bool census_fresh; /* the census was taken since the sample before, not carried over */
	struct sample_end server, client;
	/* How many connections that are not the load's the server's listeners had accepted since
	 * the trial began; known when it is over (packet_tap.h). */
	uint64_t others_accepted;
	struct sample_progress progress; /* zero where nothing was asked */
};

struct sampler_series {
	const struct sample *samples;
	size_t count;
	uint64_t missed;  /* periods without a sample: it began a whole period late or more */
	uint64_t cost_ns; /* processor time of both threads */
};

struct sampler_spec {
	/* Its network has to live as long as the sampler. The end of which it has no namespace (-1)
	 * is not read: what a sample has of it is 0. */
	struct load_flow flow;
	uint64_t period_ns;
	/* A memfd_create(2) file, which processes share: the samples lie there, one after the
	 * other, and can be read when this process has ended. Optional: default 0, own memory. */
	int samples_fd;
	/* The census takes one part in so many of a processor. Optional: default CENSUS_SHARE. */
	uint64_t census_share;
};

struct sampler;

/* Opens both ends; no thread runs yet. */
struct sampler *sampler_create(const struct sampler_spec *spec, struct error *error);

/* Takes one full sample now, census included, on the calling thread; not while the thread runs. */
int sampler_read(struct sampler *sampler, struct sample *sample, struct error *error);

/* What of the load is still open (census.h); not while the thread runs. Returns 0 or -1. */
int sampler_open(struct sampler *sampler, struct census_open *open,
	struct held_sockets *server_held, struct error *error);

/* census_beside; not while the thread runs. Returns 0 or -1. */
int sampler_beside(struct sampler *sampler, struct beside_sockets *sockets, struct error *error);

/* Asked at every sample of the thread, on the thread. Set before start; by default nothing is
 * asked. */
typedef void sampler_progress_fn(void *argument, struct sample_progress *progress);
void sampler_progress(struct sampler *sampler, sampler_progress_fn *progress, void *argument);

/* Told every sample of the thread, on the thread. Set before start; by default nobody is told. */
typedef void sampler_watch_fn(void *argument, const struct sample *sample);
void sampler_watch(struct sampler *sampler, sampler_watch_fn *watch, void *argument);

int sampler_start(struct sampler *sampler, struct error *error);
/* Stops the thread; the series stays valid until destroy. Returns 0, or -1 if a reading failed. */
int sampler_stop(struct sampler *sampler, struct error *error);
/* How many samples there are by now. From any thread. */
size_t sampler_count(const struct sampler *sampler);
struct sampler_series sampler_series(const struct sampler *sampler);
void sampler_destroy(struct sampler *sampler);

#endif
