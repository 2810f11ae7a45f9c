/* The request that the loader sends, as bytes. */
#ifndef BENCH_TRIAL_REQUEST_H
#define BENCH_TRIAL_REQUEST_H

#include "bench/load/builtin_loader.h"
#include "bench/network/network.h"
#include "common/error.h"
#include "common/options.h"

#include <stdint.h>

struct request_spec {
	const char *path;
	struct option_list headers; /* "Name: value" */
	uint64_t body_bytes;        /* 0: GET, without a body; else POST */
};

struct request {
	struct loader_request plain;
	struct loader_request last; /* the same with "Connection: close" */
};

/* Returns 0, or -1 with nothing to destroy. */
int request_create(struct request *request, const struct request_spec *spec,
	const struct network *network, uint16_t port, struct error *error);
void request_destroy(struct request *request);

#endif
