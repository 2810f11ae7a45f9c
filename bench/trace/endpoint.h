/* Address and port of one end of a connection, in few bytes: there may be a million. */
#ifndef BENCH_TRACE_ENDPOINT_H
#define BENCH_TRACE_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Room for "[…]:65535" with the longest IPv6 address. */
#define ENDPOINT_TEXT_SIZE 56

struct endpoint {
	uint32_t host[4]; /* as in6_addr's words; an IPv4 address is the first, the others are 0 */
	uint16_t port;
	uint8_t is_ipv6;
	uint8_t unused; /* 0: endpoints are compared and hashed as bytes */
};

static inline bool endpoint_equals(const struct endpoint *a, const struct endpoint *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* For a person: "127.0.0.1:80", "[::1]:80". Returns `text`. */
const char *endpoint_text(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_SIZE]);

/* For a program: host and port with a colon between them, "::1:80". What follows the last colon is
 * the port. Returns `text`. */
const char *endpoint_plain_text(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_SIZE]);

/* What endpoint_plain_text() wrote. Returns false, and an endpoint of zeros, where it is none. */
bool endpoint_parse(const char *text, struct endpoint *endpoint);

#endif
