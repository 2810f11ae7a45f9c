#include "bench/trace/tls_reader.h"

#include "bench/trace/connection.h"

#include <string.h>

/* Of a handshake's record: header, type and length, version, random, and, of the server's, the
 * session and the cipher (RFC 8446, 4.1). */
enum { HANDSHAKE = 22, HELLO_TYPE = 5, HELLO_RANDOM = 11, HELLO_SESSION = 43 };
enum { HELLO_CLIENT = 1, HELLO_SERVER = 2 };
/* An alert that is not encrypted: header, level, description. */
#define ALERT_BYTES 7

static void client_hello_read(struct tls_reader *reader, unsigned side, const uint8_t *bytes)
{
	memcpy(reader->hellos.client_random, bytes + HELLO_RANDOM, TLS_RANDOM_BYTES);
	reader->hellos.has_client = true;
	reader->client = side;
}

static void server_hello_read(struct tls_reader *reader, const uint8_t *bytes, size_t captured)
{
	size_t cipher = HELLO_SESSION + 1u + bytes[HELLO_SESSION];
	if (captured < cipher + 2)
		return;
	memcpy(reader->hellos.server_random, bytes + HELLO_RANDOM, TLS_RANDOM_BYTES);
	reader->hellos.cipher = (uint16_t)(bytes[cipher] << 8 | bytes[cipher + 1]);
	reader->hellos.has_server = true;
}

/* The first segment of a side begins with its hello. */
static void hello_read(struct tls_reader *reader, unsigned side, const struct segment *segment)
{
	const uint8_t *bytes = segment->data;
	if (segment->data_captured <= HELLO_SESSION || bytes[0] != HANDSHAKE)
		return;
	if (bytes[HELLO_TYPE] == HELLO_CLIENT)
		client_hello_read(reader, side, bytes);
	else if (bytes[HELLO_TYPE] == HELLO_SERVER)
		server_hello_read(reader, bytes, segment->data_captured);
}

static unsigned alert_note(
	const struct tls_reader *reader, unsigned side, const struct segment *segment)
{
	const struct tls_stream *stream = &reader->streams[side];
	const uint8_t *record = segment->data + stream->alert.at;
	uint32_t bytes = stream->alert.bytes;
	enum tls_alert alert = TLS_ALERT_UNKNOWN;
	bool is_whole = bytes > 0 && stream->alert.at + bytes <= segment->data_captured;
	if (is_whole && bytes == ALERT_BYTES)
		alert = record[ALERT_BYTES - 1] == 0 ? TLS_ALERT_NOTIFY : TLS_ALERT_OTHER;
	else if (is_whole && reader->keylog)
		alert = tls_keylog_alert(reader->keylog, &reader->hellos, side == reader->client,
			record, bytes, stream->alert.sealed);
	return alert == TLS_ALERT_NOTIFY  ? NOTE_TLS_NOTIFY
	       : alert == TLS_ALERT_OTHER ? NOTE_TLS_OTHER_ALERT
	       : alert == TLS_ALERT_NONE  ? NOTE_TLS_DATA
					  : NOTE_TLS_ALERT;
}

unsigned tls_reader_see(struct tls_reader *reader, unsigned side, const struct segment *segment)
{
	struct tls_stream *stream = &reader->streams[side];
	bool is_first = !stream->has_begun;
	unsigned seen = tls_stream_see(stream, segment->tcp.seq, segment->tcp.payload,
		segment->data, segment->data_captured);
	unsigned notes = 0;
	if (seen && is_first)
		hello_read(reader, side, segment);
	if (seen & (1u << TLS_RECORD_HANDSHAKE | 1u << TLS_RECORD_CIPHER_CHANGE))
		notes |= NOTE_TLS_HANDSHAKE;
	if (seen & 1u << TLS_RECORD_DATA)
		notes |= NOTE_TLS_DATA;
	if (seen & (1u << TLS_RECORD_ALERT | 1u << TLS_RECORD_ALERT_SIZED))
		notes |= alert_note(reader, side, segment);
	return notes;
}
