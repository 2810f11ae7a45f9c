/* What of a frame is a whole TCP segment, in both families; and look-alikes that are none. */
#include "bench/wire/frame_tcp.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ETHERNET_BYTES 14
#define IPV4_BYTES 20
#define IPV6_BYTES 40
#define DATA_BYTES 100
#define ROOM 200

struct frame {
	uint8_t bytes[ROOM];
	size_t length;
};

static void u16_put(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Ports 40000 and 8080, sequence number 7, acknowledgement 9, window 500, PSH and ACK; 12 bytes of
 * options. */
static size_t tcp_put(uint8_t *tcp)
{
	u16_put(tcp, 40000);
	u16_put(tcp + 2, 8080);
	tcp[7] = 7;
	tcp[11] = 9;
	tcp[12] = 8 << 4;
	tcp[13] = TCP_PSH | TCP_ACK;
	u16_put(tcp + 14, 500);
	return 32 + DATA_BYTES;
}

static struct frame ipv4_make(void)
{
	struct frame frame = {.length = ETHERNET_BYTES + IPV4_BYTES};
	uint8_t *ip = frame.bytes + ETHERNET_BYTES;
	size_t size = tcp_put(ip + IPV4_BYTES);
	u16_put(frame.bytes + 12, 0x0800);
	ip[0] = 0x45;
	u16_put(ip + 2, (unsigned)(IPV4_BYTES + size));
	ip[6] = 0x40; /* may not be cut into pieces, as Linux sends it */
	ip[9] = IPPROTO_TCP;
	frame.length += size;
	return frame;
}

static struct frame ipv6_make(void)
{
	struct frame frame = {.length = ETHERNET_BYTES + IPV6_BYTES};
	uint8_t *ip = frame.bytes + ETHERNET_BYTES;
	size_t size = tcp_put(ip + IPV6_BYTES);
	u16_put(frame.bytes + 12, 0x86dd);
	ip[0] = 0x60;
	u16_put(ip + 4, (unsigned)size);
	ip[6] = IPPROTO_TCP;
	frame.length += size;
	return frame;
}

/* The frame lies at the end of what may be read: a sanitizer tells of what is behind it. */
static bool is_found(const struct frame *frame, struct frame_tcp *found)
{
	uint8_t *copy = test_malloc(frame->length + 1);
	struct frame_tcp here;
	memcpy(copy, frame->bytes, frame->length);
	bool is_one = frame_tcp_find((struct iovec){copy, frame->length}, &here);
	if (found && is_one)
		*found = here;
	test_free(copy);
	return is_one;
}

static void assert_is_the_segment(const struct frame *frame)
{
	struct frame_tcp found = {0};
	assert_true(is_found(frame, &found));
	assert_int_equal(found.source_port, 40000);
	assert_int_equal(found.destination_port, 8080);
	assert_int_equal(found.header.seq, 7);
	assert_int_equal(found.header.ack, 9);
	assert_int_equal(found.header.window, 500);
	assert_int_equal(found.header.flags, TCP_PSH | TCP_ACK);
	assert_int_equal(found.header.payload, DATA_BYTES);
}

static void test_segments(void **state)
{
	struct frame ipv4 = ipv4_make(), ipv6 = ipv6_make();
	assert_is_the_segment(&ipv4);
	assert_is_the_segment(&ipv6);
	/* Ethernet fills short frames up: that is no data. */
	ipv4.length += 6;
	ipv6.length += 6;
	assert_is_the_segment(&ipv4);
	assert_is_the_segment(&ipv6);
}

/* IPv4's options lie before TCP. */
static void test_ipv4_options(void **state)
{
	struct frame plain = ipv4_make(), frame = plain;
	uint8_t *ip = frame.bytes + ETHERNET_BYTES;
	memmove(ip + 24, ip + IPV4_BYTES, plain.length - ETHERNET_BYTES - IPV4_BYTES);
	ip[0] = 0x46;
	u16_put(ip + 2, (unsigned)(plain.length - ETHERNET_BYTES + 4));
	frame.length += 4;
	assert_is_the_segment(&frame);
}

/* One byte of a segment's frame is another one. */
struct look_alike {
	const char *name;
	size_t at;
	uint8_t value;
};

#define IP ETHERNET_BYTES
static const struct look_alike ipv4_alike[] = {
	{"another type of frame", 13, 0x06},
	{"the type of IPv6", 12, 0x86},
	{"another version", IP, 0x55},
	{"a header of 16 bytes", IP, 0x44},
	{"a header longer than the packet", IP + 3, 19},
	{"longer than the frame", IP + 2, 1},
	{"too short for a header of TCP", IP + 3, IPV4_BYTES + 19},
	{"the first piece of a packet", IP + 6, 0x20},
	{"a later piece of a packet", IP + 7, 1},
	{"UDP", IP + 9, IPPROTO_UDP},
	{"ICMP", IP + 9, IPPROTO_ICMP},
	{"a header of TCP of 16 bytes", IP + IPV4_BYTES + 12, 4 << 4},
};
static const struct look_alike ipv6_alike[] = {
	{"another type of frame", 13, 0xdc},
	{"another version", IP, 0x50},
	{"a hop-by-hop header before TCP", IP + 6, IPPROTO_HOPOPTS},
	{"a routing header before TCP", IP + 6, IPPROTO_ROUTING},
	{"a piece of a packet", IP + 6, IPPROTO_FRAGMENT},
	{"options for the destination before TCP", IP + 6, IPPROTO_DSTOPTS},
	{"UDP", IP + 6, IPPROTO_UDP},
	{"a neighbour's solicitation", IP + 6, IPPROTO_ICMPV6},
	{"nothing behind the header", IP + 6, IPPROTO_NONE},
	{"longer than the frame", IP + 4, 1},
	{"too short for a header of TCP", IP + 5, 19},
	{"a header of TCP of 16 bytes", IP + IPV6_BYTES + 12, 4 << 4},
};

static void assert_none_is_found(
	const struct frame *segment, const struct look_alike *alike, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct frame frame = *segment;
		assert_int_not_equal(frame.bytes[alike[i].at], alike[i].value);
		frame.bytes[alike[i].at] = alike[i].value;
		if (is_found(&frame, NULL))
			fail_msg("%s was taken for a segment", alike[i].name);
	}
}

