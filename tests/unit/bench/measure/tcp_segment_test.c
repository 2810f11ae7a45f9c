/* The packet tap's filter, run by the kernel on packets made up here, and what is read of those
 * that pass. */
#include "bench/measure/tcp_segment.h"
#include "tests/unit/bench/measure/made_up_packet.h"

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static bool passes(const struct tcp_segment_filter *filter, const struct packet_shape *s)
{
	struct sock_filter code[TCP_SEGMENT_FILTER_SIZE];
	return packet_passes(tcp_segment_filter_write(filter, code), s);
}

static const struct tcp_segment_filter at_server = {TD_SERVER, SERVER_PORT, 1};
static const struct tcp_segment_filter at_client = {TD_CLIENT, SERVER_PORT, 1};

/* At either end it is the other address of the packet that tells. */
static void what_is_beside_the_load_passes_whole(void **state)
{
	struct tcp_segment_filter server = at_server, client = at_client;
	/* 198.18.0.2 and 2001:2::2 are the source, 198.18.0.1 and 2001:2::1 the destination. */
	static const struct {
		int version;
		uint32_t source, destination;
	} rows[] = {{4, 0xc6120002, 0xc6120001}, {6, 2, 1}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int version = rows[i].version;
		const struct packet_shape to = packet_shape(version, 40000, SERVER_PORT, TH_ACK),
					  from = packet_shape(version, SERVER_PORT, 40000, TH_ACK);
		server.beside = client.beside = rows[i].source;
		assert_true(passes(&server, &to));
		assert_false(passes(&client, &from));
		server.beside = client.beside = rows[i].destination;
		assert_false(passes(&server, &to));
		assert_true(passes(&client, &from));
	}
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
			struct packet_shape to =
				packet_shape(version, 40000, SERVER_PORT, rows[i].flags);
			struct packet_shape from =
				packet_shape(version, SERVER_PORT, 40000, rows[i].flags);
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

#define A_16 "aaaaaaaaaaaaaaaa"
#define A_64 A_16 A_16 A_16 A_16
#define A_256 A_64 A_64 A_64 A_64

static const struct datum {
	const char *data;
	bool begins_request, passes, passes_as_larger; /* than what was seen before */
	bool is_alert;
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
	{"\x15\x03\x03\x01\x02!!", false, true, true, false},
	{"\x17\x03\x03\x01\x13sealed", false, true, true, false},
	{"\x15\x03\x03\x01\x01" A_256 "!", false, true, true, true},
	{"\x15\x03\x03\x01\x01" A_256 "!!", false, true, true, false},
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
			struct packet_shape s =
				packet_shape(version, 40000, SERVER_PORT, TH_PUSH | TH_ACK);
			struct packet_shape back =
				packet_shape(version, SERVER_PORT, 40000, TH_PUSH | TH_ACK);
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
			assert_int_equal(segment.is_tls_alert, data[i].is_alert);
			assert_int_equal(
				tcp_segment_of_load(&segment).is_tls_alert, data[i].is_alert);
			assert_int_equal(segment.packet_bytes, packet.length);
			assert_int_equal(tcp_segment_of_load(&segment).begins_request,
				data[i].begins_request);
		}
	filter.share = 4;
	struct packet_shape outside = packet_shape(4, 40002, SERVER_PORT, TH_ACK);
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
		struct packet_shape s = packet_shape(4, 40000, SERVER_PORT, TH_PUSH | TH_ACK);
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
			struct packet_shape s = packet_shape(version, port, SERVER_PORT, TH_FIN);
			assert_int_equal(passes(&filter, &s), port / 2 % 4 == 0);
			assert_int_equal(first_closer_in_share(port, 4), port / 2 % 4 == 0);
		}
}

static void what_is_no_tcp_segment_is_dropped(void **state)
{
	struct packet_shape v4 = packet_shape(4, 40000, SERVER_PORT, TH_FIN), v6 = v4;
	v6.version = 6;
	for (unsigned protocol = 0; protocol < 256; protocol++) {
		v4.protocol = v6.protocol = (uint8_t)protocol;
		assert_int_equal(passes(&at_server, &v4), protocol == IPPROTO_TCP);
		assert_int_equal(passes(&at_server, &v6), protocol == IPPROTO_TCP);
	}
	v4 = packet_shape(4, 40000, SERVER_PORT, TH_FIN);
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
			struct packet_shape s =
				packet_shape(rows[i].version, 40000, 8080, TH_FIN | TH_ACK);
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
		struct packet_shape s = packet_shape(version, 40000, 8080, TH_FIN);
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
		cmocka_unit_test(a_share_passes),
		cmocka_unit_test(what_is_no_tcp_segment_is_dropped),
		cmocka_unit_test(segments_are_parsed),
		cmocka_unit_test(a_cut_header_is_no_segment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
