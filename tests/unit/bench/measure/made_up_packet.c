#include "tests/unit/bench/measure/made_up_packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct packet_shape packet_shape(
	int version, uint16_t source_port, uint16_t destination_port, uint8_t flags)
{
	return (struct packet_shape){
		version, IPPROTO_TCP, 0, 0, source_port, destination_port, flags, NULL};
}

static void append(struct packet *packet, const void *bytes, size_t size)
{
	memcpy(packet->bytes + packet->length, bytes, size);
	packet->length += size;
}

static void ip_append(struct packet *packet, const struct packet_shape *s)
{
	static const uint8_t options[40];
	size_t tcp_bytes = sizeof(struct tcphdr) + (s->data ? strlen(s->data) : PAYLOAD);
	if (s->version == 4) {
		size_t header_bytes = sizeof(struct iphdr) + s->option_bytes;
		struct iphdr ip = {.version = 4,
			.ihl = (unsigned)header_bytes / 4,
			.tot_len = htons((uint16_t)(header_bytes + tcp_bytes)),
			.frag_off = htons(s->fragment_offset),
			.protocol = s->protocol};
		inet_pton(AF_INET, "198.18.0.2", &ip.saddr);
		inet_pton(AF_INET, "198.18.0.1", &ip.daddr);
		append(packet, &ip, sizeof(ip));
		append(packet, options, s->option_bytes);
		return;
	}
	struct ip6_hdr ip = {.ip6_plen = htons((uint16_t)tcp_bytes), .ip6_nxt = s->protocol};
	ip.ip6_vfc = 0x60;
	inet_pton(AF_INET6, "2001:2::2", &ip.ip6_src);
	inet_pton(AF_INET6, "2001:2::1", &ip.ip6_dst);
	append(packet, &ip, sizeof(ip));
}

struct packet packet_of(const struct packet_shape *s)
{
	struct packet packet = {0};
	struct tcphdr tcp = {.th_sport = htons(s->source_port),
		.th_dport = htons(s->destination_port),
		.th_seq = htonl(0x01020304),
		.th_ack = htonl(0x05060708),
		.th_off = sizeof(tcp) / 4,
		.th_flags = s->flags};
	ip_append(&packet, s);
	append(&packet, &tcp, sizeof(tcp));
	append(&packet, s->data ? s->data : "123456789", s->data ? strlen(s->data) : PAYLOAD);
	return packet;
}

size_t packet_bytes_passed(struct sock_fprog program, const struct packet_shape *s)
{
	int fds[2];
	struct packet packet = packet_of(s), seen;
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds), 0);
	assert_int_equal(
		setsockopt(fds[1], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)), 0);
	/* A packet that the filter drops is refused with EPERM, or gone. */
	send(fds[0], packet.bytes, packet.length, 0);
	ssize_t got = recv(fds[1], seen.bytes, sizeof(seen.bytes), MSG_DONTWAIT);
	assert_true(got >= 0 || errno == EAGAIN);
	close(fds[0]);
	close(fds[1]);
	return got == -1 ? 0 : (size_t)got;
}

bool packet_passes(struct sock_fprog program, const struct packet_shape *s)
{
	size_t passed = packet_bytes_passed(program, s);
	assert_true(passed == 0 || passed == packet_of(s).length);
	return passed > 0;
}
