/* The options of `teardown run`, checked and with their defaults. */
#ifndef BENCH_OPTIONS_OPTIONS_H
#define BENCH_OPTIONS_OPTIONS_H

#include "bench/load/clients/client_share.h"
#include "bench/load/event_count.h"
#include "bench/load/expected_status.h"
#include "bench/load/schedule.h"
#include "bench/nat/nat.h"
#include "bench/network/network.h"
#include "bench/options/events.h"
#include "bench/options/fleet_share.h"
#include "bench/wire/impairment.h"
#include "common/options.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define RUN_STRATEGIES_MAX 64

struct factor;

struct run_options {
	/* As typed. */
	const char *strategies; /* NULL with server_command */
	uint64_t connections, threads, server_threads;
	uint64_t duration_ns, warmup_ns, total, repeat;
	uint64_t rate;         /* connections begun in a second, in an open loop; 0: closed loop */
	uint64_t request_rate; /* requests sent in a second, in an open loop; 0: see rate */
	const char *ramp;      /* ramp_option.h; NULL: the rate does not rise */
	const char *arrivals;
	uint64_t connect_batch;           /* bench/load/batch.h */
	uint64_t requests_per_connection; /* 0: the strategy's own */
	uint64_t keep_alive_ns, max_body; /* teardown-server's; 0: its own */
	uint64_t request_bytes, response_bytes;
	uint64_t timeout_ns;
	uint64_t client_addresses;
	const char *family; /* "4", "6" or "both" */
	const char *port_range;
	const char *network;                    /* "veth", "wire", "shared" or "isolated" */
	const char *rtt, *jitter;               /* wire_options.h; NULL: none */
	const char *loss, *duplicate, *reorder; /* shares; NULL: none */
	const char *link_rate;                  /* bits a second; NULL: unlimited */
	const char *source_port, *client_close; /* NULL: the strategy's own */
	const char *clients, *think;            /* bench/options/clients.h; NULL: plain ones */
	const char *beside;                     /* bench/options/beside.h; NULL: none */
	struct option_list at;                  /* bench/options/events.h */
	bool matrix;                            /* factor.h: each behaviour is a level */
	bool nat;                               /* nat_options.h */
	bool tls, compare_tls;                  /* tls_options.h */
	bool is_ipv6;                           /* made of `family` */
	enum arrivals arrives;                  /* made of `arrivals` */
	const char *sweep;                      /* sweep.h; NULL: none */
	struct option_list sysctls, headers;
	uint64_t seed;
	const char *json, *csv, *hgrm, *html, *prometheus;
	bool twins;          /* both strategies at the same time */
	bool ladders;        /* play one connection of each strategy, too */
	bool quiet, verbose; /* less, or more, on stderr */
	bool wide, latency;
	bool has_wire;         /* made of `network` and the options of the wire */
	bool strategies_given; /* --strategies was */
	const char *columns, *color;
	const char *loader, *loader_command; /* third_party.h */
	const char *server_command, *server_name;
	const char *proxy_command; /* proxy.h; NULL: the client connects to the server itself */
	const char *tls_resume;    /* tls_options.h */
	const char *nat_ports;     /* NULL: all that Linux gives */
	uint64_t proxy_addresses;  /* of its end of the hop behind it */
	uint64_t upstreams;        /* addresses of the server's end of that hop */
	uint64_t server_port;
	const char *server_host, *agent, *server_ports; /* agent_options.h; NULL: none */
	const char *path;
	const char *expect;         /* the status of a response; NULL: 2xx */
	struct option_list fail_if; /* threshold.h */
	/* Made of what was typed. */
	/* Each points to its copy in `effective`, which has the client's end as the options say. */
	const struct td_strategy *chosen[RUN_STRATEGIES_MAX];
	struct td_strategy effective[RUN_STRATEGIES_MAX];
	size_t chosen_count;
	char server_label[32]; /* with server_command: what stands for a strategy's name */
	uint16_t port_low, port_high;
	uint16_t server_port_low, server_port_high; /* made of `server_ports` */
	/* Made of `server_host`, `agent` and `server_ports`. */
	struct address server_at;
	char *const *agent_argv;
	uint64_t server_port_first;
	struct client_share shares[CLIENT_SHARES_MAX]; /* of clients that are not plain */
	size_t share_count;
	struct client_share beside_shares[CLIENT_SHARES_MAX];
	size_t beside_count;
	struct event_spec events[EVENTS_MAX]; /* made of `at`, by their time */
	size_t event_count;
	struct thinking thinking;
	struct ramp rising;              /* made of `ramp` */
	struct expected_status expected; /* made of `expect` */
	struct impairment impairment;    /* of each direction of the wire */
	struct nat_spec nat_range;       /* made of `nat_ports` */
	struct network_setting settings[OPTION_LIST_MAX];
	const struct factor *factor; /* NULL: none */
	struct fleet_share fleet;    /* of which host these are, with its share of the load */
};

/* Its rows are in bench/options/groups. */
extern const struct option_table run_option_table;

/* Sets a struct run_options to the defaults. */
void run_options_set_defaults(void *options);

/* After the command line was read (common/options.h): fills in what follows from what was given,
 * `given`, and checks all of it together. `options` holds pointers into argv, and into
 * memory that lives as long as the program. Returns 0 or -1. */
int run_options_complete(
	struct run_options *options, const struct options_given *given, struct error *error);

/* Whether the result, or its CSV, is written to stdout, where nothing else goes then. */
bool run_options_own_stdout(const struct run_options *options);

/* The effective options as one command line, quoted for a shell. */
void run_options_print(const struct run_options *options, FILE *out);

#endif
