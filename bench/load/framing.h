/* What says where a response ends (RFC 9112, section 6.3), as far as it was read. */
#ifndef BENCH_LOAD_FRAMING_H
#define BENCH_LOAD_FRAMING_H

enum response_framing {
	RESPONSE_IN_HEAD,   /* nothing yet: its head is not whole */
	RESPONSE_BY_LENGTH, /* Content-Length, or a status that has no body */
	RESPONSE_CHUNKED,
	RESPONSE_BY_CLOSE, /* the end of the stream */
	RESPONSE_FRAMINGS,
};

#endif
