/* HTTP/1.1, one request at a time: passes requests through strict.h, and appends
 * the responses to the worker's output. Knows nothing of sockets. */
#ifndef SERVER_HTTP_HTTP1_H
#define SERVER_HTTP_HTTP1_H

#include "server/http/output_buffer.h"
#include "server/http/response_head.h"
#include "server/http/strict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A body up to this size is copied behind its head; a larger one is left to `pattern_left`. */
#define HTTP1_BODY_COPY_MAX 16384
/* The room that http1_parse needs in the output beside the size of its input. A chunk that is cut
 * by the input's end needs a head of its own: hence the last term. */
#define HTTP1_ROOM (RESPONSE_HEAD_MAX + HTTP1_BODY_COPY_MAX + 64)

/* What the connections of one worker share. */
struct http1_service {
	struct strict_limits limits;
	uint64_t response_bytes;
	struct output_buffer *output;
	struct response_head_cache *heads;
	/* Writes at most `size` bytes of /metrics, and returns how many. Optional: default, there
	 * is no /metrics. */
	size_t (*metrics)(void *owner, char *text, size_t size);
	void *owner;
};

enum http1_event {
	HTTP1_MORE,     /* The input was used; the request is not complete. */
	HTTP1_COMPLETE, /* A request is complete, and the response was appended to its end. */
	HTTP1_REFUSED,  /* The answer is an error and the connection's last. */
	HTTP1_BROKEN,   /* The input is wrong, but a part of the response is on its way. */
};

enum http1_route {
	ROUTE_UNKNOWN,
	ROUTE_BYTES,
	ROUTE_METRICS,
	ROUTE_SERVER, /* of no path: OPTIONS * */
};

/* A request under way, and what its response needs. Begins as all zero, and is so again, but for
 * the first fields, when the request has ended. */
struct http1 {
	/* Set by the owner before each parse: the response is the last. */
	bool must_close;
	/* The response is the connection's last. */
	bool last;
	/* What is left of a generated body, to be sent after the output: the owner takes it. */
	uint64_t pattern_left;
	/* The request's head is complete. */
	bool in_body;
	/* The rest is http1.c's own. */
	bool head_only, head_written, committed;
	uint8_t route;
	uint32_t response_at;
	uint64_t route_bytes;
	struct strict strict;
};

/* Parses up to the end of one request; `length` is not 0. `used` tells how much of the input was
 * used. */
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
