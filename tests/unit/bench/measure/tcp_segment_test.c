/* The packet tap's filter, run by the kernel on packets made up here, and what is read of those
 * that pass. A filter sees what a Unix socket carries from its first byte, as it sees an IP packet.
 */
#include "bench/measure/tcp_segment.h"

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

#define SERVER_PORT 8080
#define PAYLOAD 9

struct packet {
	size_t length;
	uint8_t bytes[128];
};

struct shape {
	int version; /* 4 or 6 */
	uint8_t protocol;
	uint8_t option_bytes;     /* of the IPv4 header */
	uint16_t fragment_offset; /* of IPv4, in units of 8 bytes */
	uint16_t source_port, destination_port;
	uint8_t flags;
	const char *data; /* NULL: some */
};

static struct shape shape(
	int version, uint16_t source_port, uint16_t destination_port, uint8_t flags)
{
	return (struct shape){
		version, IPPROTO_TCP, 0, 0, source_port, destination_port, flags, NULL};
}

static void append(struct packet *packet, const void *bytes, size_t size)
{
	memcpy(packet->bytes + packet->length, bytes, size);
	packet->length += size;
}

static void ip_append(struct packet *packet, const struct shape *s)
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

static struct packet packet_of(const struct shape *s)
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

static bool program_passes(struct sock_fprog program, const struct shape *s)
{
	int fds[2];
	struct packet packet = packet_of(s), seen;
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds), 0);
	assert_int_equal(
		setsockopt(fds[1], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)), 0);
	/* A packet that the filter drops is refused with EPERM, or gone. */
	send(fds[0], packet.bytes, packet.length, 0);
	ssize_t got = recv(fds[1], seen.bytes, sizeof(seen.bytes), MSG_DONTWAIT);
	assert_true(got == (ssize_t)packet.length || (got == -1 && errno == EAGAIN));
	close(fds[0]);
	close(fds[1]);
	return got != -1;
}

static bool passes(const struct tcp_segment_filter *filter, const struct shape *s)
{
	struct sock_filter code[TCP_SEGMENT_FILTER_SIZE];
	return program_passes(tcp_segment_filter_write(filter, code), s);
}

static bool head_passes(enum tcp_segment_heads heads, uint32_t share, const struct shape *s)
{
	struct sock_filter code[TCP_SEGMENT_HEADS_SIZE];
	return program_passes(tcp_segment_heads_filter_write(SERVER_PORT, share, heads, code), s);
}

static void heads_pass_by_their_status(void **state)
{
	static const struct {
		const char *data;
		bool all, refused;
	} rows[] = {{"HTTP/1.1 200 OK", true, false}, {"HTTP/1.1 103 Early", true, false},
		{"HTTP/1.1 503 Busy", true, true}, {"HTTP/1.0 404", true, true},
		{"HTTP/1.1 50", false, false}, {"http/1.1 503", false, false}, {"", false, false},
		{"<html>HTTP/1.1 503", false, false}};
	for (int version = 4; version <= 6; version += 2)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			struct shape from = shape(version, SERVER_PORT, 40000, TH_PUSH | TH_ACK);
			from.data = rows[i].data;
			assert_int_equal(head_passes(TCP_SEGMENT_HEADS_ALL, 1, &from), rows[i].all);
			assert_int_equal(
				head_passes(TCP_SEGMENT_HEADS_REFUSED, 1, &from), rows[i].refused);
			assert_false(head_passes(TCP_SEGMENT_HEADS_NONE, 1, &from));
			from.destination_port = 40002;
			assert_false(head_passes(TCP_SEGMENT_HEADS_ALL, 4, &from));
			from.source_port = SERVER_PORT + 1;
			assert_false(head_passes(TCP_SEGMENT_HEADS_ALL, 1, &from));
		}
}

static const struct tcp_segment_filter at_server = {TD_SERVER, SERVER_PORT, 1};
static const struct tcp_segment_filter at_client = {TD_CLIENT, SERVER_PORT, 1};

/* At either end it is the other address of the packet that tells. */
static void what_is_beside_the_load_passes_whole(void **state)
{
	struct tcp_segment_filter server = at_server, client = at_client;
	const struct shape to = shape(4, 40000, SERVER_PORT, TH_ACK);
	const struct shape from = shape(4, SERVER_PORT, 40000, TH_ACK);
	server.beside = client.beside = 0xc6120002; /* 198.18.0.2, the source */
	assert_true(passes(&server, &to));
	assert_false(passes(&client, &from));
	server.beside = client.beside = 0xc6120001;
	assert_false(passes(&server, &to));
	assert_true(passes(&client, &from));
}

