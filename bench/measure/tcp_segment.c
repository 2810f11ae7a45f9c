#include "bench/measure/tcp_segment.h"

#include "bench/measure/filter_code.h"
#include "bench/trace/tls_record.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

/* Of the veth link, as the kernel makes it. */
#define LINK_MTU 1500
#define IPV6_LAST_WORD (sizeof(struct in6_addr) - sizeof(uint32_t))

/* The first four bytes of a request: its method, as the filter reads them (RFC 9110, section 9). */
static const uint32_t methods[] = {
	0x47455420, /* "GET " */
	0x48454144, /* "HEAD" */
	0x504f5354, /* "POST" */
	0x50555420, /* "PUT " */
	0x44454c45, /* "DELE" */
	0x4f505449, /* "OPTI" */
	0x50415443, /* "PATC" */
	0x434f4e4e, /* "CONN" */
	0x54524143, /* "TRAC" */
};
#define METHODS (sizeof(methods) / sizeof(methods[0]))

/* The offsets that the filter jumps to. */
enum {
	IPV4 = 4,
	IPV6 = 11,
	TCP = 16,
	DATA = 24,
	METHOD = 34,
	REQUEST = METHOD + METHODS,
	PASS = 45,
	TAKE = 47,
	DROP
};

#define METHOD_JUMP(i) JUMP(METHOD + (i), BPF_JEQ, methods[i], REQUEST, METHOD + (i) + 1)
/* All but the last. */
#define METHOD_JUMPS                                                                               \
	METHOD_JUMP(0), METHOD_JUMP(1), METHOD_JUMP(2), METHOD_JUMP(3), METHOD_JUMP(4),            \
		METHOD_JUMP(5), METHOD_JUMP(6), METHOD_JUMP(7)

/* Two instructions: to `take` with a packet that leaves, or with one that arrives. */
#define FILTER_WAY(at, leaves, take, drop)                                                         \
	LOAD(at, BPF_B, BPF_ABS, (uint32_t)SKF_AD_OFF + SKF_AD_PKTTYPE),                           \
		JUMP((at) + 1, BPF_JEQ, PACKET_OUTGOING, (leaves) ? (take) : (drop),               \
			(leaves) ? (drop) : (take))

struct sock_fprog tcp_segment_filter_write(
	const struct tcp_segment_filter *filter, struct sock_filter code[TCP_SEGMENT_FILTER_SIZE])
{
	bool at_server = filter->arrives_at == TD_SERVER;
	uint32_t flags = TH_SYN | TH_FIN | TH_RST;
	uint32_t server_port_at = at_server ? 2 : 0, client_port_at = at_server ? 0 : 2;
	uint32_t client_at =
		at_server ? offsetof(struct iphdr, saddr) : offsetof(struct iphdr, daddr);
	uint32_t ipv6_client_at =
		at_server ? offsetof(struct ip6_hdr, ip6_src) : offsetof(struct ip6_hdr, ip6_dst);
	/* X becomes the length of the IP header. */
	const struct sock_filter written[TCP_SEGMENT_FILTER_SIZE] = {
		LOAD(0, BPF_B, BPF_ABS, 0),
		[1] = BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
		JUMP(2, BPF_JEQ, 6, IPV6, 3),
		JUMP(3, BPF_JEQ, 4, IPV4, DROP),
		LOAD(IPV4, BPF_B, BPF_ABS, offsetof(struct iphdr, protocol)),
		JUMP(5, BPF_JEQ, IPPROTO_TCP, 6, DROP),
		LOAD(6, BPF_H, BPF_ABS, offsetof(struct iphdr, frag_off)),
		JUMP(7, BPF_JSET, IP_OFFMASK, DROP, 8),
		[8] = BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		LOAD(9, BPF_W, BPF_ABS, client_at),
		JUMP(10, BPF_JEQ, filter->beside, PASS, TCP),
		LOAD(IPV6, BPF_B, BPF_ABS, offsetof(struct ip6_hdr, ip6_nxt)),
		JUMP(12, BPF_JEQ, IPPROTO_TCP, 13, DROP),
		[13] = BPF_STMT(BPF_LDX | BPF_W | BPF_IMM, sizeof(struct ip6_hdr)),
		LOAD(14, BPF_W, BPF_ABS, ipv6_client_at + IPV6_LAST_WORD),
		JUMP(15, BPF_JEQ, filter->beside, PASS, TCP),
		LOAD(TCP, BPF_H, BPF_IND, server_port_at),
		JUMP(17, BPF_JEQ, filter->server_port, 18, filter->is_shared ? DROP : PASS),
		LOAD(18, BPF_H, BPF_IND, client_port_at),
		[19] = BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 1),
		[20] = BPF_STMT(BPF_ALU | BPF_AND | BPF_K, filter->share - 1),
		JUMP(21, BPF_JEQ, 0, 22, DROP),
		LOAD(22, BPF_B, BPF_IND, offsetof(struct tcphdr, th_flags)),
		JUMP(23, BPF_JSET, flags, PASS, at_server && filter->sees_data ? DATA : DROP),
		/* X becomes the length of both headers, A what is behind them. */
		FILTER_TO_DATA(DATA),
		JUMP(31, BPF_JEQ, 0, DROP, 32),
		JUMP(32, BPF_JGE, sizeof(methods[0]), 33, PASS),
		LOAD(33, BPF_W, BPF_IND, 0),
		METHOD_JUMPS,
		JUMP(METHOD + 8, BPF_JEQ, methods[8], REQUEST, PASS),
		[REQUEST] = BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		JUMP(REQUEST + 1, BPF_JGT, filter->request_bytes, PASS, DROP),
		FILTER_WAY(PASS, at_server && filter->is_shared, TAKE, DROP),
		[TAKE] = BPF_STMT(BPF_RET | BPF_K, 0xffff),
		[DROP] = BPF_STMT(BPF_RET | BPF_K, 0),
	};
	memcpy(code, written, sizeof(written));
	return (struct sock_fprog){TCP_SEGMENT_FILTER_SIZE, code};
}

