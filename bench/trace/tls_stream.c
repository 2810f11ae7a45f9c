#include "bench/trace/tls_stream.h"

#include "bench/trace/tcp_header.h"

static void record_note(struct tls_stream *stream, size_t at, uint32_t bytes)
{
	enum tls_record record = stream->record;
	bool is_data = record == TLS_RECORD_DATA || record == TLS_RECORD_ALERT_SIZED;
	if (record == TLS_RECORD_ALERT || record == TLS_RECORD_ALERT_SIZED) {
		stream->alert.at = at;
		stream->alert.bytes = bytes;
		stream->alert.sealed = stream->sealed;
	}
	if (record == TLS_RECORD_CIPHER_CHANGE)
		stream->has_changed = true;
	else if (stream->has_changed || is_data)
		stream->sealed++;
}

static unsigned records_walk(
	struct tls_stream *stream, uint32_t seq, const uint8_t *data, size_t captured)
{
	unsigned seen = 0;
	if (stream->next != seq)
		seen |= 1u << stream->record;
	while (tcp_seq_before(stream->next, stream->end)) {
		size_t at = stream->next - seq;
		uint32_t bytes = 0;
		stream->record = at < captured ? tls_record_parse(data + at, captured - at, &bytes)
					       : TLS_RECORD_NONE;
		if (stream->record == TLS_RECORD_NONE) {
			stream->is_lost = true;
			break;
		}
		seen |= 1u << stream->record;
		record_note(stream, at, bytes);
		stream->next += bytes;
	}
	return seen;
}

unsigned tls_stream_see(struct tls_stream *stream, uint32_t seq, uint32_t payload,
	const uint8_t *data, size_t captured)
{
	stream->alert.bytes = 0;
	if (stream->is_lost || payload == 0)
		return 0;
	if (!stream->has_begun) {
		stream->has_begun = true;
		stream->end = stream->next = seq;
	}
	if (seq != stream->end) {
		stream->is_lost = !tcp_seq_before(seq, stream->end);
		return 0;
	}
	stream->end = seq + payload;
	return records_walk(stream, seq, data, captured);
}
