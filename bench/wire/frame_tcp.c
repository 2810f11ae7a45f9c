#include "bench/wire/frame_tcp.h"

#include "bench/trace/link.h"

#include <netinet/in.h>
#include <string.h>

#define ETHERNET_BYTES 14
#define IPV4_BYTES 20
#define IPV6_BYTES 40
#define TCP_BYTES 20
#define TYPE_IPV4 0x0800
#define TYPE_IPV6 0x86dd
enum { OPTION_END = 0, OPTION_NONE = 1, OPTION_TIMESTAMPS = 8 };

static void u16_write(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void u32_write(uint8_t *at, uint32_t value)
{
	u16_write(at, (uint16_t)(value >> 16));
	u16_write(at + 2, (uint16_t)value);
}

static bool is_ipv6(const uint8_t *ip)
{
	return ip[0] >> 4 == 6;
}

static size_t tcp_header_bytes(const uint8_t *tcp)
{
	return (size_t)(tcp[12] >> 4) * 4;
}

/* How many bytes of an IP packet's header lie before TCP's, and how many there are of TCP, header
 * and data. Returns false where it is no TCP, or a piece of a packet; of IPv6, where another header
 * lies between. */
static bool ip_lengths(struct iovec packet, size_t *header, size_t *size)
{
	const uint8_t *ip = packet.iov_base;
	if (packet.iov_len < IPV4_BYTES)
		return false;
	if (ip[0] >> 4 == 4) {
		*header = (size_t)(ip[0] & 0x0f) * 4;
		*size = (size_t)packet_u16(ip + 2) - *header;
		return ip[9] == IPPROTO_TCP && (packet_u16(ip + 6) & 0x3fff) == 0 &&
		       *header >= IPV4_BYTES && packet_u16(ip + 2) >= *header;
	}
	*header = IPV6_BYTES;
	*size = packet_u16(ip + 4);
	return is_ipv6(ip) && ip[6] == IPPROTO_TCP;
}

bool frame_tcp_find(struct iovec frame, struct frame_tcp *segment)
{
	uint8_t *bytes = frame.iov_base, *ip = bytes + ETHERNET_BYTES;
	size_t header, size;
	if (frame.iov_len < ETHERNET_BYTES ||
		!ip_lengths((struct iovec){ip, frame.iov_len - ETHERNET_BYTES}, &header, &size) ||
		packet_u16(bytes + 12) != (is_ipv6(ip) ? TYPE_IPV6 : TYPE_IPV4) ||
		size < TCP_BYTES || ETHERNET_BYTES + header + size > frame.iov_len)
		return false;
	uint8_t *tcp = ip + header;
	if (tcp_header_bytes(tcp) < TCP_BYTES || tcp_header_bytes(tcp) > size)
		return false;
	*segment = (struct frame_tcp){
		.ip = ip,
		.tcp = tcp,
		.source_port = packet_u16(tcp),
		.destination_port = packet_u16(tcp + 2),
		.header = {packet_u32(tcp + 4), packet_u32(tcp + 8),
			(uint32_t)(size - tcp_header_bytes(tcp)), packet_u16(tcp + 14), tcp[13]},
	};
	return true;
}

static uint32_t sum_add(uint32_t sum, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i + 1 < count; i += 2)
		sum += packet_u16(bytes + i);
	return count % 2 ? sum + (uint32_t)bytes[count - 1] * 256 : sum;
}

static uint16_t sum_finish(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* RFC 9293, 3.1, and RFC 8200, 8.1: the addresses, the protocol and the length are in the sum. */
static void tcp_checksum_write(const uint8_t *ip, uint8_t *tcp, size_t size)
{
	uint32_t sum = IPPROTO_TCP + (uint32_t)size;
	u16_write(tcp + 16, 0);
	sum = is_ipv6(ip) ? sum_add(sum, ip + 8, 32) : sum_add(sum, ip + 12, 8);
	u16_write(tcp + 16, sum_finish(sum_add(sum, tcp, size)));
}

bool frame_tcp_shift_timestamp(const struct frame_tcp *segment, int32_t shift, int32_t shift_echo)
{
	uint8_t *tcp = segment->tcp, *end = tcp + tcp_header_bytes(tcp);
	for (uint8_t *at = tcp + TCP_BYTES; at + 1 < end && *at != OPTION_END;) {
		if (*at == OPTION_NONE) {
			at++;
			continue;
		}
		if (at[1] < 2 || at + at[1] > end)
			return false;
		if (*at == OPTION_TIMESTAMPS && at[1] == 10) {
			u32_write(at + 2, packet_u32(at + 2) + (uint32_t)shift);
			/* 0 where there is no ACK. */
			if (tcp_header_has(&segment->header, TCP_ACK))
				u32_write(at + 6, packet_u32(at + 6) + (uint32_t)shift_echo);
			tcp_checksum_write(
				segment->ip, tcp, tcp_header_bytes(tcp) + segment->header.payload);
			return true;
		}
		at += at[1];
	}
	return false;
}

/* Of a header without options: the packet is as long as a segment without data. */
static void ip_header_shorten(uint8_t *ip)
{
	if (is_ipv6(ip)) {
		u16_write(ip + 4, TCP_BYTES);
		return;
	}
	ip[0] = 0x45;
	u16_write(ip + 2, IPV4_BYTES + TCP_BYTES);
	u16_write(ip + 10, 0);
	u16_write(ip + 10, sum_finish(sum_add(0, ip, IPV4_BYTES)));
}

size_t frame_tcp_forge(uint8_t forged[FRAME_TCP_FORGED_MAX], struct iovec original,
	const struct frame_tcp *segment, const struct tcp_header *header)
{
	size_t ip_bytes = is_ipv6(segment->ip) ? IPV6_BYTES : IPV4_BYTES;
	uint8_t *ip = forged + ETHERNET_BYTES, *tcp = ip + ip_bytes;
	memcpy(forged, original.iov_base, ETHERNET_BYTES);
	memcpy(ip, segment->ip, ip_bytes);
	memcpy(tcp, segment->tcp, TCP_BYTES);
	ip_header_shorten(ip);
	u32_write(tcp + 4, header->seq);
	u32_write(tcp + 8, header->ack);
	tcp[12] = TCP_BYTES / 4 << 4;
	tcp[13] = header->flags;
	tcp_checksum_write(ip, tcp, TCP_BYTES);
	return ETHERNET_BYTES + ip_bytes + TCP_BYTES;
}