struct sock_fprog tcp_segment_loopback_filter_write(
	struct sock_filter code[TCP_SEGMENT_LOOPBACK_SIZE])
{
	enum { OTHER_VERSION = 6, PASS_ALL = 9, DROP_IT };
	const uint32_t ip = ETH_HLEN;
	const struct sock_filter written[TCP_SEGMENT_LOOPBACK_SIZE] = {
		LOAD(0, BPF_H, BPF_ABS, offsetof(struct ethhdr, h_proto)),
		JUMP(1, BPF_JEQ, ETH_P_IP, 2, OTHER_VERSION),
		LOAD(2, BPF_H, BPF_ABS, ip + offsetof(struct iphdr, frag_off)),
		JUMP(3, BPF_JSET, IP_OFFMASK, DROP_IT, 4),
		LOAD(4, BPF_B, BPF_ABS, ip + offsetof(struct iphdr, protocol)),
		JUMP(5, BPF_JEQ, IPPROTO_TCP, PASS_ALL, DROP_IT),
		JUMP(OTHER_VERSION, BPF_JEQ, ETH_P_IPV6, 7, DROP_IT),
		LOAD(7, BPF_B, BPF_ABS, ip + offsetof(struct ip6_hdr, ip6_nxt)),
		JUMP(8, BPF_JEQ, IPPROTO_TCP, PASS_ALL, DROP_IT),
		[PASS_ALL] = BPF_STMT(BPF_RET | BPF_K, 0xffff),
		[DROP_IT] = BPF_STMT(BPF_RET | BPF_K, 0),
	};
	memcpy(code, written, sizeof(written));
	return (struct sock_fprog){TCP_SEGMENT_LOOPBACK_SIZE, code};
}

/* What both IP headers say. */
struct ip_header {
	size_t header_bytes, packet_bytes;
	const uint8_t *source, *destination;
	size_t address_bytes;
};

/* Returns false when the header is cut, or of no known version. */
static bool ip_header_parse(const uint8_t *bytes, size_t length, struct ip_header *header)
{
	struct iphdr v4;
	struct ip6_hdr v6;
	if (length >= sizeof(v4) && bytes[0] >> 4 == 4) {
		memcpy(&v4, bytes, sizeof(v4));
		*header = (struct ip_header){4 * (size_t)v4.ihl, ntohs(v4.tot_len),
			bytes + offsetof(struct iphdr, saddr),
			bytes + offsetof(struct iphdr, daddr), sizeof(v4.saddr)};
		return true;
	}
	if (length >= sizeof(v6) && bytes[0] >> 4 == 6) {
		memcpy(&v6, bytes, sizeof(v6));
		*header = (struct ip_header){sizeof(v6), sizeof(v6) + ntohs(v6.ip6_plen),
			bytes + offsetof(struct ip6_hdr, ip6_src),
			bytes + offsetof(struct ip6_hdr, ip6_dst), sizeof(v6.ip6_src)};
		return true;
	}
	return false;
}

/* Of a packet that is not cut before them. */
static bool is_method(const uint8_t *data, size_t size)
{
	uint32_t begin;
	if (size < sizeof(begin))
		return false;
	memcpy(&begin, data, sizeof(begin));
	for (size_t i = 0; i < METHODS; i++)
		if (ntohl(begin) == methods[i])
			return true;
	return false;
}

