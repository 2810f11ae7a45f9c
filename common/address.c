#include "common/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct address address_ipv4(struct in_addr host, uint16_t port)
{
	struct address address = {.length = sizeof(struct sockaddr_in)};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&address.storage;
	v4->sin_family = AF_INET;
	v4->sin_addr = host;
	v4->sin_port = htons(port);
	return address;
}

struct address address_ipv6(const struct in6_addr *host, uint16_t port)
{
	struct address address = {.length = sizeof(struct sockaddr_in6)};
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address.storage;
	v6->sin6_family = AF_INET6;
	v6->sin6_addr = *host;
	v6->sin6_port = htons(port);
	return address;
}

int address_parse_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || value > UINT16_MAX)
		return -1;
	*port = (uint16_t)value;
	return 0;
}

static bool is_of_link(const struct in6_addr *host)
{
	return IN6_IS_ADDR_LINKLOCAL(host) || IN6_IS_ADDR_MC_LINKLOCAL(host);
}

/* A link by its name or number; of nothing but a link-local address. Returns 0 or -1. */
static int scope_parse(const char *text, struct sockaddr_in6 *v6)
{
	char *end;
	if (!is_of_link(&v6->sin6_addr))
		return -1;
	v6->sin6_scope_id = if_nametoindex(text);
	if (v6->sin6_scope_id != 0)
		return 0;
	unsigned long value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || value == 0 || value > INT32_MAX)
		return -1;
	v6->sin6_scope_id = (uint32_t)value;
	return 0;
}

/* Parses what brackets enclose: "::1", "fe80::1%eth0". */
static int ipv6_parse(char *text, struct sockaddr_in6 *v6)
{
	char *percent = strchr(text, '%');
	if (percent)
		*percent = '\0';
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1)
		return -1;
	return percent ? scope_parse(percent + 1, v6) : 0;
}

/* Parses a host: "127.0.0.1" or "[::1]". */
static int host_parse(char *text, struct address *address)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&address->storage;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address->storage;
	size_t length = strlen(text);
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		address->length = sizeof(*v4);
		return 0;
	}
	if (text[0] != '[' || text[length - 1] != ']')
		return -1;
	text[length - 1] = '\0';
	v6->sin6_family = AF_INET6;
	address->length = sizeof(*v6);
	return ipv6_parse(text + 1, v6);
}

int address_parse(const char *text, struct address *address)
{
	char host[ADDRESS_TEXT_SIZE] = "";
	struct address parsed = {.length = 0};
	uint16_t port;
	const char *colon = strrchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;
	if (length == 0 || length >= sizeof(host))
		return -1;
	memcpy(host, text, length);
	if (host_parse(host, &parsed) == -1 || address_parse_port(colon + 1, &port) == -1)
		return -1;
	address_set_port(&parsed, port);
	*address = parsed;
	return 0;
}

const uint8_t *address_bytes(const struct address *address, size_t *size)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->storage;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->storage;
	bool is_v6 = address_family(address) == AF_INET6;
	*size = is_v6 ? sizeof(v6->sin6_addr) : sizeof(v4->sin_addr);
	return is_v6 ? (const uint8_t *)&v6->sin6_addr : (const uint8_t *)&v4->sin_addr;
}

uint16_t address_port(const struct address *address)
{
	return ntohs(address_family(address) == AF_INET6
			     ? ((const struct sockaddr_in6 *)&address->storage)->sin6_port
			     : ((const struct sockaddr_in *)&address->storage)->sin_port);
}

void address_set_port(struct address *address, uint16_t port)
{
	if (address_family(address) == AF_INET6)
		((struct sockaddr_in6 *)&address->storage)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)&address->storage)->sin_port = htons(port);
}

static uint32_t scope_id(const struct address *address)
{
	bool is_v6 = address_family(address) == AF_INET6;
	return is_v6 ? ((const struct sockaddr_in6 *)&address->storage)->sin6_scope_id : 0;
}

bool address_lacks_link(const struct address *address)
{
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->storage;
	return address_family(address) == AF_INET6 && v6->sin6_scope_id == 0 &&
	       is_of_link(&v6->sin6_addr);
}

bool address_equals(const struct address *a, const struct address *b)
{
	size_t size;
	const uint8_t *bytes = address_bytes(a, &size);
	return address_family(a) == address_family(b) && address_port(a) == address_port(b) &&
	       memcmp(bytes, address_bytes(b, &size), size) == 0 && scope_id(a) == scope_id(b);
}

const char *address_host(const struct address *address, char text[INET6_ADDRSTRLEN])
{
	size_t size;
	if (!inet_ntop(
		    address_family(address), address_bytes(address, &size), text, INET6_ADDRSTRLEN))
		text[0] = '\0';
	return text;
}

const char *address_url_host(const struct address *address, char text[ADDRESS_TEXT_SIZE])
{
	char host[INET6_ADDRSTRLEN], link[IF_NAMESIZE];
	uint32_t scope = scope_id(address);
	address_host(address, host);
	if (address_family(address) != AF_INET6)
		snprintf(text, ADDRESS_TEXT_SIZE, "%s", host);
	else if (scope == 0)
		snprintf(text, ADDRESS_TEXT_SIZE, "[%s]", host);
	else if (if_indextoname(scope, link))
		snprintf(text, ADDRESS_TEXT_SIZE, "[%s%%%s]", host, link);
	else
		snprintf(text, ADDRESS_TEXT_SIZE, "[%s%%%u]", host, scope);
	return text;
}

const char *address_text(const struct address *address, char text[ADDRESS_TEXT_SIZE])
{
	size_t length = strlen(address_url_host(address, text));
	snprintf(text + length, ADDRESS_TEXT_SIZE - length, ":%u", (unsigned)address_port(address));
	return text;
}