static void test_look_alikes(void **state)
{
	const struct frame ipv4 = ipv4_make(), ipv6 = ipv6_make();
	assert_none_is_found(&ipv4, ipv4_alike, sizeof(ipv4_alike) / sizeof(ipv4_alike[0]));
	assert_none_is_found(&ipv6, ipv6_alike, sizeof(ipv6_alike) / sizeof(ipv6_alike[0]));
}

/* A header of TCP with more options than the packet has bytes. */
static void test_tcp_header_beyond_the_packet(void **state)
{
	struct frame frames[] = {ipv4_make(), ipv6_make()};
	for (size_t i = 0; i < 2; i++) {
		uint8_t *ip = frames[i].bytes + ETHERNET_BYTES;
		u16_put(i == 0 ? ip + 2 : ip + 4, i == 0 ? IPV4_BYTES + 31 : 31);
		assert_false(is_found(&frames[i], NULL));
		u16_put(i == 0 ? ip + 2 : ip + 4, i == 0 ? IPV4_BYTES + 32 : 32);
		assert_true(is_found(&frames[i], NULL));
	}
}

/* Wherever a frame is cut off, it is whole no more. */
static void test_short_frames(void **state)
{
	const struct frame frames[] = {ipv4_make(), ipv6_make()};
	for (size_t i = 0; i < 2; i++)
		for (size_t length = 0; length < frames[i].length; length++) {
			struct frame cut = frames[i];
			cut.length = length;
			if (is_found(&cut, NULL))
				fail_msg("%zu of %zu bytes were taken for a segment", length,
					frames[i].length);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_ipv4_options),
		cmocka_unit_test(test_look_alikes),
		cmocka_unit_test(test_tcp_header_beyond_the_packet),
		cmocka_unit_test(test_short_frames),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
