/* host [ ":" port ] (RFC 3986, 3.2.2 and 3.2.3), byte by byte: the value of Host, and the authority
 * of a request target. User information is refused (RFC 9110, 4.2.4). */
#ifndef SERVER_HTTP_AUTHORITY_H
#define SERVER_HTTP_AUTHORITY_H

#include "server/http/octet.h"

#include <stdbool.h>
#include <stdint.h>

/* All zero at first. */
struct authority {
	uint8_t state;
	bool has_port; /* and the port is not empty */
	uint32_t port;
};

/* Takes the next bytes. `word` belongs to the authority meanwhile. Returns false at a byte that is
 * not allowed there. */
bool authority_take(struct authority *a, struct word *word, const char *at, const char *end);

/* Whether the bytes so far are a whole authority: a host that is not empty, and a port below 65536,
 * if any. */
bool authority_is_whole(const struct authority *a);

/* Whether there was no byte. */
bool authority_is_empty(const struct authority *a);

#endif
