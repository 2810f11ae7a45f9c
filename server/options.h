/* The command line of teardown-server. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include "common/error.h"
#include "common/options.h"
#include "server/host/listen_socket.h"
#include "teardown/strategy.h"
#include "tls/context.h"

#include <stdbool.h>
#include <stdint.h>

struct server_options {
	const char *listen;
	uint64_t threads;
	const char *strategy;
	uint64_t grace_ns;        /* 0: the strategy's own */
	uint64_t idle_ns;         /* 0: the strategy's own */
	uint64_t drained_bytes;   /* 0: the strategy's own */
	uint64_t max_connections; /* 0: as many as RLIMIT_NOFILE allows; capacity_settle fills it in
				   */
	uint64_t max_lingering;   /* 0: half of max_connections; capacity_settle fills it in */
	uint64_t requests_per_connection; /* 0: the strategy's own */
	uint64_t response_bytes;          /* at most max_response */
	uint64_t max_response;            /* bytes */
	uint64_t backlog;
	bool no_defer_accept;
	uint64_t send_buffer;                    /* bytes; 0: the kernel's own */
	uint64_t max_head, max_target, max_body; /* bytes */
	uint64_t max_fields;
	uint64_t pipeline;
	uint64_t keep_alive_ns;
	uint64_t header_timeout_ns;
	uint64_t write_timeout_ns;
	uint64_t progress_bytes;
	uint64_t drain_ns;
	const char *metrics; /* NULL: /metrics is not served */
	const char *user;    /* NULL: the user that started the program */
	bool no_sandbox;
	bool tls;
	const char *tls_cert, *tls_key; /* PEM files; NULL, both: a certificate is made */
	const char *tls_min;            /* "1.2" or "1.3" */
	uint64_t tls_tickets;
	uint64_t tls_handshakes; /* that wait for their client at a time */
};

extern const struct option_table server_option_table;

void server_options_set_defaults(struct server_options *options);

/* Fills `options` with the defaults, then with the arguments. */
enum option_result server_options_read(
	int argc, char **argv, struct server_options *options, struct error *error);

/* What the sockets that serve, and the socket of /metrics, are opened with. */
struct listen_spec server_options_listen(
	const struct server_options *options, const struct td_strategy *strategy);
struct listen_spec server_options_listen_metrics(
	const struct server_options *options, const struct td_strategy *strategy);

/* What connections over TLS are made with. */
struct tls_settings server_options_tls(const struct server_options *options);

/* Whether the address that serves answers /metrics, too. */
bool server_options_metrics_beside(const struct server_options *options);

#endif
