/* One connection of the loader, from connect(2) to its close: socket, exchanges, and the strategy's
 * client end through the executor. Each function says how the connection stands afterwards; the
 * worker does what follows from that. What the connection came to is counted here. */
#ifndef BENCH_LOAD_CONNECTION_H
#define BENCH_LOAD_CONNECTION_H

#include "bench/load/builtin_loader_spec.h"
#include "bench/load/event_watch.h"
#include "bench/load/exchange.h"
#include "bench/load/recorder.h"
#include "bench/load/response.h"
#include "bench/load/sealed.h"
#include "bench/load/source_address.h"
#include "common/address.h"
#include "strategies/core/executor.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

/* What all connections of a worker are made with. */
struct connection_context {
	const struct builtin_loader_spec *spec;
	struct address server;
	struct source_address source;
	struct executor executor;
	struct wheel wheel;
	struct recorder recorder;
	struct event_watch events;
	struct known_head known_head;  /* of the response that was learnt last */
	bool hurrying;                 /* the next request asks the server to end the connection */
	int receive_buffer;            /* SO_RCVBUF, bytes; 0: the kernel's own */
	struct sealed_context *sealed; /* owned; NULL: connections are plain */
	char buffer[64 * 1024];
};

/* What every context begins with: whose server, a wheel of that tick, the strategy's executor, and
 * TLS. The source of addresses and the recorder are the caller's. Returns 0, or -1 with `error`. */
int connection_context_init(struct connection_context *context,
	const struct builtin_loader_spec *spec, uint64_t tick_ns, struct error *error);
/* After connection_context_init, whatever it returned; or of a context of zeros. */
void connection_context_finish(struct connection_context *context);

enum connection_status {
	CONNECTION_GOES_ON, /* waits for connection_interest */
	CONNECTION_CLOSED,
	CONNECTION_REFUSED, /* connect(2) failed */
};

struct connection {
	struct teardown teardown;
	struct exchange exchange; /* the one under way, or the last */
	struct sealed *sealed;    /* owned; NULL: plain, or over */
	/* When it was to begin, by_request: the exchange under way; closed loop: started_ns. */
	uint64_t intended_ns;
	/* When the exchange under way, or the last one, was to begin: intended_ns of one that the
	 * schedule wanted and of a connection's first; of others, when the one before was over. */
	uint64_t due_ns;
	uint64_t started_ns;  /* connect(2) is called */
	uint64_t returned_ns; /* connect(2) has returned */
	uint64_t done_ns;     /* last byte of the last response */
	/* How long behind the last bytes the server's FIN came, where that is ENDING_LATE_NS or
	 * more; 0: it did not. */
	uint64_t fin_behind_ns;
	/* The worker's, and kept from one connection to the next. */
	uint32_t refusals; /* failed connects in a row; a connect that succeeds clears them */
	uint32_t interest; /* the epoll events that are registered; 0: none */
	/* How long the exchange took that the window's end cut, and its part of the window; 0: it
	 * cut none, or the loop is open. */
	uint64_t cut_by_end_ns, cut_inside_ns;
	bool is_speculative; /* is among the worker's speculative reads */
	bool connected, delivered, reset_seen;
	bool close_announced; /* by the last response, where more requests were sent ahead of it */
	enum event_group at_event; /* of the latest event; before the first: nothing */
	bool is_idle;              /* by_request: open, and waits for its next request */
	uint32_t ahead;            /* requests that were sent ahead, behind the one under way */
	struct connection *next_ready, *next_speculative;
	LIST_ENTRY(connection) idle;
};

/* Makes the socket and calls connect(2). `intended_ns`: when the schedule of an open loop wanted
 * it; 0: now. */
enum connection_status connection_start(
	struct connection_context *context, struct connection *c, uint64_t intended_ns);

/* Sends the first request, connect(2) having returned. */
enum connection_status connection_ask(struct connection_context *context, struct connection *c);

/* Sends the next request of an idle connection. `intended_ns`: when the schedule wanted it; 0: now.
 */
enum connection_status connection_ask_again(
	struct connection_context *context, struct connection *c, uint64_t intended_ns);

/* Whether the whole request is sent and its response may have come. */
static inline bool connection_awaits_response(const struct connection *c)
{
	return c->connected && exchange_is_sent(&c->exchange);
}

/* epoll(7) reported something of a connection whose handshake had not ended: how did it end? */
enum connection_status connection_finish_connect(
	struct connection_context *context, struct connection *c);

/* epoll(7) reported `events`. */
enum connection_status connection_event(
	struct connection_context *context, struct connection *c, uint32_t events);

/* Looks, without having been told, whether the response has come, and the server's FIN where that
 * is waited for. `*came`: both have. */
enum connection_status connection_look(
	struct connection_context *context, struct connection *c, bool *came);

/* The epoll events that an open connection waits for; 0: none. */
uint32_t connection_interest(const struct connection *c);

/* The timer of a connection that has not ended expired. */
enum connection_status connection_expired(struct connection_context *context, struct connection *c);

/* The worker cannot go on with the connection. */
void connection_fail(struct connection_context *context, struct connection *c, int error);

/* The load is over: closes the connection, which counts as timed out. */
void connection_abandon(struct connection_context *context, struct connection *c);

#endif
