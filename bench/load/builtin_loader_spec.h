/* What the builtin loader is asked to do. */
#ifndef BENCH_LOAD_BUILTIN_LOADER_SPEC_H
#define BENCH_LOAD_BUILTIN_LOADER_SPEC_H

#include "bench/load/clients/client_share.h"
#include "bench/load/expected_status.h"
#include "bench/load/schedule.h"
#include "bench/network/network.h"
#include "strategies/core/hook.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A whole request, as it is sent. */
struct loader_request {
	const char *text;
	size_t size;
};

struct builtin_loader_spec {
	const struct network *network;
	const struct td_strategy *strategy;
	uint16_t server_port;
	uint32_t connections; /* of plain clients, open at the same time, in all threads */
	uint32_t threads;     /* 0: there are no plain clients */
	/* Clients that are not plain, beside those. Optional: default none. */
	struct client_list clients;
	/* Clients that are not the load's, and in none of its figures (is_beside): they come from
	 * network_beside_address(). Optional: default none. */
	struct client_list beside;
	struct thinking thinking;
	uint64_t total; /* connections to attempt; 0: until stopped */
	enum arrivals arrivals;
	uint64_t rate_per_s; /* connections begun, in all threads; unless ARRIVALS_CLOSED */
	/* ARRIVALS_FIXED: begin later by this share of the time between two starts. Optional:
	 * default 0. */
	double phase;
	/* How that rises, from rate_per_s on; warmup_ns and total are 0. Optional: default it does
	 * not. */
	struct ramp ramp;
	/* rate_per_s is of requests: each goes out on an idle connection that has exchanges left,
	 * the one that was used last, or on a new one. `total` is 0. */
	bool by_request;
	uint64_t seed;          /* of ARRIVALS_POISSON */
	uint32_t connect_batch; /* ARRIVALS_CLOSED: 1 to BATCH_MAX; batch.h */
	uint32_t requests_per_connection;
	uint64_t warmup_ns; /* from the start to the window */
	uint64_t timeout_ns;
	uint64_t response_bytes; /* what a response is expected to promise */
	struct expected_status expected;
	/* Owned by the caller. last_request says "Connection: close": it ends connections that are
	 * still exchanging when the loader is to stop. */
	struct loader_request request, last_request;
	bool announce_close;          /* the last request of each connection is last_request */
	uint16_t port_low, port_high; /* for TD_PORT_RANGE and TD_PORT_BIND */
	bool tls;                     /* connections speak TLS */
	bool tls_resumes;             /* and resume the session of one before, where there is one */
	bool has_events;              /* builtin_loader_event will be called */
	bool verify;                  /* compare every byte of a response with the pattern */
	/* One a thread: the hook that it is calling. Optional: default the loader's own. */
	struct hook_mark *marks;
	/* builtin_loader_memory_size() bytes of zeros, which processes share: what was counted can
	 * be read there when this one has ended. Optional: default its own. */
	void *memory;
};

#endif
