/* Response heads: status line and fields. */
#ifndef SERVER_HTTP_RESPONSE_HEAD_H
#define SERVER_HTTP_RESPONSE_HEAD_H

#include "server/http/output_buffer.h"

#include <stdbool.h>
#include <stdint.h>

/* The size of the largest head. */
#define RESPONSE_HEAD_MAX 512

/* The Connection field of a response. */
enum response_connection {
	RESPONSE_PERSISTS,   /* no field: HTTP/1.1's default */
	RESPONSE_KEEP_ALIVE, /* for a client of HTTP/1.0 that asked for it */
	RESPONSE_CLOSE,
};

struct response_head {
	unsigned status;
	const char *type;
	uint64_t length;
	bool chunked; /* Transfer-Encoding: chunked in place of `length` */
	enum response_connection connection;
};

/* What the heads of one worker have in common. */
struct response_head_cache {
	/* The line "Date: …" (RFC 9110, 6.6.1), formatted once a second. */
	uint64_t due_ns;
	char date[64];
	/* The last head, and what it was made from: most heads equal the one before. */
	struct response_head last;
	uint32_t last_length; /* 0: no head since the date changed */
	char last_bytes[RESPONSE_HEAD_MAX];
};

void response_head_refresh(struct response_head_cache *heads, uint64_t now_ns);

/* Appends a head. The text at `type` lives as long as `heads`. */
void response_head_append(struct output_buffer *out, const struct response_head *response,
	struct response_head_cache *heads);

/* The status code and reason phrase, such as "404 Not Found", of the statuses that the server
 * sends. */
const char *response_head_status(unsigned status);

#endif
