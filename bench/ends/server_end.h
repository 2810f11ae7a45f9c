/* The server's end of a trial: its program, what looks at the program and at its sockets while the
 * load runs, and what the looks come to. It knows no load. It is on this host, in a namespace
 * (server_end_local.c), or on another, where an agent plays it (server_end_agent.c): who uses these
 * functions does not know which. All is done by one thread, in the order of these functions. */
#ifndef BENCH_ENDS_SERVER_END_H
#define BENCH_ENDS_SERVER_END_H

#include "bench/ends/accept_look.h"
#include "bench/ends/holders.h"
#include "bench/ends/listener_look.h"
#include "bench/ends/quiet_watch.h"
#include "bench/ends/server_program.h"
#include "bench/ends/stop_look.h"
#include "bench/ends/unclosed.h"
#include "bench/measure/listeners.h"
#include "bench/measure/sampler.h"
#include "bench/measure/sock_diag.h"
#include "bench/network/network.h"
#include "bench/process/close_watch.h"
#include "bench/process/descriptor_watch.h"
#include "bench/process/process.h"
#include "bench/process/stop_watch.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is known of the load at the server's end. */
struct server_end_load {
	uint64_t connections; /* that it may have open */
	/* The client's, for a response and for the server's close. Optional: default 0, quiet
	 * connections are not looked for. */
	uint64_t timeout_ns;
};

struct server_end_report {
	/* Of the listener that the load reaches, as the kernel keeps it, before the load. */
	bool backlog_is_known;
	uint32_t backlog;
	uint64_t rss_before; /* of its processes; before the load, too */
	/* While the load runs: of connections that it does not close. */
	struct holder quiet_holder, late_holder;
	/* What is read once all is closed. */
	struct listener_drops listener_drops;
	struct holder holders[SOCKET_STATES]; /* of what is still open, by state */
	struct unclosed unclosed;             /* of other connections */
	struct accept_watch_report accept_watch;
	struct accept_holder accept_holder;
	struct accept_limit accept_limit;
	struct listener_gaps listener_gaps; /* what was refused in each, is not known here */
	struct listener_wait listener_wait;
	struct close_watch_report close_watch;
	struct stop_watch_report stop_watch;
	struct descriptor_watch_report descriptor_watch;
	uint64_t cpu_ns;   /* of its processes, over the trial */
	uint64_t ended;    /* of these, in the trial: at least so many */
	uint64_t rss_peak; /* of these */
};

/* Of an end that an agent plays. */
struct server_end_remote {
	bool exists;
	bool is_lost;            /* in the middle: what it has not told by then is not known */
	int64_t clock_shift_ns;  /* agent_clock.h */
	uint64_t clock_bound_ns; /* the same */
};

struct server_end_kind;

struct server_end {
	const struct server_end_kind *kind; /* NULL: there is no server */
	struct load_flow flow;              /* its network has to live as long */
	uint64_t cpu_before_ns;             /* before the load */
	struct server_end_report report;
	struct server_end_remote remote;
	struct server_end_agent *agent; /* NULL: the end is on this host; all that follows is its */
	struct diag *diag;
	struct process process;
	struct launcher launcher; /* of what starts while the load runs */
	/* Before the load. */
	struct listeners listeners;
	size_t ended_before;
	/* Of its threads, its processes, their descriptors; and which of the processes serve. */
	struct close_watch close_watch;
	struct stop_watch stop_watch;
	struct descriptor_watch descriptor_watch;
	struct stop_look stop_look;
	struct quiet_watch quiet_watch, late_watch; /* of its sockets; the latter of late closes */
	struct accept_look accept_look;             /* of its listeners */
	struct listener_look listener_look;         /* of one of them, where there are several */
};

/* Before all else, and where there is no server. */
#define SERVER_END_NONE                                                                            \
	{                                                                                          \
		.process = {.output_fd = -1 }                                                      \
	}

/* Starts the server on this host and waits until it listens. `interrupted` may be NULL. The flow's
 * network has to live as long. Returns 0 or -1; either way server_end_clear is due. */
int server_end_serve(struct server_end *end, const struct load_flow *flow,
	const struct server_program_spec *spec, const volatile bool *interrupted,
	struct error *error);

struct server_agent_spec {
	char *const *argv; /* the command that leads to the agent */
	uint64_t sample_period_ns;
	const volatile bool *interrupted; /* Optional: default NULL, nothing interrupts it. */
};

/* The same by an agent, at the server's address of the flow's network. What the agent's host has
 * set is added to the settings of the network. An agent that is lost once the load has begun is a
 * server that does not run (server_end_runs), of which no more is known. */
int server_end_serve_by_agent(struct server_end *end, const struct load_flow *flow,
	const struct server_program_spec *spec, const struct server_agent_spec *agent,
	struct network *network, struct error *error);

/* Lists what listens; only on this host. Returns 0 or -1. */
int server_end_listeners(
	const struct server_end *end, struct listeners *listeners, struct error *error);

/* Reads what is read before the load. Returns 0 or -1. */
int server_end_begin(struct server_end *end, struct error *error);

/* The load is about to begin. Looks are due from now on. Returns 0 or -1. */
int server_end_arm(struct server_end *end, const struct server_end_load *load, struct error *error);

/* Looks at descriptors. Returns whether server_end_look_near is due each millisecond. */
bool server_end_look_first(struct server_end *end);
void server_end_look_near(struct server_end *end);

/* A turn of the load. `is_late`: the client has closed connections late. Returns 0 or -1. */
int server_end_look(struct server_end *end, bool is_late, struct error *error);

/* What its threads do, and which of its processes are stopped. */
void server_end_look_at_program(struct server_end *end);

/* Whether the server runs, as it was last seen. */
bool server_end_runs(struct server_end *end);

/* How it ended. Only after its end. */
void server_end_describe(struct server_end *end, char *text, size_t size);

/* CPU time of its processes so far; 0: it is told behind the report (server_end_samples). Asked by
 * another thread, too. */
uint64_t server_end_cpu_ns(struct server_end *end);

/* The load is over. Returns 0 or -1. */
int server_end_load_is_over(struct server_end *end, struct error *error);

/* A look at what accept(2) has not taken, before the load and behind it. Returns how many
 * connections wait, or -1. */
int64_t server_end_waiting(struct server_end *end, struct error *error);

/* Of a sample that was read in this process: fills in what the end itself has read, at
 * server_end_begin or the last server_end_waiting, where this process has not. */
void server_end_sample(const struct server_end *end, struct sample *sample);

/* All is closed, or has been waited for long enough. Returns 0 or -1. */
int server_end_settled(struct server_end *end, struct error *error);

/* Reads what is read at the end; `still_open` are the sockets of the load that are not closed. The
 * report is whole then. Returns 0 or -1. */
int server_end_report(
	struct server_end *end, const struct held_sockets *still_open, struct error *error);

/* What is open at the end itself is added, where this process has not seen it. */
void server_end_open(const struct server_end *end, struct census_open *open);

/* The same as server_end_sample, of the samples of the load; behind the report. */
void server_end_samples(const struct server_end *end, struct sample *samples, size_t count);

/* SIGTERM, then SIGKILL. Returns 0 when it exited with status 0, or is a third party's. */
int server_end_stop(struct server_end *end);

void server_end_clear(struct server_end *end);

#endif
