#include "bench/trace/ip.h"
#include "bench/trace/tunnel.h"

#include <netinet/in.h>
#include <string.h>

#define IPV4_HEADER_LEAST 20U
#define IPV6_HEADER 40U
#define IPV6_FRAGMENT_HEADER 8U
#define IPV4_MORE 0x2000
#define IPV4_OFFSET 0x1fff
/* Of one packet: extension headers, and IP headers one in the other. */
#define HEADERS_MAX 32

/* The packet ends `length` bytes from here. One that is longer than what came is taken as it
 * came. */
static void rest_end(struct packet_rest *rest, uint32_t length)
{
	if (length < rest->length)
		rest->length = length;
	if (rest->captured > rest->length)
		rest->captured = rest->length;
}

/* RFC 4302, 2: what follows, and the length in words, less 2. */
static bool authentication_skip(struct packet_rest *rest, uint8_t *protocol)
{
	if (rest->captured < 8)
		return false;
	*protocol = rest->at[0];
	return packet_rest_skip(rest, 4U * (rest->at[1] + 2U));
}

/* Sets the protocol that follows. */
static enum ip_answer ipv4_skip(
	struct packet_rest *rest, struct ip_packet *packet, uint8_t *protocol)
{
	const uint8_t *at = rest->at;
	if (rest->captured < IPV4_HEADER_LEAST)
		return IP_CUT;
	uint32_t header = 4U * (at[0] & 0x0fU), total = packet_u16(at + 2);
	if (header < IPV4_HEADER_LEAST || (total > 0 && total < header))
		return IP_WRONG;
	if (total > 0)
		rest_end(rest, total);
	uint16_t fragment = packet_u16(at + 6);
	*protocol = at[9];
	memset(packet, 0, sizeof(*packet));
	memcpy(packet->from.host, at + 12, 4);
	memcpy(packet->to.host, at + 16, 4);
	packet->ttl = at[8];
	packet->identification = packet_u16(at + 4);
	packet->offset = 8U * (fragment & IPV4_OFFSET);
	packet->is_piece = (fragment & (IPV4_MORE | IPV4_OFFSET)) != 0;
	packet->is_last = (fragment & IPV4_MORE) == 0;
	if (!packet_rest_skip(rest, header))
		return IP_CUT;
	bool is_authenticated = *protocol == IPPROTO_AH && !packet->is_piece;
	return is_authenticated && !authentication_skip(rest, protocol) ? IP_CUT : IP_OTHER;
}

/* One extension header (RFC 8200, 4). Returns whether there was one. */
static bool extension_skip(struct packet_rest *rest, struct ip_packet *packet, uint8_t *protocol,
	enum ip_answer *answer)
{
	uint32_t length;
	const uint8_t *at = rest->at;
	bool is_fragment = *protocol == IPPROTO_FRAGMENT;
	if (*protocol != IPPROTO_HOPOPTS && *protocol != IPPROTO_ROUTING && !is_fragment &&
		*protocol != IPPROTO_DSTOPTS && *protocol != IPPROTO_AH)
		return false;
	if (rest->captured < 8) {
		*answer = IP_CUT;
		return false;
	}
	length = *protocol == IPPROTO_AH ? 4U * (at[1] + 2U) : 8U * (at[1] + 1U);
	*protocol = at[0];
	if (is_fragment) {
		uint16_t fragment = packet_u16(at + 2);
		length = IPV6_FRAGMENT_HEADER;
		packet->identification = packet_u32(at + 4);
		packet->offset = fragment & ~7U;
		packet->is_last = (fragment & 1) == 0;
		/* One that is first and last is a whole packet (RFC 6946). */
		packet->is_piece = packet->offset > 0 || !packet->is_last;
	}
	if (packet_rest_skip(rest, length))
		return true;
	*answer = IP_CUT;
	return false;
}

static enum ip_answer ipv6_skip(
	struct packet_rest *rest, struct ip_packet *packet, uint8_t *protocol)
{
	const uint8_t *at = rest->at;
	if (rest->captured < IPV6_HEADER)
		return IP_CUT;
	uint32_t length = packet_u16(at + 4);
	if (length > 0)
		rest_end(rest, IPV6_HEADER + length);
	*protocol = at[6];
	memset(packet, 0, sizeof(*packet));
	memcpy(packet->from.host, at + 8, 16);
	memcpy(packet->to.host, at + 24, 16);
	packet->from.is_ipv6 = packet->to.is_ipv6 = 1;
	packet->ttl = at[7];
	packet_rest_skip(rest, IPV6_HEADER);
	enum ip_answer answer = IP_OTHER;
	for (unsigned i = 0; i < HEADERS_MAX && !(packet->is_piece && packet->offset > 0); i++)
		if (!extension_skip(rest, packet, protocol, &answer))
			break;
	return answer;
}

enum ip_answer ip_skip(struct packet_rest *rest, struct ip_packet *packet)
{
	uint8_t protocol = IPPROTO_IPIP;
	for (unsigned i = 0; i < HEADERS_MAX; i++) {
		if (rest->captured == 0)
			return IP_CUT;
		unsigned version = rest->at[0] >> 4;
		enum ip_answer answer = version == 4   ? ipv4_skip(rest, packet, &protocol)
					: version == 6 ? ipv6_skip(rest, packet, &protocol)
						       : IP_WRONG;
		if (answer != IP_OTHER)
			return answer;
		if (protocol == IPPROTO_TCP)
			return packet->is_piece ? IP_PIECE : IP_TCP;
		answer = packet->is_piece ? IP_OTHER : tunnel_skip(protocol, rest);
		if (answer != IP_TCP)
			return answer;
	}
	return IP_OTHER;
}
