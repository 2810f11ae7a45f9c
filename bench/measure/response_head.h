/* The head of an HTTP/1 response, from the first bytes of a packet: its status, and how long the
 * response is. */
#ifndef BENCH_MEASURE_RESPONSE_HEAD_H
#define BENCH_MEASURE_RESPONSE_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESPONSE_STATUS_MAX 600

struct response_head {
	bool is_head;    /* the bytes begin with a status line of HTTP/1 */
	unsigned status; /* of the final response, where interim ones (1xx) come before it */
	bool is_whole;   /* the empty line behind it is there; what follows is known only then */
	uint32_t bytes;  /* up to and with that line, interim responses in it */
	bool has_length; /* Content-Length, or a status that has no body */
	bool is_chunked; /* the last chunk ends the body (RFC 9112, section 7.1) */
	uint64_t length; /* of the body; of a response to HEAD it is another's */
	bool closes;     /* it announces that the server closes behind it (RFC 9112, section 9.6) */
};

struct response_head response_head_parse(const uint8_t *bytes, size_t size);

#endif
