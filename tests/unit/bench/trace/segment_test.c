/* The same TCP segment in the shells of each link type; and packets that are cut, wrong or in
 * pieces. Headers are written by hand, from the standards. */
#include "bench/trace/segment.h"
#include "segment_shells.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The packet in memory of just its size, so that a sanitizer sees a read beyond it. */
static bool read_once(struct segment_reader *reader, int link_type, const char *bytes,
	size_t captured, size_t length, struct segment *segment)
{
	uint8_t *copy = malloc(captured ? captured : 1);
	assert_non_null(copy);
	memcpy(copy, bytes, captured);
	struct capture_packet packet = {
		.number = 1,
		.bytes = copy,
		.captured = (uint32_t)captured,
		.length = (uint32_t)length,
		.link_type = link_type,
	};
	bool is_read = segment_read(reader, &packet, segment) == SEGMENT_WHOLE;
	if (is_read && segment->data_captured > 0)
		assert_memory_equal(segment->data, "abcdef",
			segment->data_captured < 6 ? segment->data_captured : 6);
	segment->data = NULL;
	free(copy);
	return is_read;
}

static void expect_segment(const struct segment *segment, bool is_ipv6)
{
	char text[ENDPOINT_TEXT_SIZE];
	assert_string_equal(endpoint_text(&segment->from, text),
		is_ipv6 ? "[2001:db8::1]:40000" : "10.0.0.1:40000");
	assert_string_equal(endpoint_plain_text(&segment->to, text),
		is_ipv6 ? "2001:db8::2:80" : "10.0.0.2:80");
	assert_int_equal(segment->tcp.seq, 0x01020304);
	assert_int_equal(segment->tcp.ack, 0x05060708);
	assert_int_equal(segment->tcp.window, 0x1234);
	assert_int_equal(segment->tcp.flags, TCP_FIN | TCP_PSH | TCP_ACK);
	assert_int_equal(segment->tcp.payload, 6);
}

static void each_shell_is_opened(void **state)
{
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		const struct shell_case *shell = &shells[i];
		struct segment_reader *reader = segment_reader_create();
		struct segment segment;
		print_message("%s\n", shell->name);
		assert_true(read_once(reader, shell->link_type, shell->bytes, shell->length,
			shell->length, &segment));
		expect_segment(&segment, shell->is_ipv6);
		assert_int_equal(segment.data_captured, 6);
		assert_int_equal(segment_reader_finish(reader)->fragments, 0);
		segment_reader_destroy(reader);
	}
}

static void expect_cut(struct segment_reader *reader, const char *name, size_t captured)
{
	if (segment_reader_finish(reader)->cut != 1)
		fail_msg("%s, %zu bytes", name, captured);
}

/* Cut anywhere: a segment where the whole TCP header is there, with the payload that it had; and
 * nothing is read beyond. */
static void cut_packets_show_what_they_hold(void **state)
{
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		const struct shell_case *shell = &shells[i];
		for (size_t captured = 0; captured < shell->length; captured++) {
			struct segment_reader *reader = segment_reader_create();
			struct segment segment;
			bool is_read = read_once(reader, shell->link_type, shell->bytes, captured,
				shell->length, &segment);
			assert_int_equal(is_read, captured >= shell->length - 6);
			if (is_read)
				expect_segment(&segment, shell->is_ipv6);
			else
				expect_cut(reader, shell->name, captured);
			segment_reader_destroy(reader);
		}
	}
}

/* Ethernet fills a short frame up: the IP header says where the packet ends. */
static void padding_is_no_data(void **state)
{
	static const char padded[] = ETHERNET "\x08\x00" IPV4 TCP_BYTES "\0\0\0\0";
	struct segment_reader *reader = segment_reader_create();
	struct segment segment;
	assert_true(read_once(
		reader, LINK_ETHERNET, padded, sizeof(padded) - 1, sizeof(padded) - 1, &segment));
	expect_segment(&segment, false);
	segment_reader_destroy(reader);
}

