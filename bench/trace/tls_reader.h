/* What the segments of a connection hold of TLS, in words of a ladder: by the headers of records,
 * and, with a file of secrets, what alerts say. */
#ifndef BENCH_TRACE_TLS_READER_H
#define BENCH_TRACE_TLS_READER_H

#include "bench/trace/segment.h"
#include "bench/trace/tls_stream.h"
#include "tls/keylog.h"

struct tls_reader {
	const struct tls_keylog *keylog; /* NULL: there is none */
	struct tls_stream streams[2];    /* of the sides */
	struct tls_hellos hellos;
	unsigned client; /* the side that said the client's hello */
};

/* Returns bits of enum connection_note. */
unsigned tls_reader_see(struct tls_reader *reader, unsigned side, const struct segment *segment);

#endif
