#include "bench/trace/tunnel.h"
#include "bench/trace/capture.h"

#include <linux/if_ether.h>
#include <netinet/in.h>

#define GRE_HEADER 4U
#define GRE_CHECKSUM 0x8000
#define GRE_KEY 0x2000
#define GRE_SEQUENCE 0x1000
#define GRE_VERSION 0x0007
/* What switches mirror packets in. Of version 1 there is no header but GRE's. */
#define ERSPAN_TYPE 0x88be
#define ERSPAN_3_TYPE 0x22eb
#define ERSPAN_2_HEADER 8U
#define ERSPAN_3_HEADER 12U
#define ERSPAN_3_MORE 8U /* of the platform, where the header's last bit says so */
#define ERSPAN_FRAME_IP 2
#define UDP_HEADER 8U
#define VXLAN_PORT 4789
#define VXLAN_PORT_OLD 8472 /* of Linux, before the port was assigned */
#define GENEVE_PORT 6081
#define GTP_PORT 2152
#define TUNNEL_HEADER 8U /* of these three */
#define GTP_PACKET 0xff
/* Extension headers of one packet: a damaged one has no end of them. */
#define GTP_MORE_MAX 16

static enum ip_answer answer_of(enum link_answer answer)
{
	switch (answer) {
	case LINK_IP:
		return IP_TCP;
	case LINK_CUT:
		return IP_CUT;
	default:
		return IP_OTHER;
	}
}

static enum ip_answer frame_skip(struct packet_rest *rest, uint32_t header)
{
	return packet_rest_skip(rest, header) ? answer_of(link_skip(LINK_ETHERNET, rest)) : IP_CUT;
}

static enum ip_answer type_skip(struct packet_rest *rest, uint16_t type)
{
	return type == ETH_P_TEB ? frame_skip(rest, 0) : answer_of(link_type_skip(type, rest));
}

/* draft-foschiano-erspan: version 1 has no sequence number in GRE, the others have. */
static enum ip_answer erspan_skip(struct packet_rest *rest, bool has_sequence)
{
	if (!has_sequence)
		return frame_skip(rest, 0);
	if (rest->captured < ERSPAN_2_HEADER)
		return IP_CUT;
	return rest->at[0] >> 4 == 1 ? frame_skip(rest, ERSPAN_2_HEADER) : IP_OTHER;
}

static enum ip_answer erspan_3_skip(struct packet_rest *rest)
{
	if (rest->captured < ERSPAN_3_HEADER)
		return IP_CUT;
	uint32_t header = ERSPAN_3_HEADER + (rest->at[11] & 1 ? ERSPAN_3_MORE : 0);
	unsigned frame = rest->at[10] >> 2 & 0x1f;
	if (rest->at[0] >> 4 != 2 || (frame != 0 && frame != ERSPAN_FRAME_IP))
		return IP_OTHER;
	if (frame == 0)
		return frame_skip(rest, header);
	return packet_rest_skip(rest, header) ? answer_of(link_skip(LINK_RAW, rest)) : IP_CUT;
}

/* RFC 2784 and 2890: with a checksum, a key and a sequence number, 4 bytes each, or without. */
static enum ip_answer gre_skip(struct packet_rest *rest)
{
	if (rest->captured < GRE_HEADER)
		return IP_CUT;
	uint16_t flags = packet_u16(rest->at), type = packet_u16(rest->at + 2);
	uint32_t length = GRE_HEADER + 4U * ((flags & GRE_CHECKSUM) != 0) +
			  4U * ((flags & GRE_KEY) != 0) + 4U * ((flags & GRE_SEQUENCE) != 0);
	if ((flags & GRE_VERSION) != 0)
		return IP_OTHER;
	if (!packet_rest_skip(rest, length))
		return IP_CUT;
	if (type == ERSPAN_TYPE)
		return erspan_skip(rest, (flags & GRE_SEQUENCE) != 0);
	return type == ERSPAN_3_TYPE ? erspan_3_skip(rest) : type_skip(rest, type);
}

/* RFC 7348, 5. */
static enum ip_answer vxlan_skip(struct packet_rest *rest)
{
	return packet_u32(rest->at) == 0x08000000 ? frame_skip(rest, TUNNEL_HEADER) : IP_OTHER;
}

/* RFC 8926, 3.4. */
static enum ip_answer geneve_skip(struct packet_rest *rest)
{
	uint32_t header = TUNNEL_HEADER + 4U * (rest->at[0] & 0x3fU);
	uint16_t type = packet_u16(rest->at + 2);
	if (rest->at[0] >> 6 != 0)
		return IP_OTHER;
	return packet_rest_skip(rest, header) ? type_skip(rest, type) : IP_CUT;
}

/* 3GPP TS 29.281, 5: extension headers hold their length, in words, and what follows. */
static enum ip_answer gtp_skip(struct packet_rest *rest)
{
	uint8_t flags = rest->at[0], next = 0;
	if (flags >> 4 != 3 || rest->at[1] != GTP_PACKET)
		return IP_OTHER;
	packet_rest_skip(rest, TUNNEL_HEADER);
	if (flags & 7) {
		if (rest->captured < 4)
			return IP_CUT;
		next = flags & 4 ? rest->at[3] : 0;
		packet_rest_skip(rest, 4);
	}
	for (unsigned i = 0; next != 0 && i < GTP_MORE_MAX; i++) {
		uint32_t length = rest->captured > 0 ? 4U * rest->at[0] : 4;
		if (length == 0)
			return IP_WRONG;
		if (rest->captured < length)
			return IP_CUT;
		next = rest->at[length - 1];
		packet_rest_skip(rest, length);
	}
	return answer_of(link_skip(LINK_RAW, rest));
}

/* By the port that it goes to. */
static enum ip_answer udp_skip(struct packet_rest *rest)
{
	if (rest->captured < 4)
		return rest->length < 4 ? IP_OTHER : IP_CUT;
	uint16_t port = packet_u16(rest->at + 2);
	bool is_vxlan = port == VXLAN_PORT || port == VXLAN_PORT_OLD;
	if (!is_vxlan && port != GENEVE_PORT && port != GTP_PORT)
		return IP_OTHER;
	if (rest->captured < UDP_HEADER + TUNNEL_HEADER)
		return rest->length < UDP_HEADER + TUNNEL_HEADER ? IP_OTHER : IP_CUT;
	packet_rest_skip(rest, UDP_HEADER);
	if (is_vxlan)
		return vxlan_skip(rest);
	return port == GENEVE_PORT ? geneve_skip(rest) : gtp_skip(rest);
}

enum ip_answer tunnel_skip(uint8_t protocol, struct packet_rest *rest)
{
	switch (protocol) {
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
		return IP_TCP;
	case IPPROTO_GRE:
		return gre_skip(rest);
	case IPPROTO_UDP:
		return udp_skip(rest);
	default:
		return IP_OTHER;
	}
}