/* Options of a SYN: what they say of the window's scale, as far as they were captured. */
static void a_syn_says_how_its_window_is_scaled(void **state)
{
	static const struct {
		const char *options;
		uint32_t captured;
		uint8_t scale;
	} table[] = {
		{"\x01\x01\x04\x02\x01\x03\x03\x07", 8, 7 + 1},
		{"\x03\x03\x00\x00\x00\x00\x00\x00", 8, 0 + 1},
		/* RFC 7323, 2.3: more than 14 is taken for 14. */
		{"\x03\x03\x20\x00\x00\x00\x00\x00", 8, 14 + 1},
		{"\x01\x01\x04\x02\x01\x01\x01\x01", 8, SCALE_NONE},
		{"\x00\x03\x03\x07\x00\x00\x00\x00", 8, SCALE_NONE},
		/* Lengths that cannot be. */
		{"\x04\x00\x03\x03\x07\x00\x00\x00", 8, SCALE_NONE},
		{"\x04\x01\x03\x03\x07\x00\x00\x00", 8, SCALE_NONE},
		{"\x01\x01\x01\x01\x01\x01\x03\x03", 8, SCALE_NONE},
		/* The capture ends within the options. */
		{"\x01\x01\x04\x02\x01\x03\x03\x07", 7, SCALE_UNKNOWN},
		{"\x01\x01\x04\x02\x01\x03\x03\x07", 6, SCALE_UNKNOWN},
		{"\x01\x01\x04\x02\x01\x03\x03\x07", 3, SCALE_UNKNOWN},
		{"\x03\x03\x07\x00\x00\x00\x00\x00", 3, 7 + 1},
	};
	static const uint8_t ip[20] = {0x45, 0x00, 0x00, 0x30, 0x00, 0x01, 0x40, 0x00, 0x40, 0x06,
		0x00, 0x00, 0x0a, 0x00, 0x00, 0x01, 0x0a, 0x00, 0x00, 0x02};
	static const uint8_t syn[20] = {0x9c, 0x40, 0x00, 0x50, 0x01, 0x02, 0x03, 0x04, 0x00, 0x00,
		0x00, 0x00, 0x70, 0x02, 0x12, 0x34, 0x00, 0x00, 0x00, 0x00};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char packet[48];
		struct segment_reader *reader = segment_reader_create();
		struct segment segment;
		memcpy(packet, ip, sizeof(ip));
		memcpy(packet + 20, syn, sizeof(syn));
		memcpy(packet + 40, table[i].options, 8);
		assert_true(read_once(reader, LINK_RAW, packet, 40 + table[i].captured,
			sizeof(packet), &segment));
		assert_int_equal(segment.tcp.scale, table[i].scale);
		segment_reader_destroy(reader);
	}
}

