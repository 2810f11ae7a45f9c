/* The record of a trial: one strategy, once, on a fresh network. All that judge, findings and
 * result say is made of it; the network and the programs are gone when it is read. What it points
 * to is constant, or is handed on by parcel.c. */
#ifndef BENCH_TRIAL_RECORD_H
#define BENCH_TRIAL_RECORD_H

#include "bench/ends/server_end.h"
#include "bench/load/client_count.h"
#include "bench/load/clients/client_share.h"
#include "bench/load/expected_status.h"
#include "bench/load/load_totals.h"
#include "bench/load/ramp.h"
#include "bench/load/schedule.h"
#include "bench/load/third_party.h"
#include "bench/measure/packet_tap.h"
#include "bench/measure/sampler.h"
#include "bench/measure/time_wait_life.h"
#include "bench/nat/nat_watch.h"
#include "bench/network/network.h"
#include "bench/process/fleet_link.h"
#include "bench/trial/answer_watch.h"
#include "bench/trial/event_record.h"
#include "bench/wire/wire.h"
#include "common/address.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The server that was measured. */
struct server_identity {
	bool is_third_party;    /* not teardown-server: nothing is declared about how it closes */
	bool is_proxy;          /* it connects on: see `upstream` of its trial */
	const char *name;       /* as results name it: "teardown-server", "server-command" */
	struct address address; /* without the port */
	uint16_t port;
	uint64_t threads; /* 0: unknown, a third party's */
};

/* The loader that made the load, and what was asked of it. */
struct load_summary {
	/* Not teardown's: it counts no connections, so totals are empty but for cpu_ns, and
	 * third_party holds what it says itself. */
	bool is_third_party;
	bool is_wrk;           /* the third party's was asked for as wrk */
	bool is_proxy;         /* the third party is the proxy of the hop before */
	const char *name;      /* as results name it: "builtin", "wrk", "command" */
	uint64_t threads;      /* 0: unknown, a third party's */
	uint64_t connections;  /* open at the same time */
	bool told_connections; /* of a third party's: its command was told how many */
	uint64_t total;        /* connections to attempt; 0: no end but duration_ns */
	uint64_t warmup_ns, duration_ns;
	/* How much longer than duration_ns a third party's command may take, that is told how long
	 * to run; 0: it is not told, and is asked to end after duration_ns. */
	uint64_t overtime_ns;
	uint64_t timeout_ns; /* the builtin loader's, for a response and for the server's close */
	uint32_t requests_per_connection;
	uint64_t response_bytes; /* of the body that is expected; 0: unknown, a third party's */
	struct expected_status expected; /* of responses, by the builtin loader */
	/* Who chooses the source ports ("kernel", "range", "bind"), and how the client closes
	 * ("plain", "reset", "strategy"); "loader" of a third party's. */
	const char *source_port, *client_close;
	const char *loop;            /* "closed", "open"; "unknown" of a third party's command */
	const char *arrivals;        /* of an open loop: "fixed", "poisson" */
	uint64_t rate_per_s;         /* of an open loop of connections */
	uint64_t request_rate_per_s; /* of an open loop of requests; 0: it is of connections */
	struct ramp ramp;            /* of an open loop whose rate rises; of zeros: it does not */
};

/* The wire between the ends (bench/wire). */
struct trial_wire {
	bool exists;
	struct impairment impairment;           /* of each direction */
	struct relay_counts counts[RELAY_ENDS]; /* over the load and what was left to close */
	struct wire_use use;                    /* in the load */
};

/* What the server has once the clients beside the load have left. */
struct beside_end {
	struct diag_census server; /* of other connections than the load's */
	uint64_t reopened;         /* of these (beside_sockets.h) */
};

struct trial {
	const struct td_strategy *strategy; /* a stand-in with a third party's server */
	const char *row;                    /* what results call it; NULL: the strategy's name */
	uint32_t repeat;                    /* from 1: which trial of its strategy */
	uint32_t order;                     /* from 1: which trial of the run */
	struct server_identity server;
	struct load_summary load;
	/* Every setting of both ends, as read back. */
	struct network_setting settings[NETWORK_SETTINGS_MAX];
	size_t setting_count;
	struct time_wait_life time_wait_life; /* of the kernel that both ends run on */
	struct trial_wire wire;
	struct nat_report nat;         /* of the NAT between the ends */
	struct address client_address; /* the first one */
	uint32_t client_addresses;
	uint32_t server_addresses;    /* of an upstream that has several (--upstreams); 0: one */
	uint16_t port_low, port_high; /* the client's ip_local_port_range, as read back */
	/* Why the trial could not be carried out to its end; empty: it was. The last line of a
	 * program is 300 characters at most (process.h), so this is whole. */
	char failure[400];
	bool interrupted;
	/* The process that performed the trial ended in the middle of the load (kept.h): `after` is
	 * the last sample, and what is read at the end only is 0. */
	bool is_cut_off;
	struct load_totals totals; /* of the builtin loader */
	/* Of its clients that are not plain, by behaviour. */
	struct client_count clients[CLIENT_SHARES_MAX];
	uint32_t client_count;
	/* Of those beside the load, which are in none of its figures. */
	struct client_count beside[CLIENT_SHARES_MAX];
	uint32_t beside_count;
	struct beside_end beside_end;
	struct event_record events[EVENTS_MAX]; /* --at, by their time */
	size_t event_count;
	bool clients_deviate;                  /* some close otherwise than the strategy says */
	struct third_party_report third_party; /* of a third-party loader */
	struct server_end_report server_end;
	struct server_end_remote remote; /* of a server on another host */
	/* CLOCK_MONOTONIC: the loader's start; of a third-party loader its first SYN, if it sent
	 * one: until then there is no load. */
	uint64_t started_ns;
	uint64_t started_unix_us;   /* CLOCK_REALTIME: the same instant; of a fleet, by its clock */
	struct agreed_start agreed; /* of a fleet: when it was to start */
	uint64_t late_us;           /* so long after that it did */
	uint64_t window_ns;         /* the window's length */
	struct sample before, after;   /* before the load, and after all is closed */
	struct census_open still_open; /* of the load, then */
	struct sample *samples;        /* in between */
	size_t sample_count;
	uint64_t samples_missed;
	uint64_t sampler_cost_ns;
	struct packet_tap_report packet_tap;
	struct answer_report answers; /* answer_watch.h */
	/* Where the server is a proxy: the hop behind it, as a trial whose loader is the proxy.
	 * NULL: there is none, or its record was lost with the trial's process. */
	struct trial *upstream;
};

/* What results call what was played. */
const char *trial_row(const struct trial *trial);

/* Whether the trial came to its end, so that what is read there is known. */
bool trial_is_ended(const struct trial *trial);

/* When a third-party loader ended, or was asked to; CLOCK_MONOTONIC. */
uint64_t trial_load_ended_ns(const struct trial *trial);

/* Whether it is declared how the server closes: the server is teardown's. */
bool trial_is_declared(const struct trial *trial);

/* The value of a setting of one end, as read back; `otherwise` where it was not recorded. */
const char *trial_setting(
	const struct trial *trial, enum td_who end, const char *name, const char *otherwise);

/* What the sample after the load has of the load's own counts. */
void trial_progress_end(struct trial *trial);

void trial_finish(struct trial *trial);

#endif
