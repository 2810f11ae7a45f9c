/* Which segments pass as responses, as the kernel decides on packets made up here. */
#include "bench/measure/response_filter.h"
#include "tests/unit/bench/measure/made_up_packet.h"

#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static bool head_passes(
	enum response_filter_mode mode, uint32_t share, const struct packet_shape *s)
{
	struct sock_filter code[RESPONSE_FILTER_SIZE];
	return packet_passes(response_filter_write(SERVER_PORT, share, mode, code), s);
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
			struct packet_shape from =
				packet_shape(version, SERVER_PORT, 40000, TH_PUSH | TH_ACK);
			from.data = rows[i].data;
			assert_int_equal(head_passes(RESPONSE_FILTER_ALL, 1, &from), rows[i].all);
			assert_int_equal(
				head_passes(RESPONSE_FILTER_REFUSED, 1, &from), rows[i].refused);
			assert_false(head_passes(RESPONSE_FILTER_NONE, 1, &from));
			from.destination_port = 40002;
			assert_false(head_passes(RESPONSE_FILTER_ALL, 4, &from));
			from.source_port = SERVER_PORT + 1;
			assert_false(head_passes(RESPONSE_FILTER_ALL, 1, &from));
		}
}

/* The record's length has no byte of 0, which would end the text. */
static void hellos_pass_of_the_server_alone(void **state)
{
	static const struct {
		const char *data;
		bool passes;
	} rows[] = {{"\x16\x03\x03\x01\x01\x02 and more", true},
		{"\x16\x03\x01\x01\x01\x02 and more", true},
		{"\x16\x03\x03\x01\x01\x01 and more", false},
		{"\x16\x03\x03\x01\x01\x04 and more", false},
		{"\x17\x03\x03\x01\x01\x02 and more", false},
		{"\x16\x02\x03\x01\x01\x02 and more", false},
		{"\x16\x03\x03\x01\x01\x02 cut", false}};
	for (int version = 4; version <= 6; version += 2)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			struct packet_shape s =
				packet_shape(version, SERVER_PORT, 40000, TH_PUSH | TH_ACK);
			s.data = rows[i].data;
			assert_int_equal(head_passes(RESPONSE_FILTER_ALL, 1, &s), rows[i].passes);
			assert_int_equal(
				head_passes(RESPONSE_FILTER_REFUSED, 1, &s), rows[i].passes);
			assert_false(head_passes(RESPONSE_FILTER_NONE, 1, &s));
			s.destination_port = 40002;
			assert_false(head_passes(RESPONSE_FILTER_ALL, 4, &s));
		}
}

/* A segment of so much data, which begins and ends like this. */
static struct packet_shape server_says(int version, size_t size, const char *begin, const char *end)
{
	static char data[1000];
	struct packet_shape from = packet_shape(version, SERVER_PORT, 40000, TH_PUSH | TH_ACK);
	memset(data, 'x', sizeof(data));
	memcpy(data, begin, strlen(begin));
	data[size] = '\0';
	memcpy(data + size - strlen(end), end, strlen(end));
	from.data = data;
	return from;
}

static size_t passed_of(enum response_filter_mode mode, const struct packet_shape *s)
{
	struct sock_filter code[RESPONSE_FILTER_SIZE];
	return packet_bytes_passed(response_filter_write(SERVER_PORT, 1, mode, code), s);
}

static void what_may_end_a_response_passes(void **state)
{
	static const struct {
		const char *begin, *end;
		size_t size;
		bool passes;
	} rows[] = {{"", "\r\n0\r\n\r\n", 100, true}, {"", "0\r\n\r\n", 5, true},
		{"", "a: b\r\n\r\n", 100, true}, {"", "\r\n\r\n", 4, true}, {"", "\r\n", 2, true},
		{"", "x", 1, true}, {"", "xyz", 3, true}, {"", "wxyz", 4, false},
		{"", "0\r\n", 100, false}, {"", "\r\n\r\n ", 100, false}, {"HTTP", "", 11, false},
		{"HTTP", "\r\n\r\n", 11, true}};
	for (int version = 4; version <= 6; version += 2)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			struct packet_shape s =
				server_says(version, rows[i].size, rows[i].begin, rows[i].end);
			assert_int_equal(head_passes(RESPONSE_FILTER_ALL, 1, &s), rows[i].passes);
			assert_false(head_passes(RESPONSE_FILTER_REFUSED, 1, &s));
			assert_false(head_passes(RESPONSE_FILTER_NONE, 1, &s));
		}
}

/* Of a long one a part passes, and how much of it says how it ends. */
static void the_end_of_what_is_cut_is_told(void **state)
{
	static const struct {
		const char *begin, *end;
		bool passes;
		enum response_tail tail;
	} rows[] = {
		{"", "\r\n0\r\n\r\n", true, RESPONSE_TAIL_LAST_CHUNK},
		{"", "\r\n10\r\n\r\n", true, RESPONSE_TAIL_UNPROVEN},
		{"", "x: y\r\n\r\n", true, RESPONSE_TAIL_UNPROVEN},
		{"", "\r\n", false, RESPONSE_TAIL_OPEN},
		{"HTTP/1.1 200 OK", "\r\n", true, RESPONSE_TAIL_OPEN},
		{"HTTP/1.1 200 OK", "\r\n\r\n", true, RESPONSE_TAIL_UNPROVEN},
		{"HTTP/1.1 200 OK", "\r\n0\r\n\r\n", true, RESPONSE_TAIL_LAST_CHUNK},
	};
	for (int version = 4; version <= 6; version += 2)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			struct packet_shape s =
				server_says(version, 950, rows[i].begin, rows[i].end);
			size_t passed = passed_of(RESPONSE_FILTER_ALL, &s);
			assert_int_equal(passed > 0, rows[i].passes);
			assert_int_equal(response_filter_tail(passed), rows[i].tail);
			/* A ring's frame has more room than that (packet_ring.c). */
			assert_true(rows[i].tail == RESPONSE_TAIL_OPEN || passed < 1024 - 80);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_pass_by_their_status),
		cmocka_unit_test(hellos_pass_of_the_server_alone),
		cmocka_unit_test(what_may_end_a_response_passes),
		cmocka_unit_test(the_end_of_what_is_cut_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
