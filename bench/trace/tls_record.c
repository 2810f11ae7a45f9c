#include "bench/trace/tls_record.h"

/* Of TLS 1.0 to 1.3: the third byte tells them apart in older ones, and says 1.2 in 1.3. */
#define VERSION_MAJOR 3
#define VERSION_MINOR_MOST 4
/* 2^14 bytes, and what encryption may add (RFC 5246, 6.2.3). */
#define LENGTH_MOST (16384 + 2048)
#define ALERT_ENCRYPTED 19

enum content { CIPHER_CHANGE = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23 };

static enum tls_record record_of(uint8_t content, uint32_t length)
{
	switch (content) {
	case CIPHER_CHANGE:
		return TLS_RECORD_CIPHER_CHANGE;
	case ALERT:
		return TLS_RECORD_ALERT;
	case HANDSHAKE:
		return TLS_RECORD_HANDSHAKE;
	case DATA:
		return length == ALERT_ENCRYPTED ? TLS_RECORD_ALERT_SIZED : TLS_RECORD_DATA;
	default:
		return TLS_RECORD_NONE;
	}
}

enum tls_record tls_record_parse(const uint8_t *bytes, size_t size, uint32_t *record_bytes)
{
	if (size < TLS_RECORD_HEADER || bytes[1] != VERSION_MAJOR || bytes[2] > VERSION_MINOR_MOST)
		return TLS_RECORD_NONE;
	uint32_t length = (uint32_t)bytes[3] << 8 | bytes[4];
	if (length == 0 || length > LENGTH_MOST)
		return TLS_RECORD_NONE;
	enum tls_record record = record_of(bytes[0], length);
	if (record != TLS_RECORD_NONE)
		*record_bytes = TLS_RECORD_HEADER + length;
	return record;
}
