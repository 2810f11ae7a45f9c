/* Ends of segments, and whether a chunked body may end there. */
#include "bench/measure/response_tail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void ends_are_told(void **state)
{
	static const struct {
		const char *text;
		enum response_tail tail;
	} rows[] = {
		{"0\r\n\r\n", RESPONSE_TAIL_LAST_CHUNK},
		{"5\r\nabcde\r\n0\r\n\r\n", RESPONSE_TAIL_LAST_CHUNK},
		{"de\r\n0\r\nTrailer: a\r\nOther: b\r\n\r\n", RESPONSE_TAIL_LAST_CHUNK},
		{"5\r\nabcde\r\n", RESPONSE_TAIL_OPEN},
		{"abcdefgh", RESPONSE_TAIL_OPEN},
		{"5\r\nabcde\r\n0\r\n", RESPONSE_TAIL_OPEN},
		{"0\r\n\r", RESPONSE_TAIL_OPEN},
		/* A chunk whose text ends in a line; one that looks like a trailer. */
		{"5\r\nabc\r\n\r\n", RESPONSE_TAIL_OPEN},
		{"d\r\na: b\r\nabcde\r\n\r\n", RESPONSE_TAIL_OPEN},
		{"\r\na\r\n\r\n", RESPONSE_TAIL_OPEN},
		{"5\r\nabc:\r\n\r\n", RESPONSE_TAIL_UNPROVEN},
		{"4\r\nab10\r\n\r\n", RESPONSE_TAIL_OPEN},
		/* A line that began in the segment before; an empty one, a server's fault. */
		{"abc\r\n\r\n", RESPONSE_TAIL_UNPROVEN},
		{"0\r\n\r\n\r\n", RESPONSE_TAIL_UNPROVEN},
		/* A last chunk with an extension, and one with more digits; a folded trailer. */
		{"abc\r\n0;a=b\r\n\r\n", RESPONSE_TAIL_UNPROVEN},
		{"abc\r\n000\r\n\r\n", RESPONSE_TAIL_UNPROVEN},
		{"Trailer: a,\r\n b\r\n\r\n", RESPONSE_TAIL_UNPROVEN},
		{"Trailer: a,\r\n\tb\r\n\r\n", RESPONSE_TAIL_UNPROVEN},
		/* A chunk behind a line with a zero. */
		{"f\r\na\r\n0\r\nbcdefg\r\n\r\n", RESPONSE_TAIL_OPEN},
		{"f\r\na\r\n0\r\nb: c\r\n\r\n3\r\nabc\r\n\r\n", RESPONSE_TAIL_OPEN},
		/* Trailers alone. */
		{"Trailer: a\r\n\r\n", RESPONSE_TAIL_UNPROVEN},
		{"HTTP/1.1 200 OK\r\n\r\n", RESPONSE_TAIL_UNPROVEN},
		{"\r\n", RESPONSE_TAIL_UNPROVEN},
		{"\n\r\n", RESPONSE_TAIL_UNPROVEN},
		{"x", RESPONSE_TAIL_UNPROVEN},
		{"\r\n\r\n", RESPONSE_TAIL_UNPROVEN},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("%s\n", rows[i].text);
		assert_int_equal(
			response_tail_parse((const uint8_t *)rows[i].text, strlen(rows[i].text)),
			rows[i].tail);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(ends_are_told)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
