/* The server of an end: teardown-server with a strategy, or a third party's command. */
#ifndef BENCH_ENDS_SERVER_PROGRAM_H
#define BENCH_ENDS_SERVER_PROGRAM_H

#include "bench/ends/program_command.h"
#include "bench/measure/sock_diag.h"
#include "bench/network/network.h"
#include "bench/process/process.h"
#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stdint.h>

struct server_program_spec {
	uint16_t port; /* which it listens on. Required. */
	/* It may replace itself by another process, or be started again: a family in any case.
	 * Optional: default a third party's command is one, and teardown-server is not. */
	bool is_family;
	/* Of a third party's server. Optional: default teardown-server, as the rest says. */
	struct program_command command;
	/* The server is a proxy, and this its command, as it was typed. Optional: default NULL. */
	const char *command_line;
	const struct td_strategy *strategy;
	uint64_t threads;
	uint32_t requests_per_connection;
	uint64_t response_bytes;
	uint64_t keep_alive_ns, max_body; /* Optional: default its own. */
	bool tls;                         /* with a certificate of its own making */
};

/* Starts the server and waits until it listens, as `diag` of its namespace sees. `interrupted` may
 * be NULL. Returns 0 or -1; either way server_program_stop is due. */
int server_program_start(struct process *server, const struct server_program_spec *spec,
	const struct network *network, struct diag *diag, const volatile bool *interrupted,
	struct error *error);

/* Starts the server again, which has ended, and does not wait. Returns 0 or -1. */
int server_program_start_again(struct process *server, const struct server_program_spec *spec,
	const struct network *network, const struct launcher *launcher, struct error *error);

/* SIGTERM, then SIGKILL. Returns 0 when it exited with status 0, or is a third party's. */
int server_program_stop(struct process *server);

#endif
