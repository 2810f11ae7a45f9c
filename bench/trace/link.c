#include "bench/trace/link.h"
#include "bench/trace/capture.h"

#include <linux/if_ether.h>
#include <stddef.h>

#define PPP_IPV4 0x0021
#define PPP_IPV6 0x0057
#define PPP_MPLS 0x0281
#define PPPOE_HEADER 6
/* Smaller numbers in the place of an EtherType are a length (IEEE 802.3). */
#define ETHERTYPE_LEAST 0x0600
#define LLC_SNAP_HEADER 8
#define VLAN_OLD 0x9100
#define NFLOG_HEADER 4
/* Length and type of an attribute. */
#define NFLOG_ATTRIBUTE 4
#define NFLOG_PAYLOAD 9
/* Of the tags and labels of one packet: a damaged packet has no end of them. */
#define SHELLS_MAX 16

static enum link_answer ip_or_cut(const struct packet_rest *rest)
{
	if (rest->captured == 0)
		return LINK_CUT;
	unsigned version = rest->at[0] >> 4;
	return version == 4 || version == 6 ? LINK_IP : LINK_OTHER;
}

/* Labels end with the bit of the bottom of the stack (RFC 3032). What follows is told by its first
 * byte: an IP version, or a control word of 4 bytes with Ethernet behind it (RFC 4448). */
static enum link_answer mpls_skip(struct packet_rest *rest)
{
	for (bool bottom = false; !bottom;) {
		if (rest->captured < 4)
			return LINK_CUT;
		bottom = rest->at[2] & 1;
		packet_rest_skip(rest, 4);
	}
	if (rest->captured > 0 && rest->at[0] >> 4 == 0) {
		if (!packet_rest_skip(rest, 4))
			return LINK_CUT;
		return link_skip(LINK_ETHERNET, rest);
	}
	return ip_or_cut(rest);
}

static enum link_answer ppp_skip(struct packet_rest *rest)
{
	/* Address and control may be left out, and so may the protocol's first byte, 0. */
	if (rest->captured >= 2 && rest->at[0] == 0xff && rest->at[1] == 0x03)
		packet_rest_skip(rest, 2);
	if (rest->captured < 2)
		return LINK_CUT;
	bool is_short = rest->at[0] & 1;
	uint16_t protocol = is_short ? rest->at[0] : packet_u16(rest->at);
	packet_rest_skip(rest, is_short ? 1 : 2);
	if (protocol == PPP_MPLS)
		return mpls_skip(rest);
	return protocol == PPP_IPV4 || protocol == PPP_IPV6 ? ip_or_cut(rest) : LINK_OTHER;
}

/* The session's own length leaves out the padding of a short frame. */
static enum link_answer pppoe_skip(struct packet_rest *rest)
{
	if (rest->captured < PPPOE_HEADER)
		return LINK_CUT;
	uint16_t length = packet_u16(rest->at + 4);
	packet_rest_skip(rest, PPPOE_HEADER);
	if (length < rest->length)
		rest->length = length;
	if (rest->captured > rest->length)
		rest->captured = rest->length;
	return ppp_skip(rest);
}

enum link_answer link_type_skip(uint16_t type, struct packet_rest *rest)
{
	for (unsigned shells = 0; shells < SHELLS_MAX; shells++) {
		switch (type) {
		case ETH_P_IP:
		case ETH_P_IPV6:
			return ip_or_cut(rest);
		case ETH_P_MPLS_UC:
		case ETH_P_MPLS_MC:
			return mpls_skip(rest);
		case ETH_P_PPP_SES:
			return pppoe_skip(rest);
		case ETH_P_8021Q:
		case ETH_P_8021AD:
		case VLAN_OLD:
			if (rest->captured < 4)
				return LINK_CUT;
			type = packet_u16(rest->at + 2);
			packet_rest_skip(rest, 4);
			break;
		default:
			/* LLC with SNAP: the EtherType lies at its end. */
			if (type >= ETHERTYPE_LEAST)
				return LINK_OTHER;
			if (rest->captured < LLC_SNAP_HEADER)
				return LINK_CUT;
			if (packet_u16(rest->at) != 0xaaaa)
				return LINK_OTHER;
			type = packet_u16(rest->at + 6);
			packet_rest_skip(rest, LLC_SNAP_HEADER);
		}
	}
	return LINK_OTHER;
}

/* A header of `header` bytes, with an EtherType at `type_at`. */
static enum link_answer header_skip(struct packet_rest *rest, uint32_t header, uint32_t type_at)
{
	if (rest->captured < header)
		return LINK_CUT;
	uint16_t type = packet_u16(rest->at + type_at);
	packet_rest_skip(rest, header);
	return link_type_skip(type, rest);
}

/* The address family is in the byte order of the host that captured, and differs from system to
 * system: the IP version says the same. */
static enum link_answer loopback_skip(struct packet_rest *rest)
{
	return packet_rest_skip(rest, 4) ? ip_or_cut(rest) : LINK_CUT;
}

/* Attributes up to the packet itself (linktypes.html: LINKTYPE_NFLOG), in the byte order of the
 * host that captured: the types are small, so the other byte of one is 0. */
static enum link_answer nflog_skip(struct packet_rest *rest)
{
	if (!packet_rest_skip(rest, NFLOG_HEADER))
		return LINK_CUT;
	while (rest->captured >= NFLOG_ATTRIBUTE) {
		const uint8_t *at = rest->at;
		bool is_little = at[3] == 0;
		unsigned type = is_little ? at[2] : at[3];
		uint32_t length = is_little ? at[0] | (uint32_t)at[1] << 8 : packet_u16(at);
		if (type == NFLOG_PAYLOAD) {
			packet_rest_skip(rest, NFLOG_ATTRIBUTE);
			return ip_or_cut(rest);
		}
		if (length < NFLOG_ATTRIBUTE)
			return LINK_OTHER;
		if (!packet_rest_skip(rest, (length + 3) & ~3U))
			return LINK_CUT;
	}
	return rest->length < NFLOG_ATTRIBUTE ? LINK_OTHER : LINK_CUT;
}

enum link_answer link_skip(int link_type, struct packet_rest *rest)
{
	switch (link_type) {
	case LINK_ETHERNET:
		return header_skip(rest, 14, 12);
	case LINK_SLL:
		return header_skip(rest, 16, 14);
	case LINK_SLL2:
		return header_skip(rest, 20, 0);
	case LINK_HDLC:
		return header_skip(rest, 4, 2);
	case LINK_NULL:
	case LINK_LOOP:
		return loopback_skip(rest);
	case LINK_RAW:
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
	case LINK_IPV4:
	case LINK_IPV6:
		return ip_or_cut(rest);
	case LINK_PPP:
	case LINK_PPP_HDLC:
		return ppp_skip(rest);
	case LINK_PPP_ETHER:
		return pppoe_skip(rest);
	case LINK_NFLOG:
		return nflog_skip(rest);
	default:
		return LINK_UNKNOWN;
	}
}
