/* One connection of a capture: a four-tuple and an incarnation, and what its segments have shown so
 * far. There may be a million at the same time: it is kept small (CONNECTION_BYTES_MAX). */
#ifndef BENCH_TRACE_CONNECTION_H
#define BENCH_TRACE_CONNECTION_H

#include "bench/trace/byte_ledger.h"
#include "bench/trace/endpoint.h"
#include "bench/trace/segment.h"
#include "bench/trace/tcp_ending.h"
#include "bench/trace/zeek.h"

#include <stdbool.h>
#include <stdint.h>

/* Of an open connection, with its share of the table; holes in the data not counted. */
#define CONNECTION_BYTES_MAX 300

/* How the client was told. */
enum orientation {
	ORIENTED_BY_SYN,     /* it sent the SYN */
	ORIENTED_BY_SYN_ACK, /* the first SYN-ACK went to it */
	ORIENTED_GUESSED,    /* it sent the first segment that was captured */
};

/* What is worth telling of one segment; bits. In Wireshark's words (connection_note_text). */
enum connection_note {
	NOTE_RETRANSMISSION = 1 << 0,
	NOTE_OUT_OF_ORDER = 1 << 1,
	NOTE_PREVIOUS_MISSING = 1 << 2,
	NOTE_KEEP_ALIVE = 1 << 3,
	NOTE_KEEP_ALIVE_ACK = 1 << 4,
	NOTE_ZERO_WINDOW = 1 << 5,
	NOTE_ZERO_WINDOW_PROBE = 1 << 6,
	NOTE_ACKED_UNSEEN = 1 << 7,
	NOTE_PORTS_REUSED = 1 << 8,
	NOTE_DUPLICATE_ACK = 1 << 9,
	NOTE_RST_IGNORED = 1 << 10, /* told of a ladder's row (ladder_settle) */
	/* What a wire did (bench/wire), told by who knows. */
	NOTE_HELD = 1 << 11,
	NOTE_DROPPED = 1 << 12,
	NOTE_COPIED = 1 << 13,
	NOTE_RELEASED = 1 << 14, /* the other end gets what was held or copied before */
	NOTE_INJECTED = 1 << 15, /* the other end gets what nobody sent */
	/* As NOTE_RST_IGNORED. */
	NOTE_RST_REFUSED = 1 << 16,
	NOTE_ZERO_WINDOW_PROBE_ACK = 1 << 17,
	/* Records of TLS that lie in a ladder's row, by their headers (tls_stream.h). */
	NOTE_TLS_HANDSHAKE = 1 << 18,
	NOTE_TLS_DATA = 1 << 19,
	NOTE_TLS_ALERT = 1 << 20,
	/* An alert whose content is known: it was not encrypted, or its secret is there. */
	NOTE_TLS_NOTIFY = 1 << 21,
	NOTE_TLS_OTHER_ALERT = 1 << 22,
	NOTE_LAST = NOTE_TLS_OTHER_ALERT,
};

/* They tell what a segment holds, and nothing odd. */
#define NOTES_TLS                                                                                  \
	(NOTE_TLS_HANDSHAKE | NOTE_TLS_DATA | NOTE_TLS_ALERT | NOTE_TLS_NOTIFY |                   \
		NOTE_TLS_OTHER_ALERT)

/* What one side sent. */
struct connection_end {
	struct byte_ledger data;
	uint32_t segments;
	uint16_t window;
	uint8_t ttl; /* of its last segment without RST; 0: none yet */
	bool has_window : 1;
	bool ttl_varies : 1;  /* that of its segments without RST */
	bool rst_doubted : 1; /* its RST had another TTL than those */
	bool probed : 1;      /* its last segment was a keep-alive, or probed a window of zero */
};

/* Side 0 is the sender of the first segment. */
struct connection {
	struct endpoint endpoints[2];
	uint64_t first_ns, last_ns;
	struct connection_end sides[2];
	struct tcp_ending ending;
	struct zeek zeek;
	uint32_t number;      /* by its first segment, from 0, as Wireshark's tcp.stream */
	uint32_t incarnation; /* of its four-tuple, from 1 */
	uint8_t client;       /* its side */
	uint8_t orientation;  /* enum orientation */
	uint8_t completeness; /* Wireshark's tcp.completeness */
	bool cut_short;       /* reported before its end, since there were too many */
};

/* The first segment of a connection. */
void connection_begin(struct connection *connection, const struct segment *segment, uint32_t number,
	uint32_t incarnation);

/* Whether the segment, a SYN, begins another connection of the same four-tuple: its number is
 * another than that of the connection's own SYN. */
bool connection_is_succeeded_by(
	const struct connection *connection, unsigned side, const struct segment *segment);

/* Every segment, also the first. Returns what is worth telling: bits of enum connection_note. */
unsigned connection_see(
	struct connection *connection, unsigned side, const struct segment *segment);

/* Whose side sent the segment. */
static inline unsigned connection_side(
	const struct connection *connection, const struct segment *segment)
{
	return endpoint_equals(&connection->endpoints[0], &segment->from) ? 0 : 1;
}

/* Unique bytes of a side that the other one never acknowledged. Returns false where that cannot be
 * known: the other side's segments were not captured. */
bool connection_unacknowledged(const struct connection *connection, unsigned side, uint64_t *bytes);

/* "retransmission", of one bit. */
const char *connection_note_text(enum connection_note note);

void connection_finish(struct connection *connection);

#endif
