/* What a TLS record is, by its header, which is never encrypted (RFC 8446, 5.1; RFC 5246, 6.2.1).
 * Pure functions. */
#ifndef BENCH_TRACE_TLS_RECORD_H
#define BENCH_TRACE_TLS_RECORD_H

#include <stddef.h>
#include <stdint.h>

#define TLS_RECORD_HEADER 5

enum tls_record {
	TLS_RECORD_NONE, /* it is no record */
	TLS_RECORD_CIPHER_CHANGE,
	TLS_RECORD_HANDSHAKE,
	TLS_RECORD_DATA, /* TLS 1.3 hides all that is encrypted as this */
	/* An alert; or, of TLS 1.3, data of the size that an encrypted alert has: two bytes, the
	 * type, and a tag of 16 bytes (RFC 8446, 5.2 and 6). */
	TLS_RECORD_ALERT,
	TLS_RECORD_ALERT_SIZED,
	TLS_RECORDS,
};

/* The record whose header `bytes` begins with; NONE, too, where fewer than TLS_RECORD_HEADER bytes
 * are there. `*record_bytes`: its whole size, header included; untouched for NONE. */
enum tls_record tls_record_parse(const uint8_t *bytes, size_t size, uint32_t *record_bytes);

#endif
