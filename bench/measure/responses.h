/* Responses of the load, by their heads as the packet tap sees them: which have no status of 2xx,
 * whether the last one of a connection announced the close, and whether it was cut off. A body may
 * look like a head where it begins a segment. So a head counts where it is proven to be one: it is
 * the first byte of the server, or stands where the response before ends, or, where no head was
 * missed, it acknowledges more of the client than the head before. Pure functions. */
#ifndef BENCH_MEASURE_RESPONSES_H
#define BENCH_MEASURE_RESPONSES_H

#include "bench/measure/ending.h"
#include "bench/measure/response_head.h"
#include "bench/measure/response_tail.h"

#include <stdbool.h>
#include <stdint.h>

/* Of one connection: the last head that is proven, and where a segment last ended like a chunked
 * response. */
struct response_track {
	uint32_t seq, ack;
	uint32_t body;      /* where the body begins; known with `end`, or where it is chunked */
	uint32_t end;       /* behind the response's last byte */
	uint32_t responses; /* up to and with this one, without interim ones */
	bool all_counted;   /* in that: each had a length, and the next one followed it */
	bool has_head, has_end, is_chunked, closes;
	/* What may be another head came behind it: which response is the last is not known. */
	bool is_doubtful;
	bool is_whole;           /* no segment was missed when the server ended the connection */
	enum response_tail tail; /* at `tail_end`; open: there was none */
	uint32_t tail_end;
	uint32_t seen_end; /* behind the last byte of the segments that were seen */
	uint64_t seen_ns;  /* when that came; 0: none was seen */
};

/* Connections on which a request was late (late_request.h), whose last response announced the
 * close, or did not. Of the others that is not known. */
struct response_closes {
	uint64_t announced, unannounced;
	/* Of those announced, those whose RST tells what the client's kernel had when the request
	 * went out; and of these, those on which it had the announcement. */
	uint64_t timed, known;
};

/* Connections by what was to end their last response, a Content-Length or the last chunk, and what
 * the server had sent when it ended them. One that a client left, and one that has no byte of a
 * body, as the answer to HEAD, is not judged. Where the last chunk has to come, its last bytes may
 * be in a segment that is too short to tell: such a connection is not judged, nor one on which the
 * client had sent more than was answered, or the tap may have missed a segment. */
struct response_cuts {
	uint64_t sized;             /* connections that were judged */
	uint64_t by_fin, by_reset;  /* of these: bytes were missing behind a FIN, before a RST */
	uint64_t promised, missing; /* bytes of the bodies of those that had a length */
	uint64_t first_ns;          /* when the first of those ended; 0: there is none */
	uint64_t chunked;           /* of those that were cut off: no last chunk had come */
};

/* Connections that the server ended with a FIN, and no RST, right behind a whole response, when it
 * had acknowledged more of the client than with that response's first segment, or more than as many
 * requests as there were responses can have: a request that it did not answer. Where the client
 * sent what begins no request, the rest of one would look like it: such a connection is not judged.
 */
struct response_omissions {
	uint64_t kept;
	uint64_t announced; /* of these: the response had announced the close */
	uint64_t first_ns;  /* when the first of those ended; 0: there is none */
};

/* Connections whose last response had a length and announced the close, and that the server ended
 * with a FIN: what lies between the two is part of no response. */
struct response_surplus {
	uint64_t closed;     /* connections that were judged */
	uint64_t longer;     /* of these: the server had sent more */
	uint64_t more_bytes; /* than their lengths */
	uint64_t first_ns;   /* when the first of those ended; 0: there is none */
};

struct response_counts {
	uint64_t heads; /* proven; of the first some thousand responses all, then refusals alone */
	uint64_t refused;                         /* of these, without a status of 2xx */
	uint64_t refused_by[RESPONSE_STATUS_MAX]; /* by status; what is beyond: index 0 */
	/* Segments that begin like such a head, and are not proven to be one. */
	uint64_t unproven;
	bool is_looked_at; /* the tap was told to look at heads */
	bool is_partial;   /* and there were more segments than it looks at */
	struct response_closes late;
	struct response_cuts cuts;
	struct response_omissions omissions;
	struct response_surplus surplus;
	/* From the last byte of a response that announced the close to the server's FIN, where both
	 * were seen: a response that came in one segment, or the last chunk. */
	struct ending_span close_behind;
};

/* A segment that may begin a response. */
struct response_sight {
	uint32_t seq, ack;
	uint32_t first; /* the number of the server's first byte */
	bool is_whole;  /* no head was missed */
	/* The client had closed its side, and had sent no byte: this answers no request. A loader
	 * that ends leaves such connections, and some servers answer them with 400. */
	bool is_unasked;
	const struct response_head *head;
};

void responses_see(struct response_counts *counts, struct response_track *track,
	const struct response_sight *sight);

/* A segment of the server that has data, what is behind its last byte, and when it came. */
void responses_see_tail(
	struct response_track *track, uint32_t end, enum response_tail tail, uint64_t at_ns);

/* A connection that is over, and on which a request was late. */
void responses_tally_late(struct response_counts *counts, const struct response_track *track,
	const struct ending_side *server);

/* Any connection that is over. */
void responses_tally(struct response_counts *counts, const struct response_track *track,
	const struct ending_side *server, const struct ending_side *client);

/* A connection that is over, on which the client sent only what begins requests. `request_bytes`:
 * the most that one request has; 0: that is not known. */
void responses_tally_omitted(struct response_counts *counts, const struct response_track *track,
	const struct ending_side *server, const struct ending_side *client, uint32_t request_bytes);

/* The most frequent status of responses that were refused; 0: none, or none is known. */
unsigned responses_refusal(const uint64_t refused_by[RESPONSE_STATUS_MAX]);

#endif
