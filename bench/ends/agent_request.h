/* What the other side of an agent may say: one JSON object a line. Each word has its own fields,
 * within bounds; anything else is refused. A field is a number or a short text, and a strategy is
 * named: no request holds a command, a path, or what the server is to read. */
#ifndef BENCH_ENDS_AGENT_REQUEST_H
#define BENCH_ENDS_AGENT_REQUEST_H

#include "common/error.h"

#include <stddef.h>
#include <stdint.h>

#define AGENT_PROTOCOL 1

enum agent_word {
	AGENT_HELLO,
	AGENT_PING,
	AGENT_OPEN,
	AGENT_SERVE,
	AGENT_LOAD,
	AGENT_ARM,
	AGENT_BEAT,
	AGENT_STOP,
	AGENT_SETTLE,
	AGENT_REPORT,
	AGENT_CLOSE,
	AGENT_WORDS
};

extern const char *const agent_words[AGENT_WORDS];

/* The fields of all words, of which a request fills its own; others are 0. */
struct agent_request {
	enum agent_word word;
	uint64_t protocol; /* of hello */
	/* Of serve; of open, if its requirements are to be met: "": of none. */
	char strategy[64];
	/* Of serve: where it listens. */
	char address[64]; /* without a port */
	uint64_t port;
	uint64_t threads, requests_per_connection, response_bytes;
	uint64_t keep_alive_ns, max_body_bytes; /* 0: the server's own */
	uint64_t tls;                           /* 1: it speaks TLS */
	uint64_t sample_period_ns;              /* of load */
	/* Of arm. */
	uint64_t connections; /* that the load may have open */
	uint64_t timeout_ns;  /* the client's; 0: quiet connections are not looked for */
	/* Of beat: the client has closed connections late. */
	uint64_t closes_late;
};

/* Of a line of a request, with its end. */
#define AGENT_REQUEST_SIZE 1024

/* Writes the request as a line, with its end. Returns its length; 0 where there is no memory. */
size_t agent_request_text(const struct agent_request *request, char line[AGENT_REQUEST_SIZE]);

/* Reads a line, without its end. Returns 0; or -1 and why it is refused. */
int agent_request_parse(
	const char *line, size_t length, struct agent_request *request, struct error *error);

#endif
