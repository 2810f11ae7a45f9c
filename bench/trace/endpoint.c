#include "bench/trace/endpoint.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

bool endpoint_parse(const char *text, struct endpoint *endpoint)
{
	char host[INET6_ADDRSTRLEN];
	const char *colon = strrchr(text, ':');
	*endpoint = (struct endpoint){0};
	size_t length = colon ? (size_t)(colon - text) : 0;
	if (length == 0 || length >= sizeof(host))
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	endpoint->is_ipv6 = strchr(host, ':') != NULL;
	endpoint->port = (uint16_t)strtoul(colon + 1, NULL, 10);
	if (inet_pton(endpoint->is_ipv6 ? AF_INET6 : AF_INET, host, endpoint->host) == 1)
		return true;
	*endpoint = (struct endpoint){0};
	return false;
}
