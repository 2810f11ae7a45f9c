/* host [ ":" port ] (RFC 3986, 3.2.2 and 3.2.3), byte by byte: the value of Host, and what stands
 * in a target. User information is no part of it (RFC 9110, 4.2.4). */
#ifndef SERVER_HTTP_AUTHORITY_H
#define SERVER_HTTP_AUTHORITY_H

#include "server/http/octet.h"

#include <stdbool.h>
#include <stdint.h>

/* Begins as all zero. */
struct authority {
	uint8_t state;
	bool has_port; /* and it is not empty */
	uint32_t port;
};

/* Takes the next bytes; `word` is the authority's own meanwhile. Returns false when one cannot
 * stand there. */
bool authority_take(struct authority *a, struct word *word, const char *at, const char *end);

/* True when the bytes up to here are whole: a host that is not empty, and a port below 65536, if
 * any. */
bool authority_is_whole(const struct authority *a);

/* True when there was no byte. */
bool authority_is_empty(const struct authority *a);

#endif
