/* Heads of responses. */
#ifndef SERVER_HTTP_RESPONSE_HEAD_H
#define SERVER_HTTP_RESPONSE_HEAD_H

#include "server/http/output_buffer.h"

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

struct response_head {
	unsigned status;
	const char *type;
	uint64_t length;
	bool chunked; /* instead of a length */
	enum response_connection connection;
};

/* What heads have in common. */
struct response_head_cache {
	/* The line "Date: …" (RFC 9110, 6.6.1), formatted once a second. */
	uint64_t due_ns;
	char date[64];
	/* The last head, and of what response: most are like the one before. */
	struct response_head last;
	uint32_t last_length; /* 0: none since the date has changed */
	char last_bytes[RESPONSE_HEAD_MAX];
};

void response_head_refresh(struct response_head_cache *heads, uint64_t now_ns);

/* Appends a head. `type` of the response lives as long as `heads`. */
void response_head_append(struct output_buffer *out, const struct response_head *response,
	struct response_head_cache *heads);

/* "404 Not Found", for the statuses that this server gives. */
const char *response_head_status(unsigned status);

#endif
