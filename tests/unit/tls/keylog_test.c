/* Files of secrets that are none, and that are bounded; what a secret opens is told by
 * tests/scenario/trace_tls.py. */
#include "tls/keylog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define RANDOM_HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F"
#define SECRET_HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define TRAFFIC "CLIENT_TRAFFIC_SECRET_0 "

/* NULL where it has no secret. */
static struct tls_keylog *keylog_of(const char *text, size_t size)
{
	char path[] = "/tmp/teardown-keylog-XXXXXX";
	struct error error = {0};
	int fd = mkstemp(path);
	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, text, size), (ssize_t)size);
	close(fd);
	struct tls_keylog *keylog = tls_keylog_read(path, &error);
	unlink(path);
	if (!keylog)
		assert_non_null(strstr(error.text, "no line of it is a secret of TLS"));
	return keylog;
}

static void test_lines(void **state)
{
	static const char begins[] = TRAFFIC RANDOM_HEX " ";
	static const char line[] = TRAFFIC RANDOM_HEX " " SECRET_HEX "\n";
	static char long_line[100000];
	memset(long_line, 'a', sizeof(long_line) - 1);
	memcpy(long_line, begins, sizeof(begins) - 1);
	/* What a piece of it holds is no line. */
	memcpy(long_line + 255, line, sizeof(line) - 1);
	static const struct {
		const char *text;
		bool is_secret;
	} rows[] = {
		{TRAFFIC RANDOM_HEX " " SECRET_HEX "\n", true},
		{TRAFFIC RANDOM_HEX " " SECRET_HEX, true},
		{TRAFFIC RANDOM_HEX " " SECRET_HEX "\r\n", true},
		{"# a remark\n\nCLIENT_RANDOM " RANDOM_HEX " " SECRET_HEX "\n", true},
		{"", false},
		{"\n", false},
		{"# " TRAFFIC RANDOM_HEX " " SECRET_HEX "\n", false},
		{"EXPORTER_SECRET " RANDOM_HEX " " SECRET_HEX "\n", false},
		{TRAFFIC RANDOM_HEX "\n", false},
		{TRAFFIC RANDOM_HEX " 0\n", false},
		{TRAFFIC RANDOM_HEX " 0g\n", false},
		{TRAFFIC "00 " SECRET_HEX "\n", false},
		{TRAFFIC RANDOM_HEX "00 " SECRET_HEX "\n", false},
		{TRAFFIC RANDOM_HEX " " SECRET_HEX SECRET_HEX "00\n", false},
		{long_line, false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tls_keylog *keylog = keylog_of(rows[i].text, strlen(rows[i].text));
		if ((keylog != NULL) != rows[i].is_secret)
			fail_msg("row %zu", i);
		tls_keylog_destroy(keylog);
	}
}

/* A capture of program code, say. */
static void test_bytes(void **state)
{
	static char bytes[300000];
	uint32_t random = 1;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		random = random * 1664525 + 1013904223;
		bytes[i] = (char)(random >> 24);
	}
	assert_null(keylog_of(bytes, sizeof(bytes)));
	struct error error = {0};
	assert_null(tls_keylog_read("/proc/none", &error));
	assert_non_null(strstr(error.text, "--keylog /proc/none: No such file"));
	assert_null(tls_keylog_read("/tmp", &error));
	assert_non_null(strstr(error.text, "Is a directory"));
}

/* Records of any size and content, with a secret and a cipher that are known. */
static void test_records(void **state)
{
	static const uint16_t ciphers[] = {0x1301, 0x1303, 0xc02b, 0xcca8, 0x0005, 0};
	static const char text[] = TRAFFIC RANDOM_HEX " " SECRET_HEX "\nCLIENT_RANDOM " RANDOM_HEX
						      " " SECRET_HEX SECRET_HEX "\n";
	struct tls_keylog *keylog = keylog_of(text, strlen(text));
	struct tls_hellos hellos = {.has_client = true};
	for (uint8_t i = 0; i < TLS_RANDOM_BYTES; i++)
		hellos.client_random[i] = i;
	assert_non_null(keylog);
	for (unsigned round = 0; round < 2 * sizeof(ciphers) / sizeof(ciphers[0]); round++) {
		hellos.cipher = ciphers[round / 2];
		hellos.has_server = round > 0;
		for (size_t size = 5; size < 120; size++) {
			/* So that a byte behind it is seen to be read. */
			uint8_t *record = calloc(1, size);
			assert_non_null(record);
			assert_int_equal(tls_keylog_alert(keylog, &hellos, round % 2, record, size,
						 UINT64_MAX * (round % 2)),
				TLS_ALERT_UNKNOWN);
			free(record);
		}
	}
	tls_keylog_destroy(keylog);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_records),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
