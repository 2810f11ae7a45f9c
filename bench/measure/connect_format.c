#include "bench/measure/connect_watch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define NOWHERE SIZE_MAX

/* "	field:__u8 saddr[4];	offset:32;	size:4;	signed:0;" */
static size_t field_offset(const char *text, const char *declared)
{
	const char *found = strstr(text, declared);
	size_t offset;
	if (!found)
		return NOWHERE;
	return sscanf(found + strlen(declared), " offset:%zu;", &offset) == 1 ? offset : NOWHERE;
}

bool connect_format_parse(const char *text, struct connect_format *format)
{
	*format = (struct connect_format){
		.family = field_offset(text, " family;"),
		.port = field_offset(text, " dport;"),
		.source = field_offset(text, " saddr[4];"),
		.destination = field_offset(text, " daddr[4];"),
		.source_ipv6 = field_offset(text, " saddr_v6[16];"),
		.destination_ipv6 = field_offset(text, " daddr_v6[16];"),
	};
	return format->family != NOWHERE && format->port != NOWHERE && format->source != NOWHERE &&
	       format->destination != NOWHERE && format->source_ipv6 != NOWHERE &&
	       format->destination_ipv6 != NOWHERE;
}

static bool bytes_take(const char *raw, size_t length, size_t offset, void *to, size_t size)
{
	if (offset > length || length - offset < size)
		return false;
	memcpy(to, raw + offset, size);
	return true;
}

/* tcp_v6_connect (net/ipv6/tcp_ipv6.c): a socket of IPv6 that connects to a mapped address has its
 * source in the field of IPv4. */
bool connect_sample_read(const struct connect_format *format, const char *raw, size_t length,
	struct connect_record *record)
{
	uint16_t family;
	struct in6_addr to;
	*record = (struct connect_record){.kind = CONNECT_RECORD_CALL};
	if (!bytes_take(raw, length, format->family, &family, sizeof(family)) ||
		!bytes_take(raw, length, format->port, &record->port, sizeof(record->port)) ||
		!bytes_take(raw, length, format->destination_ipv6, &to, sizeof(to)))
		return false;
	record->is_ipv6 = family == AF_INET6 && !IN6_IS_ADDR_V4MAPPED(&to);
	if (record->is_ipv6) {
		memcpy(record->destination.words, &to, sizeof(to));
		return bytes_take(raw, length, format->source_ipv6, record->source.words,
			sizeof(record->source.words));
	}
	if (family == AF_INET6)
		memcpy(record->destination.words, &to.s6_addr[12], 4);
	else if (!bytes_take(raw, length, format->destination, record->destination.words, 4))
		return false;
	return bytes_take(raw, length, format->source, record->source.words, 4);
}