static const struct {
	const char *name, *bytes;
	size_t length;
	int link_type;
	struct segment_counts counts;
} others[] = {
#define OTHER(name, link_type, bytes, ...)                                                         \
	{                                                                                          \
		name, bytes, sizeof(bytes) - 1, link_type,                                         \
		{                                                                                  \
			.packets = 1, __VA_ARGS__                                                  \
		}                                                                                  \
	}
	OTHER("ARP", LINK_ETHERNET, ETHERNET "\x08\x06\x00\x01\x08\x00\x06\x04", .other = 1),
	OTHER("UDP", LINK_RAW,
		"\x45\x00\x00\x1c\x00\x01\x40\x00\x40\x11\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02"
		"\x00\x35\x00\x35\x00\x08\x00\x00",
		.other = 1),
	OTHER("GRE of version 1", LINK_RAW,
		"\x45\x00\x00\x20\x00\x01\x40\x00\x40\x2f\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02"
		"\x30\x01\x88\x0b\x00\x00\x00\x00\x00\x00\x00\x00",
		.other = 1),
	OTHER("UDP to VXLAN's port", LINK_RAW,
		"\x45\x00\x00\x24\x00\x01\x40\x00\x40\x11\x00\x00\x01\x01\x01\x01\x02\x02\x02\x02"
		"\x12\x34\x12\xb5\x00\x10\x00\x00"
		"\x01\x02\x03\x04\x05\x06\x07\x08",
		.other = 1),
	OTHER("UDP to Geneve's port, of a version to come", LINK_RAW,
		"\x45\x00\x00\x24\x00\x01\x40\x00\x40\x11\x00\x00\x01\x01\x01\x01\x02\x02\x02\x02"
		"\x12\x34\x17\xc1\x00\x10\x00\x00"
		"\x40\x00\x65\x58\x00\x00\x00\x00",
		.other = 1),
	OTHER("an echo of GTP", LINK_RAW,
		"\x45\x00\x00\x24\x00\x01\x40\x00\x40\x11\x00\x00\x01\x01\x01\x01\x02\x02\x02\x02"
		"\x12\x34\x08\x68\x00\x10\x00\x00"
		"\x30\x01\x00\x00\x00\x00\x00\x00",
		.other = 1),
	OTHER("a GTP extension without a length", LINK_RAW,
		"\x45\x00\x00\x2c\x00\x01\x40\x00\x40\x11\x00\x00\x01\x01\x01\x01\x02\x02\x02\x02"
		"\x12\x34\x08\x68\x00\x18\x00\x00"
		"\x34\xff\x00\x08\x00\x00\x00\x01\x00\x00\x00\x85\x00\x00\x00\x00",
		.wrong = 1),
	OTHER("ERSPAN of a version to come", LINK_RAW,
		"\x45\x00\x00\x24\x00\x01\x40\x00\x40\x2f\x00\x00\x01\x01\x01\x01\x02\x02\x02\x02"
		"\x10\x00\x88\xbe\x00\x00\x00\x01\x30\x07\x00\x01\x00\x00\x00\x02",
		.other = 1),
	OTHER("NFLOG without a packet", LINK_NFLOG,
		"\x02\x00\x00\x00\x08\x00\x01\x00\x08\x00\x01\x00", .other = 1),
	OTHER("NFLOG, an attribute shorter than its head", LINK_NFLOG,
		"\x02\x00\x00\x00\x03\x00\x01\x00\x08\x00\x01\x00", .other = 1),
	OTHER("LLC without SNAP", LINK_ETHERNET,
		ETHERNET "\x00\x26\x42\x42\x03\x00\x00\x00\x00\x00\x00", .other = 1),
	OTHER("IP version 5", LINK_RAW, "\x55\x00\x00\x2e", .other = 1),
	OTHER("IPv4 header of 16 bytes", LINK_RAW,
		"\x44\x00\x00\x2e\x00\x01\x40\x00\x40\x06\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02",
		.wrong = 1),
	OTHER("IPv4 shorter than its header", LINK_RAW,
		"\x45\x00\x00\x13\x00\x01\x40\x00\x40\x06\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02",
		.wrong = 1),
	OTHER("a TCP header that is too short", LINK_RAW,
		IPV4
		"\x9c\x40\x00\x50\x01\x02\x03\x04\x05\x06\x07\x08\x40\x19\x12\x34\x00\x00\x00\x00"
		"abcdef",
		.wrong = 1),
	OTHER("a TCP header longer than the packet", LINK_RAW,
		IPV4
		"\x9c\x40\x00\x50\x01\x02\x03\x04\x05\x06\x07\x08\xf0\x19\x12\x34\x00\x00\x00\x00"
		"abcdef",
		.wrong = 1),
	OTHER("a packet too short for TCP", LINK_RAW,
		"\x45\x00\x00\x1c\x00\x01\x40\x00\x40\x06\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02"
		"\x9c\x40\x00\x50\x01\x02\x03\x04",
		.wrong = 1),
	OTHER("a link type that is not read", 195, "\x61\x88\x00", .unknown_link = 1,
		.link_type = 195),
};

static void what_is_no_segment_is_counted(void **state)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct segment_reader *reader = segment_reader_create();
		struct segment segment;
		print_message("%s\n", others[i].name);
		assert_false(read_once(reader, others[i].link_type, others[i].bytes,
			others[i].length, others[i].length, &segment));
		assert_memory_equal(
			segment_reader_finish(reader), &others[i].counts, sizeof(others[i].counts));
		segment_reader_destroy(reader);
	}
}

