/* The TLS records that one side of a connection sends, by their headers, segment by segment. */
#ifndef BENCH_TRACE_TLS_STREAM_H
#define BENCH_TRACE_TLS_STREAM_H

#include "bench/trace/tls_record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed: nothing was seen. */
struct tls_stream {
	uint32_t end;           /* behind the last byte */
	uint32_t next;          /* of the next record's header */
	enum tls_record record; /* that the byte before `next` belongs to */
	bool has_begun;
	bool is_lost;     /* it is no TLS, or where the next record begins is not known */
	bool has_changed; /* a change of the cipher was seen: what follows is encrypted */
	uint64_t sealed;  /* encrypted records, so far */
	/* The last alert, or what is as long as one, of the segment that was seen last. */
	struct {
		size_t at;       /* of the payload */
		uint32_t bytes;  /* header included; 0: there was none */
		uint64_t sealed; /* records before it */
	} alert;
};

/* Of payload, in the order of its numbers, of which the first bytes were captured: the records that
 * lie in it, as bits 1 << enum tls_record. Of bytes that were seen before, of a stream that does
 * not begin with a record, and from where bytes or a header are missing on: 0. */
unsigned tls_stream_see(struct tls_stream *stream, uint32_t seq, uint32_t payload,
	const uint8_t *data, size_t captured);

#endif