/* Where a second request begins, behind one without a body, as those are that clients send ahead
 * (pipelining; RFC 9112, section 9.3.2); 0: none is seen. */
static uint32_t second_request_at(const uint8_t *data, size_t size)
{
	static const char empty_line[] = "\r\n\r\n";
	const size_t line = sizeof(empty_line) - 1;
	if (size < line || (memcmp(data, "GET ", 4) != 0 && memcmp(data, "HEAD", 4) != 0))
		return 0;
	const uint8_t *end = memmem(data, size, empty_line, line);
	size_t at = end ? (size_t)(end - data) + line : size;
	return is_method(data + at, size - at) ? (uint32_t)at : 0;
}

/* A close_notify is sent by itself, or behind other data. */
static bool is_alert(const uint8_t *data, size_t size, uint32_t payload)
{
	uint32_t record_bytes = 0;
	enum tls_record record = tls_record_parse(data, size, &record_bytes);
	return (record == TLS_RECORD_ALERT || record == TLS_RECORD_ALERT_SIZED) &&
	       record_bytes == payload;
}

bool tcp_segment_parse(
	const uint8_t *bytes, size_t length, uint32_t cut_bytes, struct tcp_segment *segment)
{
	struct ip_header ip;
	struct tcphdr tcp;
	if (!ip_header_parse(bytes, length, &ip) || length < ip.header_bytes + sizeof(tcp))
		return false;
	memcpy(&tcp, bytes + ip.header_bytes, sizeof(tcp));
	size_t headers = ip.header_bytes + 4 * (size_t)tcp.th_off;
	uint32_t payload = ip.packet_bytes > headers ? (uint32_t)(ip.packet_bytes - headers) : 0;
	uint32_t cut = cut_bytes ? cut_bytes : (uint32_t)(LINK_MTU - headers);
	bool is_ipv6 = ip.address_bytes > sizeof(struct in_addr);
	*segment = (struct tcp_segment){
		.from = {.port = ntohs(tcp.th_sport), .is_ipv6 = is_ipv6},
		.to = {.port = ntohs(tcp.th_dport), .is_ipv6 = is_ipv6},
		.seq = ntohl(tcp.th_seq),
		.ack = ntohl(tcp.th_ack),
		.payload = payload,
		.count = payload > cut ? (payload + cut - 1) / cut : 1,
		.syn = (tcp.th_flags & TH_SYN) != 0,
		.fin = (tcp.th_flags & TH_FIN) != 0,
		.rst = (tcp.th_flags & TH_RST) != 0,
		.has_ack = (tcp.th_flags & TH_ACK) != 0,
		.header_bytes = (uint32_t)headers,
		.packet_bytes = (uint32_t)ip.packet_bytes,
		.begins_request = length > headers && is_method(bytes + headers, length - headers),
	};
	segment->is_tls_alert =
		length > headers && is_alert(bytes + headers, length - headers, payload);
	if (segment->begins_request)
		segment->request_bytes = second_request_at(bytes + headers, length - headers);
	memcpy(segment->from.address, ip.source, ip.address_bytes);
	memcpy(segment->to.address, ip.destination, ip.address_bytes);
	return true;
}

struct first_closer_segment tcp_segment_of_load(const struct tcp_segment *segment)
{
	const struct tcp_segment_end *client =
		segment->sender == TD_CLIENT ? &segment->from : &segment->to;
	struct first_closer_segment seen = {
		.at_ns = segment->at_ns,
		.from = segment->sender,
		.client_port = client->port,
		.seq = segment->seq,
		.ack = segment->ack,
		.payload = segment->payload,
		.syn = segment->syn,
		.fin = segment->fin,
		.rst = segment->rst,
		.has_ack = segment->has_ack,
		.begins_request = segment->begins_request,
		.is_tls_alert = segment->is_tls_alert,
		.request_bytes = segment->request_bytes,
	};
	memcpy(seen.client_address, client->address, sizeof(seen.client_address));
	return seen;
}

bool tcp_segment_end_equals(const struct tcp_segment_end *a, const struct tcp_segment_end *b)
{
	return a->port == b->port && a->is_ipv6 == b->is_ipv6 &&
	       memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

const char *tcp_segment_end_text(const struct tcp_segment_end *end, char text[TCP_SEGMENT_END_TEXT])
{
	char host[INET6_ADDRSTRLEN];
	inet_ntop(end->is_ipv6 ? AF_INET6 : AF_INET, end->address, host, sizeof(host));
	snprintf(text, TCP_SEGMENT_END_TEXT, end->is_ipv6 ? "[%s]:%u" : "%s:%u", host, end->port);
	return text;
}