/* A piece of the packet with this identification: its offset in units of 8 bytes, and whether more
 * follow. */
static bool piece_read(struct segment_reader *reader, uint8_t identification, uint8_t offset,
	bool more, const char *bytes, size_t length, struct segment *segment)
{
	char packet[128] = {0x45, 0, 0, (char)(20 + length), 0, (char)identification,
		more ? 0x20 : 0, (char)offset, 0x40, 0x06, 0, 0, 0x0a, 0, 0, 1, 0x0a, 0, 0, 2};
	memcpy(packet + 20, bytes, length);
	return read_once(reader, LINK_RAW, packet, 20 + length, 20 + length, segment);
}

static void pieces_make_one_segment(void **state)
{
	/* In order, and in another; a piece twice; another packet between. */
	static const uint8_t orders[][5] = {{0, 1, 2, 9}, {2, 1, 0, 9}, {1, 1, 2, 0, 9}};
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		struct segment_reader *reader = segment_reader_create();
		struct segment segment;
		unsigned given = 0, count = 0;
		for (; orders[i][given] != 9; given++) {
			uint8_t piece = orders[i][given];
			bool more = piece < 2;
			assert_false(piece_read(reader, 5, 0, true, TCP_BYTES, 24, &segment));
			count += piece_read(reader, 7, 3 * piece, more,
				piece == 0 ? TCP_BYTES : "efghijklmnopqrstuvwxyz01", more ? 24 : 2,
				&segment);
		}
		assert_int_equal(count, 1);
		/* 24 + 24 + 2 bytes, of which 20 are the header. */
		assert_int_equal(segment.tcp.payload, 30);
		assert_int_equal(segment.tcp.seq, 0x01020304);
		assert_int_equal(segment_reader_finish(reader)->incomplete, 1);
		assert_int_equal(segment_reader_finish(reader)->fragments, 2 * given);
		segment_reader_destroy(reader);
	}
}

/* The first piece has too little of the TCP header; the header's end comes before its begin. */
static void a_header_may_lie_in_several_pieces(void **state)
{
	for (unsigned upside_down = 0; upside_down < 2; upside_down++) {
		struct segment_reader *reader = segment_reader_create();
		struct segment segment;
		unsigned count = 0;
		for (uint8_t i = 0; i < 4; i++) {
			uint8_t piece = upside_down ? 3 - i : i;
			count += piece_read(reader, 7, piece, piece < 3, &TCP_BYTES[8 * piece],
				piece < 3 ? 8 : 2, &segment);
			assert_int_equal(count, i == 3);
		}
		expect_segment(&segment, false);
		assert_int_equal(segment_reader_finish(reader)->cut, 0);
		segment_reader_destroy(reader);
	}
}

/* Thousands of packets of which the last piece never comes: the oldest give way, and are counted.
 */
static void pieces_are_bounded(void **state)
{
	struct segment_reader *reader = segment_reader_create();
	struct segment segment;
	for (unsigned i = 0; i < 5000; i++) {
		char packet[64] = {0x45, 0, 0, 44, (char)(i >> 8), (char)i, 0x20, 0, 0x40, 0x06, 0,
			0, 0x0a, 0, 0, 1, 0x0a, 0, 0, 2};
		assert_false(read_once(reader, LINK_RAW, packet, 44, 44, &segment));
	}
	assert_int_equal(segment_reader_finish(reader)->incomplete, 5000);
	segment_reader_destroy(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_shell_is_opened),
		cmocka_unit_test(cut_packets_show_what_they_hold),
		cmocka_unit_test(padding_is_no_data),
		cmocka_unit_test(a_syn_says_how_its_window_is_scaled),
		cmocka_unit_test(what_is_no_segment_is_counted),
		cmocka_unit_test(pieces_make_one_segment),
		cmocka_unit_test(a_header_may_lie_in_several_pieces),
		cmocka_unit_test(pieces_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
