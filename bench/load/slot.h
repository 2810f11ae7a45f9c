/* A slot holds one connection after the other, from connect(2) to its close, and tells its lane's
 * tally what each came to. It is never given up: after a failed connect(2) it backs off and tries
 * again. */
#ifndef BENCH_LOAD_SLOT_H
#define BENCH_LOAD_SLOT_H

#include "bench/load/lane.h"
#include "bench/load/response.h"
#include "strategies/core/executor.h"

#include <stdbool.h>
#include <stdint.h>

struct slot {
	struct teardown connection; /* first: its timer leads back to the slot */
	struct slot *next_ready, *next_glanced;
	struct response response;
	uint64_t intended_ns; /* when the connection was to begin; closed loop: started_ns */
	uint64_t started_ns;  /* connect(2) is called */
	uint64_t returned_ns; /* connect(2) has returned */
	uint64_t request_ns;  /* first byte of the request under way */
	uint64_t done_ns;     /* last byte of the last response */
	const struct loader_request *request;
	size_t request_sent;
	uint32_t interest; /* the epoll events that are registered; 0: none */
	uint32_t refusals; /* failed connects in a row */
	bool glanced;      /* is among the lane's glances */
	bool connected, in_exchange, delivered, reset_seen;
	bool counted; /* open loop: begun inside the window, so that its latencies count */
};

/* Begins the lane's next connection in a slot that has none. In a closed loop its request is sent
 * together with those of others: once enough wait, or by the lane's next batch_send. */
void slot_start(struct lane *lane, struct slot *slot);

/* Sends the first request of a connection whose connect(2) has returned. */
void slot_ask(struct lane *lane, struct slot *slot);

/* epoll(7) reported `events` for the slot's descriptor. */
void slot_event(struct lane *lane, struct slot *slot, uint32_t events);

/* Registers with epoll(7) what the slot waits for now. */
void slot_watch(struct lane *lane, struct slot *slot);

/* Looks whether the first response has come, and the server's FIN where that is waited for, without
 * having been told. Returns false when either has not; what the slot then waits for is registered.
 */
bool slot_look(struct lane *lane, struct slot *slot);

/* The slot's timer expired. */
void slot_expired(struct lane *lane, struct slot *slot);

/* Closes what is under way and counts it as timed out. */
void slot_abandon(struct lane *lane, struct slot *slot);

/* Whether it says that the peer sent an RST. */
bool error_is_reset(int error);

/* For exchange.c. The first of these tells what the handshake took, the others that the connection
 * is over: failed before it was established, failed, or closed. */
void slot_connected(struct lane *lane, struct slot *slot, uint64_t at_ns);
void slot_connect_failed(struct lane *lane, struct slot *slot, int error);
void slot_fail(struct lane *lane, struct slot *slot, int error, enum outcome outcome);
void slot_finish(struct lane *lane, struct slot *slot, enum outcome outcome);
void slot_latency(struct lane *lane, const struct slot *slot, enum latency kind, uint64_t from_ns,
	uint64_t to_ns);

#endif
