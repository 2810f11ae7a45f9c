/* A client behaviour: what one client does on a connection, from the handshake to its end, step by
 * step. A constant table in a file of its own, as a strategy is; the strategy says how the server
 * closes, and how a client does that follows it. skeleton.c is the manual. */
#ifndef BENCH_LOAD_CLIENTS_BEHAVIOUR_H
#define BENCH_LOAD_CLIENTS_BEHAVIOUR_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum client_verb {
	CLIENT_NOTHING,      /* behind the last step */
	CLIENT_SEND,         /* sends the request, and reads nothing meanwhile */
	CLIENT_SEND_SLOWLY,  /* the same, a few bytes at a time */
	CLIENT_SEND_SURPLUS, /* sends bytes that begin no request */
	CLIENT_SHUT,         /* shutdown(SHUT_WR): our FIN */
	CLIENT_READ,         /* reads until each request has its whole response */
	CLIENT_READ_BEGIN,   /* reads the first bytes of a response */
	CLIENT_READ_SLOWLY,  /* CLIENT_READ, a few bytes at a time */
	CLIENT_THINK,        /* pauses, where another request is to follow */
	CLIENT_AGAIN,        /* goes back to the first step while requests are left */
	CLIENT_AWAIT_FIN,    /* reads and discards until the end of stream */
	CLIENT_HOLD,         /* does nothing until the load ends, whatever comes */
	/* The last step of a connection is one of these. */
	CLIENT_FOLLOW, /* closes as the strategy's client end says */
	CLIENT_CLOSE,  /* close(2) */
	CLIENT_RESET,  /* SO_LINGER{1,0}, close(2): RST */
	CLIENT_VANISH, /* is gone without a segment (TCP_REPAIR, tcp(7)) */
	CLIENT_VERBS,
};

#define CLIENT_STEPS_MAX 6

struct client_behaviour {
	/* In kebab-case. Required. */
	const char *name;
	/* One sentence. Required. */
	const char *summary;
	/* Required. */
	enum client_verb steps[CLIENT_STEPS_MAX + 1];
	/* Requests on one connection, where --requests-per-connection does not say.
	 * Optional: default the strategy's own. */
	uint32_t exchanges;
	/* What N is in NAME=N, and N where it is not said. Optional: default it has no N. */
	const char *parameter;
	uint32_t parameter_default;
	/* N requests are sent at once. Optional: default one. */
	bool is_pipelined;
	/* What it shows is a server that refuses its request before it is whole: a matrix has it
	 * send more than the server takes. Optional: default it need not be refused. */
	bool meets_refusal;
	/* No request says Connection: close, not even the last one. Optional: default the last one
	 * says so where the server is a third party's. */
	bool is_unannounced;
	/* The request is of HTTP/1.0. Optional: default 1.1. */
	bool is_http10;
	/* Over TLS it reads one record at a time, and nothing behind the one that it needs.
	 * Optional: default what has come, whole records or not. */
	bool reads_records;
	/* SO_RCVBUF, bytes. Optional: default the kernel's own. */
	int receive_buffer;
};

/* Every behaviour. */
extern const struct client_behaviour *const client_behaviours[];
extern const size_t client_behaviour_count;

/* Returns NULL with `error`, which names the nearest one. */
const struct client_behaviour *client_behaviour_find(const char *name, struct error *error);

/* Whether the client closes as the strategy says. */
bool client_behaviour_follows(const struct client_behaviour *behaviour);

/* Whether the client pauses between its requests. */
bool client_behaviour_thinks(const struct client_behaviour *behaviour);

/* Whether the client may send more than one request on a connection. */
bool client_behaviour_asks_again(const struct client_behaviour *behaviour);

/* Whether the client sends its FIN ahead of the response. */
bool client_behaviour_half_closes(const struct client_behaviour *behaviour);

/* Whether the client is there until the load ends. */
bool client_behaviour_holds(const struct client_behaviour *behaviour);

/* Whether the client leaves the end to the server, or to the load's end: it holds its connection,
 * or asks for nothing. */
bool client_behaviour_stays(const struct client_behaviour *behaviour);

/* Whether the builtin loader's workers do just this. */
bool client_behaviour_is_plain(const struct client_behaviour *behaviour);

#endif
