#include "bench/wire/frame_tcp.h"

#include "bench/trace/link.h"

#include <netinet/in.h>
#include <string.h>

#define ETHERNET_BYTES 14
#define IPV4_BYTES 20
#define TCP_BYTES 20
#define TYPE_IPV4 0x0800
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

static size_t ip_header_bytes(const uint8_t *ip)
{
	return (size_t)(ip[0] & 0x0f) * 4;
}

static size_t tcp_header_bytes(const uint8_t *tcp)
{
	return (size_t)(tcp[12] >> 4) * 4;
}

/* Of TCP: header and data. */
static size_t tcp_bytes(const uint8_t *ip)
{
	return packet_u16(ip + 2) - ip_header_bytes(ip);
}

/* Whether the lengths in the headers fit into the frame, and the packet is no piece of one. */
static bool is_whole(struct iovec frame)
{
	const uint8_t *ip = (const uint8_t *)frame.iov_base + ETHERNET_BYTES;
	size_t total = packet_u16(ip + 2), header = ip_header_bytes(ip);
	bool is_piece = (packet_u16(ip + 6) & 0x3fff) != 0;
	return ip[0] >> 4 == 4 && ip[9] == IPPROTO_TCP && !is_piece && header >= IPV4_BYTES &&
	       ETHERNET_BYTES + total <= frame.iov_len && total >= header + TCP_BYTES &&
	       tcp_header_bytes(ip + header) >= TCP_BYTES &&
	       tcp_header_bytes(ip + header) <= total - header;
}

bool frame_tcp_find(struct iovec frame, struct frame_tcp *segment)
{
	uint8_t *bytes = frame.iov_base;
	if (frame.iov_len < ETHERNET_BYTES + IPV4_BYTES + TCP_BYTES ||
		packet_u16(bytes + 12) != TYPE_IPV4 || !is_whole(frame))
		return false;
	uint8_t *ip = bytes + ETHERNET_BYTES, *tcp = ip + ip_header_bytes(ip);
	*segment = (struct frame_tcp){
		.ip = ip,
		.tcp = tcp,
		.source_port = packet_u16(tcp),
		.destination_port = packet_u16(tcp + 2),
		.header = {packet_u32(tcp + 4), packet_u32(tcp + 8),
			(uint32_t)(tcp_bytes(ip) - tcp_header_bytes(tcp)), packet_u16(tcp + 14),
			tcp[13]},
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

/* RFC 9293, 3.1: the addresses, the protocol and the length are in the sum. */
static void tcp_checksum_write(const uint8_t *ip, uint8_t *tcp)
{
	size_t size = tcp_bytes(ip);
	uint32_t sum = IPPROTO_TCP + (uint32_t)size;
	u16_write(tcp + 16, 0);
	sum = sum_add(sum, ip + 12, 8);
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
			tcp_checksum_write(segment->ip, tcp);
			return true;
		}
		at += at[1];
	}
	return false;
}

void frame_tcp_forge(uint8_t forged[FRAME_TCP_FORGED_BYTES], struct iovec original,
	const struct frame_tcp *segment, const struct tcp_header *header)
{
	uint8_t *ip = forged + ETHERNET_BYTES, *tcp = ip + IPV4_BYTES;
	memcpy(forged, original.iov_base, ETHERNET_BYTES);
	memcpy(ip, segment->ip, IPV4_BYTES);
	memcpy(tcp, segment->tcp, TCP_BYTES);
	ip[0] = 0x45;
	u16_write(ip + 2, IPV4_BYTES + TCP_BYTES);
	u16_write(ip + 10, 0);
	u16_write(ip + 10, sum_finish(sum_add(0, ip, IPV4_BYTES)));
	u32_write(tcp + 4, header->seq);
	u32_write(tcp + 8, header->ack);
	tcp[12] = TCP_BYTES / 4 << 4;
	tcp[13] = header->flags;
	tcp_checksum_write(ip, tcp);
}
