/* HTTP/1.1, one request at a time: parses requests with request_parser.h, and appends responses to
 * the worker's output buffer. Knows no socket. */
#ifndef SERVER_HTTP_HTTP1_H
#define SERVER_HTTP_HTTP1_H

#include "server/http/output_buffer.h"
#include "server/http/request_parser.h"
#include "server/http/response_head.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A generated body up to this size is copied behind its head; a larger one is left to
 * `pattern_left`. */
#define HTTP1_BODY_COPY_MAX 16384
/* The room that http1_parse needs in the output buffer, beside the size of its input. The last
 * term: a chunk that the end of the input cuts needs a second chunk size. */
#define HTTP1_ROOM (RESPONSE_HEAD_MAX + HTTP1_BODY_COPY_MAX + 64)

/* What the connections of one worker share. */
struct http1_service {
	struct request_limits limits;
	uint64_t response_bytes;     /* of / */
	uint64_t response_bytes_max; /* of /bytes/N */
	struct output_buffer *output;
	struct response_head_cache *heads;
	/* Writes at most `size` bytes of /metrics, and returns how many. Optional: default /metrics
	 * is not found. */
	size_t (*metrics)(void *owner, char *text, size_t size);
	void *owner;
	/* GET and HEAD of /metrics are all that is answered, and a request with a body is refused
	 * before that comes. Optional: default false. */
	bool metrics_only;
};

enum http1_event {
	HTTP1_MORE,     /* The input was used; the request is not complete. */
	HTTP1_COMPLETE, /* A request is complete, and its response was appended to the end. */
	HTTP1_REFUSED,  /* The response is an error, and the connection's last one. */
	HTTP1_BROKEN,   /* The input is wrong, but a part of the response was sent already. */
};

enum http1_route {
	ROUTE_UNKNOWN,
	ROUTE_BYTES,
	ROUTE_METRICS,
	ROUTE_SERVER, /* of the server itself: OPTIONS * */
};

/* A request that is being parsed, and what its response needs. All zero at first; when a request
 * has ended, the struct is ready for the next one. */
struct http1 {
	/* The owner sets it before each parse: this response is the last one. */
	bool must_close;
	/* Set by http1_parse: the response is the connection's last one. */
	bool last;
	/* Bytes of a generated body, to be sent after the output buffer. The owner takes the number
	 * and sets it to 0. */
	uint64_t pattern_left;
	/* The request's head is complete. */
	bool in_body;
	/* The other fields are for http1.c and handler.c only. */
	bool head_only, head_written, committed;
	uint8_t route;
	uint32_t response_at;
	uint64_t route_bytes;
	struct request_parser parser;
};

/* Parses up to the end of one request. `length` is not 0; `used` returns how many bytes of the
 * input were used. */
enum http1_event http1_parse(struct http1 *h, const struct http1_service *service, const char *data,
	size_t length, size_t *used);

/* Appends an error response to the request. Returns HTTP1_REFUSED; or HTTP1_BROKEN when a part of
 * its response was sent already. */
enum http1_event http1_refuse(
	struct http1 *h, const struct http1_service *service, unsigned status);

/* The output buffer was sent: the part of a response that it held cannot be taken back. */
static inline void http1_commit(struct http1 *h)
{
	h->committed = true;
}

/* Whether a part of the response was sent, while the request is not complete. */
static inline bool http1_has_begun_response(const struct http1 *h)
{
	return h->head_written && h->committed;
}

#endif
