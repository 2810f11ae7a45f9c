#include "bench/trace/tls_reader.h"

#include "bench/trace/connection.h"
#include "bench/trace/server_hello.h"

#include <string.h>

enum { HANDSHAKE = 22, CLIENT_HELLO = 1 };
/* An alert that is not encrypted: header, level, description. */
#define ALERT_BYTES 7

/* The first segment of a side begins with its hello. */
static void hello_read(struct tls_reader *reader, unsigned side, const struct segment *segment)
{
	struct tls_hellos *hellos = &reader->hellos;
	struct server_hello server;
	const uint8_t *bytes = segment->data;
	if (server_hello_parse(bytes, segment->data_captured, &server)) {
		memcpy(hellos->server_random, bytes + HELLO_RANDOM_AT, TLS_RANDOM_BYTES);
		hellos->cipher = server.cipher;
		hellos->has_server = true;
	} else if (segment->data_captured >= HELLO_RANDOM_AT + TLS_RANDOM_BYTES &&
		   bytes[0] == HANDSHAKE && bytes[HELLO_TYPE_AT] == CLIENT_HELLO) {
		memcpy(hellos->client_random, bytes + HELLO_RANDOM_AT, TLS_RANDOM_BYTES);
		hellos->has_client = true;
		reader->client = side;
	}
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
