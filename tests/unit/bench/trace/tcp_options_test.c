/* What a segment says by MPTCP's options, as RFC 8684 lays them out, also where the capture ends
 * within them. */
#include "bench/trace/tcp_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define KEY "\x01\x02\x03\x04\x05\x06\x07\x08"
#define FASTCLOSE "\x1e\x0c\x70\x00" KEY
#define TCPRST "\x1e\x04\x80\x00"
#define DSS "\x1e\x08\x20\x01\x00\x00\x00\x01"
#define TIMESTAMPS "\x01\x01\x08\x0a\x00\x00\x00\x01\x00\x00\x00\x02"

static const struct {
	const char *name, *options;
	uint32_t length, captured, payload;
	uint8_t flags;
	enum tcp_mptcp mptcp;
} cases[] = {
#define CASE(name, options, captured, payload, flags, mptcp)                                       \
	{                                                                                          \
		name, options, sizeof(options) - 1, captured, payload, flags, mptcp                \
	}
	CASE("as Linux closes", TIMESTAMPS FASTCLOSE TCPRST, 28, 0, TCP_RST | TCP_ACK,
		MPTCP_FASTCLOSE),
	CASE("the other way about", TCPRST FASTCLOSE, 16, 0, TCP_RST, MPTCP_FASTCLOSE),
	CASE("asked for by an ACK", FASTCLOSE, 12, 0, TCP_ACK, MPTCP_FASTCLOSE),
	CASE("a RST with a text", FASTCLOSE, 12, 5, TCP_RST, MPTCP_FASTCLOSE),
	CASE("a subflow that is reset", TIMESTAMPS TCPRST, 16, 0, TCP_RST | TCP_ACK, MPTCP_OTHER),
	CASE("an ACK of MPTCP's data", DSS, 8, 0, TCP_ACK, MPTCP_OTHER),
	CASE("MPTCP's data, as long as a fast close", "\x1e\x0c\x20\x05" KEY, 12, 0, TCP_RST,
		MPTCP_OTHER),
	CASE("timestamps alone", TIMESTAMPS, 12, 0, TCP_RST | TCP_ACK, MPTCP_NONE),
	CASE("the subtype's number in another option", "\x1f\x0c\x70\x00" KEY, 12, 0, TCP_RST,
		MPTCP_NONE),
	CASE("behind the end of the options", "\x00\x00\x00\x00" FASTCLOSE, 16, 0, TCP_RST,
		MPTCP_NONE),
	CASE("of another length", "\x1e\x0b\x70\x00\x01\x02\x03\x04\x05\x06\x07\x01", 12, 0,
		TCP_RST, MPTCP_OTHER),
	CASE("longer than the options", "\x1e\x0c\x70\x00\x01\x02\x03\x04", 8, 0, TCP_RST,
		MPTCP_NONE),
	CASE("data is not looked at", FASTCLOSE, 12, 5, TCP_ACK, MPTCP_NONE),
	/* The capture ends within them: all but the key is enough. */
	CASE("cut in the key", FASTCLOSE, 3, 0, TCP_RST, MPTCP_FASTCLOSE),
	CASE("cut before the subtype", FASTCLOSE, 2, 0, TCP_RST, MPTCP_OTHER),
	CASE("cut before the length", FASTCLOSE, 1, 0, TCP_RST, MPTCP_OTHER),
	CASE("cut before an option", TIMESTAMPS FASTCLOSE, 12, 0, TCP_RST, MPTCP_OTHER),
	CASE("cut within the timestamps, the last", TIMESTAMPS, 6, 0, TCP_RST, MPTCP_NONE),
};

static void what_mptcp_says_is_read(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tcp_header header = {.flags = cases[i].flags, .payload = cases[i].payload};
		uint8_t *there = malloc(cases[i].captured);
		assert_non_null(there);
		memcpy(there, cases[i].options, cases[i].captured);
		tcp_options_read(there, cases[i].length, cases[i].captured, &header);
		free(there);
		if (header.mptcp != cases[i].mptcp)
			fail_msg("%s: %u", cases[i].name, header.mptcp);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_mptcp_says_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
