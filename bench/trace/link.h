/* What lies before the IP header: the link's own header, and tags and labels behind it. */
#ifndef BENCH_TRACE_LINK_H
#define BENCH_TRACE_LINK_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes of a packet from some header on. */
struct packet_rest {
	const uint8_t *at;
	uint32_t captured; /* bytes that are there */
	uint32_t length;   /* bytes that the packet had */
};

enum link_answer {
	LINK_IP,      /* the rest begins with an IPv4 or IPv6 header */
	LINK_OTHER,   /* something else: ARP, say */
	LINK_CUT,     /* too few bytes were captured to tell */
	LINK_UNKNOWN, /* a link type that is not read here */
};

/* Goes on to the IP header: Ethernet with any number of VLAN tags, MPLS labels, PPPoE; the BSDs'
 * loopback; Linux cooked captures; PPP; plain IP. */
enum link_answer link_skip(int link_type, struct packet_rest *rest);

/* The same where an EtherType was read, and the rest begins behind it. */
enum link_answer link_type_skip(uint16_t type, struct packet_rest *rest);

/* Moves the rest forwards. Returns false when it has fewer bytes captured. */
static inline bool packet_rest_skip(struct packet_rest *rest, uint32_t bytes)
{
	if (rest->captured < bytes)
		return false;
	rest->at += bytes;
	rest->captured -= bytes;
	rest->length -= bytes;
	return true;
}

/* The number of 16 bits at an offset, in network byte order. */
static inline uint16_t packet_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t packet_u32(const uint8_t *at)
{
	return (uint32_t)packet_u16(at) << 16 | packet_u16(at + 2);
}

#endif
