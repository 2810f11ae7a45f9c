/* The request that the loader sends, as bytes. */
#ifndef BENCH_TRIAL_REQUEST_H
#define BENCH_TRIAL_REQUEST_H

#include "bench/load/loader.h"
#include "bench/options/options.h"
#include "common/error.h"

struct request {
	struct loader_request plain;
	struct loader_request last; /* the same with "Connection: close" */
};

/* GET without a body, POST with one. Returns 0 or -1. */
int request_create(struct request *request, const struct run_options *options,
	const struct network *network, uint16_t port, struct error *error);
void request_destroy(struct request *request);

#endif