static void flags_decide(void **state)
{
	static const struct {
		uint8_t flags;
		bool passes;
	} rows[] = {{TH_SYN, true}, {TH_SYN | TH_ACK, true}, {TH_ACK, false},
		{TH_PUSH | TH_ACK, false}, {TH_FIN | TH_ACK, true}, {TH_RST, true},
		{TH_RST | TH_ACK, true}, {0, false}};
	for (int version = 4; version <= 6; version += 2)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			struct shape to = shape(version, 40000, SERVER_PORT, rows[i].flags);
			struct shape from = shape(version, SERVER_PORT, 40000, rows[i].flags);
			assert_int_equal(passes(&at_server, &to), rows[i].passes);
			assert_int_equal(passes(&at_client, &from), rows[i].passes);
			/* Of other connections all: the port is another, or that of the other end.
			 */
			assert_true(passes(&at_server, &from));
			assert_true(passes(&at_client, &to));
			to.destination_port = from.source_port = SERVER_PORT + 1;
			assert_true(passes(&at_server, &to));
			assert_true(passes(&at_client, &from));
		}
}

static const struct datum {
	const char *data;
	bool begins_request, passes, passes_as_larger; /* than what was seen before */
} data[] = {
	{"GET / HTTP/1.1", true, false, true},
	{"HEAD /", true, false, true},
	{"POST /", true, false, true},
	{"PUT /it", true, false, true},
	{"DELETE /", true, false, true},
	{"OPTIONS *", true, false, true},
	{"PATCH /", true, false, true},
	{"CONNECT it:1", true, false, true},
	{"TRACE /", true, false, true},
	{"GETS /", false, true, true},
	{"get / HTTP/1.1", false, true, true},
	{"PRI * HTTP/2.0", false, true, true},
	{"xxxx", false, true, true},
	{"\r\n", false, true, true},
	{"", false, false, false},
};

/* All but requests that are no larger than those before. */
static void data_that_begins_no_request_passes(void **state)
{
	struct tcp_segment_filter filter = at_server, of_client = at_client;
	filter.sees_data = of_client.sees_data = true;
	for (int version = 4; version <= 6; version += 2)
		for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
			struct shape s = shape(version, 40000, SERVER_PORT, TH_PUSH | TH_ACK);
			struct shape back = shape(version, SERVER_PORT, 40000, TH_PUSH | TH_ACK);
			struct tcp_segment segment;
			s.data = back.data = data[i].data;
			s.option_bytes = version == 4 ? 12 : 0;
			struct packet packet = packet_of(&s);
			filter.request_bytes = (uint32_t)packet.length;
			assert_int_equal(passes(&filter, &s), data[i].passes);
			filter.request_bytes--;
			assert_int_equal(passes(&filter, &s), data[i].passes_as_larger);
			assert_false(passes(&at_server, &s));
			assert_false(passes(&of_client, &back));
			s.flags = TH_FIN | TH_ACK;
			assert_true(passes(&filter, &s));
			assert_true(tcp_segment_parse(packet.bytes, packet.length, 0, &segment));
			assert_int_equal(segment.begins_request, data[i].begins_request);
			assert_int_equal(segment.packet_bytes, packet.length);
			assert_int_equal(tcp_segment_of_load(&segment).begins_request,
				data[i].begins_request);
		}
	filter.share = 4;
	struct shape outside = shape(4, 40002, SERVER_PORT, TH_ACK);
	assert_false(passes(&filter, &outside));
}

static void a_second_request_is_seen(void **state)
{
	static const struct {
		const char *data;
		uint32_t request_bytes;
	} rows[] = {
		{"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n", 18},
		{"HEAD / HTTP/1.1\r\n\r\nPOST", 19},
		{"GET / HTTP/1.1\r\n\r\n", 0},
		/* Of which the packet has too little. */
		{"GET / HTTP/1.1\r\n\r\nGET", 0},
		{"GET / HTTP/1.1\r\n", 0},
		/* It has a body. */
		{"POST / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n", 0},
		{"HTTP\r\n\r\nGET / HTTP/1.1\r\n\r\n", 0},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct shape s = shape(4, 40000, SERVER_PORT, TH_PUSH | TH_ACK);
		struct tcp_segment segment;
		s.data = rows[i].data;
		struct packet packet = packet_of(&s);
		assert_true(tcp_segment_parse(packet.bytes, packet.length, 0, &segment));
		assert_int_equal(segment.request_bytes, rows[i].request_bytes);
		assert_int_equal(
			tcp_segment_of_load(&segment).request_bytes, rows[i].request_bytes);
	}
}

