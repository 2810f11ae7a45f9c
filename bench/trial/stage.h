/* The stage of a trial: what is set up before its load and lives as long as it. */
#ifndef BENCH_TRIAL_STAGE_H
#define BENCH_TRIAL_STAGE_H

#include "bench/load/load.h"
#include "bench/measure/packet_tap.h"
#include "bench/measure/sampler.h"
#include "bench/network/network.h"
#include "bench/process/process.h"
#include "bench/trial/request.h"
#include "bench/trial/trial.h"
#include "common/error.h"

struct stage {
	struct network network;
	struct request request;
	struct sampler *sampler;
	struct packet_tap *packet_tap;
	struct process server;
	struct load load;
};

/* Sets up the network, the server until it listens, what measures, and the load up to its start.
 * Returns 0 or -1; either way stage_clear is due. */
int stage_set(struct stage *stage, const struct trial_spec *spec, struct error *error);

/* Starts the server and waits until it listens. Part of stage_set, after network and sampler. */
int stage_server_start(struct stage *stage, const struct trial_spec *spec, struct error *error);

/* SIGTERM, then SIGKILL. Returns 0 when it exited with status 0, or is a server of others. */
int stage_server_stop(struct stage *stage);

void stage_clear(struct stage *stage);

#endif
