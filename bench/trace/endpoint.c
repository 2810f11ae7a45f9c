#include "bench/trace/endpoint.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

bool endpoint_equals(const struct endpoint *a, const struct endpoint *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static const char *endpoint_write(
	const struct endpoint *endpoint, const char *format, char text[ENDPOINT_TEXT_SIZE])
{
	char host[INET6_ADDRSTRLEN];
	inet_ntop(endpoint->is_ipv6 ? AF_INET6 : AF_INET, endpoint->host, host, sizeof(host));
	/* The format is one of the two below. */
	snprintf(text, ENDPOINT_TEXT_SIZE, format, host, endpoint->port);
	return text;
}

const char *endpoint_text(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_SIZE])
{
	return endpoint_write(endpoint, endpoint->is_ipv6 ? "[%s]:%u" : "%s:%u", text);
}

const char *endpoint_plain_text(const struct endpoint *endpoint, char text[ENDPOINT_TEXT_SIZE])
{
	return endpoint_write(endpoint, "%s:%u", text);
}
