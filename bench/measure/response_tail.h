/* How a segment of a response ends: whether a chunked body may end with it (RFC 9112, section 7.1).
 * The last chunk is "0", behind it may be trailers, and an empty line ends both. */
#ifndef BENCH_MEASURE_RESPONSE_TAIL_H
#define BENCH_MEASURE_RESPONSE_TAIL_H

#include <stddef.h>
#include <stdint.h>

/* So many bytes, or fewer, do not show an empty line. */
#define RESPONSE_TAIL_SHORT 3

enum response_tail {
	RESPONSE_TAIL_OPEN, /* more has to come, if the body is chunked */
	/* The segment has too few bytes to tell, or ends in an empty line that may be of a chunk
	 * whose last line looks like a trailer or is not whole in here, of a head, or of trailers
	 * whose chunk came before. */
	RESPONSE_TAIL_UNPROVEN,
	RESPONSE_TAIL_LAST_CHUNK,
};

/* Of a segment's data. */
enum response_tail response_tail_parse(const uint8_t *bytes, size_t size);

#endif
