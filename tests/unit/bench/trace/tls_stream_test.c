/* TLS records of a stream, in segments of any size. */
#include "bench/trace/tls_stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define HANDSHAKE (1u << TLS_RECORD_HANDSHAKE)
#define DATA (1u << TLS_RECORD_DATA)
#define NOTE (1u << TLS_RECORD_ALERT_SIZED)
#define BEGIN 0xfffffff0u /* the numbers wrap */

/* A handshake of 15 bytes, data of 25, an alert's 24: they begin at 0, 15 and 40, and end at 64. */
static const uint8_t stream_bytes[64] = {
	[0] = 22, 3, 1, 0, 10, [15] = 23, 3, 3, 0, 20, [40] = 23, 3, 3, 0, 19};

struct piece {
	uint32_t at, payload, captured;
	unsigned seen;
};

static const struct {
	const char *name;
	struct piece pieces[5];
} rows[] = {
	{"all at once", {{0, 64, 64, HANDSHAKE | DATA | NOTE}}},
	{"one each", {{0, 15, 15, HANDSHAKE}, {15, 25, 25, DATA}, {40, 24, 24, NOTE}}},
	{"a record in three", {{0, 15, 15, HANDSHAKE}, {15, 10, 10, DATA}, {25, 5, 5, DATA},
				      {30, 34, 34, DATA | NOTE}}},
	{"cut behind the last header", {{0, 64, 45, HANDSHAKE | DATA | NOTE}}},
	{"cut within it", {{0, 64, 44, HANDSHAKE | DATA}, {64, 5, 5, 0}}},
	{"not captured at all", {{0, 64, 0, 0}, {64, 5, 5, 0}}},
	{"sent again", {{0, 15, 15, HANDSHAKE}, {0, 15, 15, 0}, {15, 25, 25, DATA}, {15, 49, 49, 0},
			       {40, 24, 24, NOTE}}},
	{"bytes are missing", {{0, 15, 15, HANDSHAKE}, {40, 24, 24, 0}, {15, 25, 25, 0}}},
	{"a header in two", {{0, 18, 18, HANDSHAKE}, {18, 46, 46, 0}}},
	{"no data", {{0, 0, 0, 0}, {0, 15, 15, HANDSHAKE}}},
	{"it begins with no record", {{1, 14, 14, 0}, {15, 25, 25, 0}}},
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tls_stream stream = {.end = 0};
		for (size_t at = 0; at < 5; at++) {
			const struct piece *p = &rows[i].pieces[at];
			unsigned seen = tls_stream_see(&stream, BEGIN + p->at, p->payload,
				stream_bytes + (p->at < 64 ? p->at : 0), p->captured);
			if (seen != p->seen)
				fail_msg("%s: piece %zu: %x", rows[i].name, at, seen);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
