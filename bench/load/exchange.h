/* One request and its response on a socket. Each function says what happened; what that means for
 * the connection is for connection.c to say. */
#ifndef BENCH_LOAD_EXCHANGE_H
#define BENCH_LOAD_EXCHANGE_H

#include "bench/load/builtin_loader_spec.h"
#include "bench/load/response.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum exchange_status {
	EXCHANGE_AGAIN,  /* nothing has come */
	EXCHANGE_MORE,   /* bytes have come; the response goes on */
	EXCHANGE_DONE,   /* the response is whole */
	EXCHANGE_BROKEN, /* what has come is no HTTP */
	EXCHANGE_CUT,    /* end of stream in the middle of the response, or before it */
	EXCHANGE_FAILED, /* recv(2) failed, with errno */
};

struct exchange {
	const struct loader_request *request;
	size_t sent;       /* bytes of the request that the kernel has taken */
	uint64_t begun_ns; /* about to send the first byte */
	bool under_way;    /* begun, and not yet counted */
	struct response response;
};

/* `known` and `verify`: response_init. */
void exchange_begin(struct exchange *exchange, const struct loader_request *request,
	struct known_head *known, bool verify, uint64_t now_ns);

static inline bool exchange_is_sent(const struct exchange *exchange)
{
	return exchange->sent == exchange->request->size;
}

/* Sends what the kernel takes of a request that is not sent yet. Returns how many bytes it took
 * (0: none now), or -1 with errno. */
ssize_t exchange_send(struct exchange *exchange, int fd);

/* Takes bytes of the response. */
enum exchange_status exchange_parse(struct exchange *exchange, const char *bytes, size_t size);

/* The server's stream has ended. */
enum exchange_status exchange_end(struct exchange *exchange);

/* Reads once, into `buffer`. `*received`: how many bytes. */
enum exchange_status exchange_receive(
	struct exchange *exchange, int fd, char *buffer, size_t size, size_t *received);

#endif
