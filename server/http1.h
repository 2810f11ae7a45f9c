/* HTTP/1.1 on one connection: parses requests (llhttp, strict), and appends the responses to the
 * worker's output. Knows nothing of sockets. */
#ifndef SERVER_HTTP1_H
#define SERVER_HTTP1_H

#include "server/output.h"
#include "server/response.h"

#include <llhttp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most that a request's head (or a chunk's, or the trailers) and its target take. */
#define HTTP1_HEAD_MAX 16384
#define HTTP1_TARGET_MAX 8192

/* A body up to this size is copied behind its head; a larger one is left to `pattern_left`. */
#define HTTP1_BODY_COPY_MAX 16384
/* The room that http1_parse needs in the output beside the size of its input. A chunk that is cut
 * by the input's end needs a head of its own: hence the last term. */
#define HTTP1_ROOM (RESPONSE_HEAD_MAX + HTTP1_BODY_COPY_MAX + 64)

/* What the connections of one worker share. */
struct http1_service {
	uint64_t response_bytes;
	struct output *output;
	const struct response_date *date;
	/* Writes at most `size` bytes of /metrics, and returns how many. */
	size_t (*metrics)(void *owner, char *text, size_t size);
	void *owner;
};

enum http1_event {
	HTTP1_MORE,     /* The input was used; the request is not complete. */
	HTTP1_ANSWERED, /* A request is complete, and the response was appended to its end. */
	HTTP1_REFUSED,  /* The answer is an error and the connection's last. */
	HTTP1_BROKEN,   /* The input is wrong, but a part of the response is on its way. */
};

enum http1_target {
	HTTP1_TARGET_START,
	HTTP1_TARGET_SCHEME,
	HTTP1_TARGET_AUTHORITY,
	HTTP1_TARGET_PATH,
	HTTP1_TARGET_QUERY,
};

struct http1 {
	llhttp_t parser; /* first: its callbacks find the rest */
	/* What is left of a generated body, to be sent after the output. The owner counts it down.
	 */
	uint64_t pattern_left;
	uint32_t pattern_offset; /* wraps where the pattern does */
	/* Set by the owner before each parse: the next response is the last. */
	bool must_close;
	/* Of the last request whose head was parsed: its response is the connection's last. */
	bool last;
	/* A request has begun and is not complete. */
	bool begun;
	/* Its head is complete. */
	bool in_body;
	/* The rest is http1.c's own. */
	bool has_body, head_only, head_written, committed, progress;
	uint8_t target;
	uint8_t slashes;
	uint8_t path_length;
	uint16_t status;
	uint16_t target_bytes;
	uint16_t framing_bytes;
	char path[28]; /* the longest that is known: /bytes/ and 20 digits */
	uint32_t response_at;
	uint64_t body_bytes;
};

/* `h` is all zero. */
void http1_init(struct http1 *h);

/* Parses up to the end of one request. `used` tells how much of the input was used. */
enum http1_event http1_parse(struct http1 *h, const struct http1_service *service, const char *data,
	size_t length, size_t *used);

/* Appends an error answer to the request at hand. Returns HTTP1_REFUSED, or HTTP1_BROKEN when it is
 * too late for one. */
enum http1_event http1_refuse(
	struct http1 *h, const struct http1_service *service, unsigned status);

/* The output was taken away: what is written of a response cannot be taken back. */
static inline void http1_commit(struct http1 *h)
{
	h->committed = true;
}

#endif
