/* Which segments pass as responses, as the kernel decides on packets made up here. */
#include "bench/measure/response_filter.h"
#include "tests/unit/bench/measure/made_up_packet.h"

#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_pass_by_their_status),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
