/* Heads of responses. */
#ifndef SERVER_RESPONSE_H
#define SERVER_RESPONSE_H

#include "server/output.h"

#include <stdbool.h>
#include <stdint.h>

/* The most that a head takes. */
#define RESPONSE_HEAD_MAX 512

/* What the response says of the connection. */
enum response_connection {
	RESPONSE_PERSISTS,   /* nothing: HTTP/1.1's default */
	RESPONSE_KEEP_ALIVE, /* to a client of HTTP/1.0 that asked for it */
	RESPONSE_CLOSE,
};

struct response {
	unsigned status;
	const char *type;
	uint64_t length;
	bool chunked; /* instead of a length */
	enum response_connection connection;
};

/* A line "Date: …" (RFC 9110, 6.6.1), formatted once a second. */
struct response_date {
	uint64_t due_ns;
	char line[64];
};

void response_date_refresh(struct response_date *date, uint64_t now_ns);

void response_head(
	struct output *out, const struct response *response, const struct response_date *date);

/* "404 Not Found", for the statuses that this server gives. */
const char *response_status(unsigned status);

#endif