/* Of ports in pairs every fourth pair. */
static void a_share_passes(void **state)
{
	struct tcp_segment_filter filter = at_server;
	filter.share = 4;
	for (int version = 4; version <= 6; version += 2)
		for (uint16_t port = 32768; port < 32768 + 32; port++) {
			struct shape s = shape(version, port, SERVER_PORT, TH_FIN);
			assert_int_equal(passes(&filter, &s), port / 2 % 4 == 0);
			assert_int_equal(first_closer_in_share(port, 4), port / 2 % 4 == 0);
		}
}

static void what_is_no_tcp_segment_is_dropped(void **state)
{
	struct shape v4 = shape(4, 40000, SERVER_PORT, TH_FIN), v6 = v4;
	v6.version = 6;
	for (unsigned protocol = 0; protocol < 256; protocol++) {
		v4.protocol = v6.protocol = (uint8_t)protocol;
		assert_int_equal(passes(&at_server, &v4), protocol == IPPROTO_TCP);
		assert_int_equal(passes(&at_server, &v6), protocol == IPPROTO_TCP);
	}
	v4 = shape(4, 40000, SERVER_PORT, TH_FIN);
	v4.fragment_offset = 1;
	assert_false(passes(&at_server, &v4));
	v4.fragment_offset = IP_DF;
	assert_true(passes(&at_server, &v4));
	v4.option_bytes = 12;
	assert_true(passes(&at_server, &v4));
}

static void segments_are_parsed(void **state)
{
	static const struct {
		int version;
		uint8_t option_bytes;
		const char *client[2]; /* as the source, as the destination */
	} rows[] = {
		{4, 0, {"::", "::"}}, {4, 12, {"::", "::"}}, {6, 0, {"2001:2::2", "2001:2::1"}}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int by_server = 0; by_server < 2; by_server++) {
			struct shape s = shape(rows[i].version, 40000, 8080, TH_FIN | TH_ACK);
			s.option_bytes = rows[i].option_bytes;
			struct packet packet = packet_of(&s);
			struct tcp_segment whole;
			struct in6_addr client;
			assert_true(tcp_segment_parse(
				packet.bytes, packet.length - PAYLOAD, 0, &whole));
			whole.sender = by_server ? TD_SERVER : TD_CLIENT;
			struct first_closer_segment segment = tcp_segment_of_load(&whole);
			assert_int_equal(whole.from.port, 40000);
			assert_int_equal(whole.to.port, 8080);
			assert_int_equal(whole.from.is_ipv6, rows[i].version == 6);
			inet_pton(AF_INET6, rows[i].client[by_server], &client);
			if (rows[i].version == 4)
				inet_pton(
					AF_INET, by_server ? "198.18.0.1" : "198.18.0.2", &client);
			assert_memory_equal(segment.client_address, &client, sizeof(client));
			assert_int_equal(segment.client_port, by_server ? 8080 : 40000);
			assert_int_equal(segment.from, by_server ? TD_SERVER : TD_CLIENT);
			assert_int_equal(segment.seq, 0x01020304);
			assert_int_equal(segment.ack, 0x05060708);
			assert_int_equal(segment.payload, PAYLOAD);
			assert_true(segment.fin && segment.has_ack && !segment.syn && !segment.rst);
		}
}

static void a_cut_header_is_no_segment(void **state)
{
	for (int version = 4; version <= 6; version += 2) {
		struct shape s = shape(version, 40000, 8080, TH_FIN);
		struct packet packet = packet_of(&s);
		struct tcp_segment segment;
		for (size_t length = 0; length < packet.length - PAYLOAD; length++)
			assert_false(tcp_segment_parse(packet.bytes, length, 0, &segment));
		packet.bytes[0] = (uint8_t)(0x50 | (packet.bytes[0] & 15));
		assert_false(tcp_segment_parse(packet.bytes, packet.length, 0, &segment));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_decide),
		cmocka_unit_test(what_is_beside_the_load_passes_whole),
		cmocka_unit_test(data_that_begins_no_request_passes),
		cmocka_unit_test(a_second_request_is_seen),
		cmocka_unit_test(heads_pass_by_their_status),
		cmocka_unit_test(a_share_passes),
		cmocka_unit_test(what_is_no_tcp_segment_is_dropped),
		cmocka_unit_test(segments_are_parsed),
		cmocka_unit_test(a_cut_header_is_no_segment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
