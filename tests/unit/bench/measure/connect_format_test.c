/* Samples of the tracepoint sock:inet_sock_set_state, by a format and bytes that are made up. */
#include "bench/measure/connect_watch.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

/* As Linux 6.18 writes it, but for the places, which another kernel has elsewhere. */
static const char text[] = "name: inet_sock_set_state\nID: 2287\nformat:\n"
			   "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
			   "\tfield:__u16 sport;\toffset:24;\tsize:2;\tsigned:0;\n"
			   "\tfield:__u16 dport;\toffset:26;\tsize:2;\tsigned:0;\n"
			   "\tfield:__u16 family;\toffset:30;\tsize:2;\tsigned:0;\n"
			   "\tfield:__u8 saddr[4];\toffset:32;\tsize:4;\tsigned:0;\n"
			   "\tfield:__u8 daddr[4];\toffset:36;\tsize:4;\tsigned:0;\n"
			   "\tfield:__u8 saddr_v6[16];\toffset:40;\tsize:16;\tsigned:0;\n"
			   "\tfield:__u8 daddr_v6[16];\toffset:56;\tsize:16;\tsigned:0;\n\n"
			   "print fmt: \"sport=%hu dport=%hu\", REC->sport, REC->dport\n";

#define LENGTH 72

static char raw[LENGTH];
static struct connect_format format;
static struct connect_record record;

static void put(size_t at, const void *bytes, size_t size)
{
	memcpy(raw + at, bytes, size);
}

static int begin(void **state)
{
	uint16_t ports[] = {40001, 5432};
	(void)state;
	assert_true(connect_format_parse(text, &format));
	memset(raw, 0, sizeof(raw));
	put(24, ports, sizeof(ports));
	put(32, (uint8_t[]){10, 1, 4, 7, 10, 9, 0, 20}, 8);
	return 0;
}

static bool take(uint16_t family, size_t length)
{
	put(30, &family, sizeof(family));
	return connect_sample_read(&format, raw, length, &record);
}

static void addresses_are(const void *source, const void *destination, size_t size)
{
	static const char zeros[16];
	assert_memory_equal(record.source.words, source, size);
	assert_memory_equal(record.destination.words, destination, size);
	assert_memory_equal((char *)record.source.words + size, zeros, 16 - size);
	assert_memory_equal((char *)record.destination.words + size, zeros, 16 - size);
}

static void test_ipv4(void **state)
{
	(void)state;
	assert_true(take(AF_INET, LENGTH));
	assert_int_equal(record.kind, CONNECT_RECORD_CALL);
	assert_int_equal(record.port, 5432);
	assert_false(record.is_ipv6);
	addresses_are((uint8_t[]){10, 1, 4, 7}, (uint8_t[]){10, 9, 0, 20}, 4);
}

static void test_ipv6(void **state)
{
	uint8_t source[16] = {0x20, 1, [15] = 1}, destination[16] = {0x20, 1, [15] = 2};
	(void)state;
	put(40, source, sizeof(source));
	put(56, destination, sizeof(destination));
	assert_true(take(AF_INET6, LENGTH));
	assert_true(record.is_ipv6);
	addresses_are(source, destination, 16);
}

/* Its fields of IPv4 have the source, and may not have the destination yet. */
static void test_mapped(void **state)
{
	uint8_t destination[16] = {[10] = 0xff, 0xff, 10, 9, 0, 21};
	(void)state;
	put(56, destination, sizeof(destination));
	assert_true(take(AF_INET6, LENGTH));
	assert_false(record.is_ipv6);
	addresses_are((uint8_t[]){10, 1, 4, 7}, (uint8_t[]){10, 9, 0, 21}, 4);
}

static void test_short_samples(void **state)
{
	(void)state;
	for (size_t length = 0; length < LENGTH; length++) {
		assert_false(take(AF_INET, length));
		assert_false(take(AF_INET6, length));
	}
}

static void test_formats_without_a_field(void **state)
{
	char other[sizeof(text)];
	(void)state;
	memcpy(other, text, sizeof(text));
	*strstr(other, "daddr_v6") = 'x';
	assert_false(connect_format_parse(other, &format));
	assert_false(connect_format_parse("", &format));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_ipv4, begin),
		cmocka_unit_test_setup(test_ipv6, begin),
		cmocka_unit_test_setup(test_mapped, begin),
		cmocka_unit_test_setup(test_short_samples, begin),
		cmocka_unit_test_setup(test_formats_without_a_field, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
