/* One HTTP response as the loader reads it: how many bytes were promised, how many came, and
 * whether it is complete. */
#ifndef BENCH_LOAD_RESPONSE_H
#define BENCH_LOAD_RESPONSE_H

#include "bench/load/framing.h"

#include <llhttp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum response_status {
	RESPONSE_MORE,
	RESPONSE_DONE,
	RESPONSE_BROKEN, /* not HTTP, or cut off in the middle */
};

#define KNOWN_HEAD_MAX 1024

/* The head of a response, and what the parser made of it. A server mostly sends the same one again:
 * then it is compared, not parsed. Learnt from a response that has a length and a body and came
 * whole with one read. To begin with all zeros. */
struct known_head {
	char text[KNOWN_HEAD_MAX];
	size_t size; /* 0: none is known */
	uint64_t promised;
	unsigned status;
	bool keep_alive;
};

struct response {
	llhttp_t parser;
	struct known_head *known;
	const char *body; /* where it begins in what is being parsed; NULL: not there yet */
	unsigned status;
	bool begun;
	bool was_known; /* the parser has seen nothing of it */
	bool complete, keep_alive, verify, corrupt;
	enum response_framing framing;
	/* Bytes of body: announced so far (by the head, by the chunk sizes that came; where the
	 * stream's end ends the body: those that came), received. Never more received. */
	uint64_t promised, received;
	/* Bytes that the read which completed the response brought beyond its end: no request
	 * asked for them. */
	uint64_t surplus;
};

/* With `verify` every byte of the body is compared with the pattern. `known` is shared by all
 * responses of one server, and outlives them. */
void response_init(struct response *response, struct known_head *known, bool verify);

enum response_status response_parse(struct response *response, const char *data, size_t size);

/* The peer's end of stream: completes a response that ends with it. */
enum response_status response_end(struct response *response);

#endif
