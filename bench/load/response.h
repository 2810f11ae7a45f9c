/* One HTTP response as the loader reads it: how many bytes were promised, how many came, and
 * whether it is complete. */
#ifndef BENCH_LOAD_RESPONSE_H
#define BENCH_LOAD_RESPONSE_H

#include <llhttp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum response_status {
	RESPONSE_MORE,
	RESPONSE_DONE,
	RESPONSE_BROKEN, /* not HTTP, or cut off in the middle */
};

struct response {
	llhttp_t parser;
	bool head_seen, complete, keep_alive, verify, corrupt;
	/* Bytes of body: announced (head_seen; of a response without a length: what came),
	 * received. */
	uint64_t promised, received;
};

/* With `verify` every byte of the body is compared with the pattern. */
void response_init(struct response *response, bool verify);

enum response_status response_parse(struct response *response, const char *data, size_t size);

/* The peer's end of stream: completes a response that has no length. */
enum response_status response_end(struct response *response);

/* Whether its status is 2xx. */
bool response_is_success(const struct response *response);

#endif
