/* TLS records by their headers, and what looks like one. */
#include "bench/trace/tls_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define UNTOUCHED 7

static const struct {
	const char *name;
	uint8_t bytes[6];
	size_t size;
	enum tls_record record;
	uint32_t record_bytes;
} rows[] = {
	{"a ClientHello of TLS 1.3, which says 1.0", {22, 3, 1, 2, 0, 1}, 6, TLS_RECORD_HANDSHAKE,
		517},
	{"a cipher change", {20, 3, 3, 0, 1, 1}, 6, TLS_RECORD_CIPHER_CHANGE, 6},
	{"an alert of TLS 1.2, encrypted", {21, 3, 3, 0, 26}, 5, TLS_RECORD_ALERT, 31},
	{"an alert in the clear", {21, 3, 3, 0, 2, 2}, 6, TLS_RECORD_ALERT, 7},
	{"as long as an encrypted alert of TLS 1.3", {23, 3, 3, 0, 19}, 5, TLS_RECORD_ALERT_SIZED,
		24},
	{"data of a byte less", {23, 3, 3, 0, 18}, 5, TLS_RECORD_DATA, 23},
	{"data of a byte more", {23, 3, 3, 0, 20}, 5, TLS_RECORD_DATA, 25},
	{"data whose length has two bytes", {23, 3, 3, 1, 19}, 5, TLS_RECORD_DATA, 280},
	{"the longest", {23, 3, 3, 0x48, 0}, 5, TLS_RECORD_DATA, 18437},
	{"a byte longer", {23, 3, 3, 0x48, 1}, 5, TLS_RECORD_NONE, UNTOUCHED},
	{"of no length", {23, 3, 3, 0, 0}, 5, TLS_RECORD_NONE, UNTOUCHED},
	{"a header that is cut", {22, 3, 1, 2, 0}, 4, TLS_RECORD_NONE, UNTOUCHED},
	{"nothing", {0}, 0, TLS_RECORD_NONE, UNTOUCHED},
	{"another version", {22, 2, 0, 0, 5}, 5, TLS_RECORD_NONE, UNTOUCHED},
	{"a version to come", {22, 3, 5, 0, 5}, 5, TLS_RECORD_NONE, UNTOUCHED},
	{"a type below", {19, 3, 3, 0, 5}, 5, TLS_RECORD_NONE, UNTOUCHED},
	{"a type above", {24, 3, 3, 0, 5}, 5, TLS_RECORD_NONE, UNTOUCHED},
	{"HTTP", {'G', 'E', 'T', ' ', '/', ' '}, 6, TLS_RECORD_NONE, UNTOUCHED},
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t bytes = UNTOUCHED;
		enum tls_record record = tls_record_parse(rows[i].bytes, rows[i].size, &bytes);
		if (record != rows[i].record || bytes != rows[i].record_bytes)
			fail_msg("%s: %d of %u bytes", rows[i].name, (int)record, bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
