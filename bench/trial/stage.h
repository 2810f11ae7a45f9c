/* A stage: two hosts on a network of their own, a server, what measures, and a load. It is set up
 * before the load begins and lives as long as the load. Its spec knows no options of `teardown
 * run`; each part but the network may be left out. */
#ifndef BENCH_TRIAL_STAGE_H
#define BENCH_TRIAL_STAGE_H

#include "bench/ends/server_end.h"
#include "bench/load/load.h"
#include "bench/measure/packet_tap.h"
#include "bench/measure/sampler.h"
#include "bench/nat/nat.h"
#include "bench/nat/nat_watch.h"
#include "bench/network/network.h"
#include "bench/process/process.h"
#include "bench/trial/answer_watch.h"
#include "bench/trial/request.h"
#include "bench/trial/stage_load.h"
#include "bench/wire/wire.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct stage_instruments {
	uint64_t sample_period_ns; /* Optional: default no samples. */
	/* The packet tap narrows to one connection in so many, a power of two; it looks at all of
	 * them throughout where the client has few ports. Optional: default no packet tap. */
	uint32_t packet_tap_share;
	/* The packet tap looks at how responses begin: of a load that does not read them. Optional:
	 * default it does not. */
	bool sees_heads;
	/* It looks at the server's hellos of TLS, as it does with sees_heads. Optional: default it
	 * does not. */
	bool sees_hellos;
	int samples_fd;        /* sampler.h. Optional: default none. */
	uint64_t census_share; /* sampler.h. Optional: default as there. */
};

struct stage_spec {
	struct network_spec network; /* Required. */
	struct wire_spec wire;       /* Required where the network has one. */
	struct nat_spec nat;         /* The same. */
	struct stage_instruments instruments;
	const struct server_program_spec *server; /* Optional: default no server. */
	/* The command that leads to the server's agent, on the host of a shared network. Optional:
	 * default NULL, the server is started here. */
	char *const *agent_argv;
	bool has_launcher; /* Programs may start while the load runs. Optional: default none do. */
	const struct stage_load_spec *load; /* Optional: default no load. */
	/* The server is a proxy, and this is what lies behind it: its network is this one's next
	 * hop, its load what the proxy sends on. Optional: default NULL, the server is none. */
	const struct stage_spec *upstream;
	/* Set from a signal handler: stop waiting for the server. Optional: default never. */
	const volatile bool *interrupted;
};

struct stage {
	struct network network;
	struct wire *wire; /* NULL: none */
	struct request request;
	struct sampler *sampler;       /* NULL: none */
	struct packet_tap *packet_tap; /* NULL: none */
	struct server_end server;
	struct answer_watch answer_watch; /* of both ends: of what the client waits for */
	struct nat_watch nat_watch;       /* of what is between them */
	bool has_events; /* one has come (--at): that the server ends may be what it did */
	struct load load;
	struct stage *upstream; /* behind the server, which is a proxy; NULL: there is none */
};

/* Sets up the network, the server until it listens, what measures, and the load up to its start.
 * Returns 0 or -1; either way stage_clear is due. */
int stage_set(struct stage *stage, const struct stage_spec *spec, struct error *error);

void stage_clear(struct stage *stage);

#endif
