/* The server's hello of TLS: the version, and whether a session is resumed. */
#include "bench/trace/server_hello.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ROOM 200
#define VERSION_1_2 0x0303
#define VERSION_1_3 0x0304

/* Extensions, each with its type and length (RFC 8446, 4.2). */
#define V1_3 0, 43, 0, 2, 3, 4
#define KEY_SHARE 0, 51, 0, 4, 0, 29, 0, 0
#define PSK 0, 41, 0, 2, 0, 0
#define RENEGOTIATION 0xff, 1, 0, 1, 0
/* What may follow, in records of their own (RFC 5246, 7.1 and 7.4). */
#define CIPHER_CHANGE 20, 3, 3, 0, 1, 1
#define CERTIFICATE 22, 3, 3, 0, 4, 11, 0, 0, 0
#define TICKET 22, 3, 3, 0, 4, 4, 0, 0, 0

static const uint8_t retry[32] = "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
				 "\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c";

struct bytes {
	uint8_t list[40];
	size_t size;
};
#define BYTES(...)                                                                                 \
	{                                                                                          \
		{__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__})                                    \
	}

static const struct row {
	const char *name;
	struct bytes extensions, within, behind; /* messages of the same record; other records */
	size_t missing;                          /* so many bytes are not there */
	bool is_retry;
	uint16_t version;
	enum tls_session session;
} rows[] = {
	{"1.3, in full", BYTES(V1_3, KEY_SHARE), {}, BYTES(CIPHER_CHANGE), 0, false, VERSION_1_3,
		TLS_SESSION_NEW},
	{"1.3, resumed", BYTES(V1_3, KEY_SHARE, PSK), {}, BYTES(CIPHER_CHANGE), 0, false,
		VERSION_1_3, TLS_SESSION_RESUMED},
	{"1.3, resumed, in another order", BYTES(PSK, V1_3), {}, {}, 0, false, VERSION_1_3,
		TLS_SESSION_RESUMED},
	{"1.3, of which the last extension is cut", BYTES(V1_3, KEY_SHARE), {}, {}, 1, false,
		VERSION_1_3, TLS_SESSION_UNTOLD},
	{"1.3, the key's extension is there, and no more", BYTES(PSK, V1_3, KEY_SHARE), {}, {}, 8,
		false, VERSION_1_3, TLS_SESSION_RESUMED},
	{"1.3, which asks for another hello", BYTES(V1_3, KEY_SHARE), {}, BYTES(CIPHER_CHANGE), 0,
		true, VERSION_1_3, TLS_SESSION_UNTOLD},
	{"1.2, in full", BYTES(RENEGOTIATION), {}, BYTES(CERTIFICATE), 0, false, VERSION_1_2,
		TLS_SESSION_NEW},
	{"1.2, in full, in one record", BYTES(RENEGOTIATION), BYTES(11, 0, 0, 0), {}, 0, false,
		VERSION_1_2, TLS_SESSION_NEW},
	{"1.2, resumed", BYTES(RENEGOTIATION), {}, BYTES(CIPHER_CHANGE), 0, false, VERSION_1_2,
		TLS_SESSION_RESUMED},
	{"1.2, resumed with a new ticket", BYTES(RENEGOTIATION), {}, BYTES(TICKET), 0, false,
		VERSION_1_2, TLS_SESSION_RESUMED},
	{"1.2, resumed with a new ticket, in one record", {}, BYTES(4, 0, 0, 0), {}, 0, false,
		VERSION_1_2, TLS_SESSION_RESUMED},
	{"1.2, without extensions", {}, {}, BYTES(CIPHER_CHANGE), 0, false, VERSION_1_2,
		TLS_SESSION_RESUMED},
	{"1.2, and an alert", {}, {}, BYTES(21, 3, 3, 0, 2, 2, 40), 0, false, VERSION_1_2,
		TLS_SESSION_UNTOLD},
	{"1.2, with nothing behind it", BYTES(RENEGOTIATION), {}, {}, 0, false, VERSION_1_2,
		TLS_SESSION_UNTOLD},
	{"1.2, with a part of a header behind it", {}, {}, BYTES(CIPHER_CHANGE), 2, false,
		VERSION_1_2, TLS_SESSION_UNTOLD},
	{"1.2, of which the end is cut", BYTES(RENEGOTIATION), {}, BYTES(CIPHER_CHANGE), 8, false,
		VERSION_1_2, TLS_SESSION_UNTOLD},
};

static size_t append(uint8_t *to, size_t at, const struct bytes *bytes)
{
	memcpy(to + at, bytes->list, bytes->size);
	return at + bytes->size;
}

/* With a session's identifier of 32 bytes, and cipher 0x1301. */
static size_t hello_write(const struct row *row, uint8_t bytes[ROOM])
{
	static const uint8_t header[] = {22, 3, 3, 0, 0, 2, 0, 0, 0, 3, 3};
	static const struct bytes fixed = BYTES(0x13, 1, 0);
	size_t at = 76;
	memset(bytes, 0x77, at);
	memcpy(bytes, header, sizeof(header));
	if (row->is_retry)
		memcpy(bytes + HELLO_RANDOM_AT, retry, sizeof(retry));
	bytes[43] = 32;
	at = append(bytes, at, &fixed);
	if (row->extensions.size > 0) {
		bytes[at++] = 0;
		bytes[at++] = (uint8_t)row->extensions.size;
	}
	at = append(bytes, at, &row->extensions);
	bytes[8] = (uint8_t)(at - 9);
	at = append(bytes, at, &row->within);
	bytes[4] = (uint8_t)(at - 5);
	return append(bytes, at, &row->behind) - row->missing;
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[ROOM];
		struct server_hello hello;
		size_t size = hello_write(&rows[i], bytes);
		if (!server_hello_parse(bytes, size, &hello))
			fail_msg("%s: it is none", rows[i].name);
		if (hello.version != rows[i].version || hello.session != rows[i].session ||
			hello.cipher != 0x1301)
			fail_msg("%s: version %x, session %d, cipher %x", rows[i].name,
				hello.version, (int)hello.session, hello.cipher);
	}
}

/* Any byte of the head is another; and any length that is too short for the cipher. */
static void test_what_is_none(void **state)
{
	static const struct {
		size_t at;
		uint8_t byte;
	} other[] = {{0, 23}, {1, 2}, {5, 1}, {5, 4}, {6, 1}, {8, 60}, {4, 60}, {43, 255}};
	struct server_hello hello;
	uint8_t bytes[ROOM];
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		size_t size = hello_write(&rows[0], bytes);
		bytes[other[i].at] = other[i].byte;
		assert_false(server_hello_parse(bytes, size, &hello));
	}
	hello_write(&rows[0], bytes);
	for (size_t size = 0; size < 79; size++)
		assert_false(server_hello_parse(bytes, size, &hello));
	assert_true(server_hello_parse(bytes, 79, &hello));
}

static void test_versions(void **state)
{
	assert_string_equal(server_hello_version_text(0x0301), "TLSv1");
	assert_string_equal(server_hello_version_text(VERSION_1_2), "TLSv1.2");
	assert_string_equal(server_hello_version_text(VERSION_1_3), "TLSv1.3");
	assert_null(server_hello_version_text(0x0300));
	assert_null(server_hello_version_text(0x0305));
	assert_null(server_hello_version_text(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_what_is_none),
		cmocka_unit_test(test_versions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
