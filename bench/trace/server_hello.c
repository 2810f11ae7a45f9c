#include "bench/trace/server_hello.h"

#include "bench/trace/tls_record.h"
#include "tls/keylog.h"

#include <string.h>

enum message { SERVER_HELLO = 2, NEW_SESSION_TICKET = 4 };
enum extension { PRE_SHARED_KEY = 41, SUPPORTED_VERSIONS = 43 };

#define HELLO_VERSION_AT 9
#define CIPHER_AND_COMPRESSION 3
#define EXTENSIONS_LENGTH 2
#define EXTENSION_HEADER 4
#define SESSION_ID_AT (HELLO_RANDOM_AT + TLS_RANDOM_BYTES)
#define VERSION_1_0 0x0301
#define VERSION_1_3 0x0304

/* The random of a HelloRetryRequest (RFC 8446, 4.1.3). */
static const uint8_t retry_random[TLS_RANDOM_BYTES] = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61,
	0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
	0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

static uint16_t two_bytes(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* Returns whether a pre_shared_key is among them. */
static bool extensions_read(const uint8_t *bytes, size_t size, struct server_hello *hello)
{
	bool has_key = false;
	for (size_t at = 0; at + EXTENSION_HEADER + sizeof(uint16_t) <= size;) {
		uint16_t type = two_bytes(bytes + at);
		if (type == SUPPORTED_VERSIONS)
			hello->version = two_bytes(bytes + at + EXTENSION_HEADER);
		has_key |= type == PRE_SHARED_KEY;
		at += EXTENSION_HEADER + (size_t)two_bytes(bytes + at + sizeof(type));
	}
	return has_key;
}

/* By the message behind the hello, which is in the hello's record or in the next one. */
static enum tls_session session_of_next(
	const uint8_t *bytes, size_t size, size_t hello_end, size_t record_end)
{
	size_t at = hello_end;
	uint32_t record_bytes;
	if (at == record_end && at < size) {
		enum tls_record next = tls_record_parse(bytes + at, size - at, &record_bytes);
		if (next == TLS_RECORD_CIPHER_CHANGE)
			return TLS_SESSION_RESUMED;
		at = next == TLS_RECORD_HANDSHAKE ? at + TLS_RECORD_HEADER : size;
	}
	if (at >= size)
		return TLS_SESSION_UNTOLD;
	return bytes[at] == NEW_SESSION_TICKET ? TLS_SESSION_RESUMED : TLS_SESSION_NEW;
}

bool server_hello_parse(const uint8_t *bytes, size_t size, struct server_hello *hello)
{
	uint32_t record_end;
	if (size <= SESSION_ID_AT ||
		tls_record_parse(bytes, size, &record_end) != TLS_RECORD_HANDSHAKE ||
		bytes[HELLO_TYPE_AT] != SERVER_HELLO)
		return false;
	size_t end = HELLO_VERSION_AT + ((size_t)bytes[6] << 16 | two_bytes(bytes + 7));
	size_t cipher_at = SESSION_ID_AT + 1u + bytes[SESSION_ID_AT];
	size_t fixed_end = cipher_at + CIPHER_AND_COMPRESSION;
	if (size < fixed_end || end < fixed_end || end > record_end)
		return false;
	*hello = (struct server_hello){
		.version = two_bytes(bytes + HELLO_VERSION_AT),
		.cipher = two_bytes(bytes + cipher_at),
	};
	size_t extensions_at = fixed_end + EXTENSIONS_LENGTH, known = size < end ? size : end;
	bool has_key = extensions_at < known &&
		       extensions_read(bytes + extensions_at, known - extensions_at, hello);
	if (memcmp(bytes + HELLO_RANDOM_AT, retry_random, sizeof(retry_random)) == 0)
		hello->session = TLS_SESSION_UNTOLD;
	else if (hello->version < VERSION_1_3)
		hello->session = session_of_next(bytes, size, end, record_end);
	else if (has_key)
		hello->session = TLS_SESSION_RESUMED;
	else
		hello->session = known == end ? TLS_SESSION_NEW : TLS_SESSION_UNTOLD;
	return true;
}

const char *server_hello_version_text(uint16_t version)
{
	static const char *const texts[] = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
	unsigned i = version - (unsigned)VERSION_1_0;
	return i < sizeof(texts) / sizeof(texts[0]) ? texts[i] : NULL;
}
