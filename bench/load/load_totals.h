/* What a load's connections came to. Every attempted connection ends in exactly one outcome. */
#ifndef BENCH_LOAD_LOAD_TOTALS_H
#define BENCH_LOAD_LOAD_TOTALS_H

#include "bench/load/event_count.h"
#include "bench/load/framing.h"
#include "bench/load/load_tls.h"
#include "bench/load/ramp.h"
#include "bench/measure/response_head.h"
#include "bench/statistics/histogram.h"

#include <stdbool.h>
#include <stdint.h>

#define LOAD_TOTALS_ERRNO_MAX 134
#define LOAD_TOTALS_LATE_NS UINT64_C(1000000)

enum outcome {
	OUTCOME_COMPLETED,     /* every response arrived whole; how it was closed does not matter */
	OUTCOME_SHORT,         /* end of stream before that */
	OUTCOME_RESET,         /* RST, or another socket error, before that */
	OUTCOME_TIMED_OUT,     /* a deadline of the client's passed, before or after that */
	OUTCOME_CONNECT_ERROR, /* never connected; counted by errno */
	OUTCOMES,
};

enum latency {
	LATENCY_CONNECT,  /* connect(2) to the handshake's end */
	LATENCY_RESPONSE, /* first byte of a request to the last byte of its response */
	LATENCY_CLOSE,    /* last byte of the last response to the end of stream or reset */
	/* One exchange; a connection's first counts from connect(2), in an open loop from the
	 * instant at which it was to begin. */
	LATENCY_TOTAL,
	LATENCY_HANDSHAKE,   /* of TLS: its first byte to its end, and LATENCY_RESPONSE follows */
	LATENCY_START,       /* open loop: from that instant to connect(2) */
	LATENCY_UNCORRECTED, /* open loop: LATENCY_TOTAL, but from connect(2) */
	LATENCY_CORRECTED,   /* closed loop: LATENCY_TOTAL as histogram_correct estimates it */
	LATENCIES,
};

/* As results name them: "connect", "response", "close", "total", … */
extern const char *const load_totals_latency_names[LATENCIES];

/* Connections that got no byte of a response to their last request, which the kernel had taken
 * whole.
 */
struct load_unanswered {
	uint64_t connections;
	uint64_t first_requests;    /* of these, those whose request was the connection's first */
	uint64_t first_ns, last_ns; /* CLOCK_MONOTONIC, when they ended; 0: there is none */
	uint64_t least_ns, most_ns; /* from the request to that end */
	uint64_t
		announced; /* of the connections, those whose response before announced the close */
};

struct load_totals {
	uint64_t attempted;
	uint64_t outcomes[OUTCOMES];
	uint64_t first_ns[OUTCOMES]; /* CLOCK_MONOTONIC, when each was first met; 0: never */
	uint64_t connect_errors[LOAD_TOTALS_ERRNO_MAX]; /* by errno; beyond: index 0 */
	uint64_t no_port_ns;  /* when connect() first found no port; 0: never */
	uint64_t established; /* connections whose handshake was seen to end */
	uint64_t exchanges;
	uint64_t sent_bytes; /* that the kernel took of all connections */
	/* Of response bodies: announced and received, as struct response counts them; where the
	 * head never came: what was expected. */
	uint64_t bytes_promised, bytes_received;
	/* Responses that the server's FIN or RST cut off in the middle. */
	uint64_t truncated[RESPONSE_FRAMINGS];
	uint64_t truncated_by_reset; /* of them, those that a RST cut off */
	uint64_t truncated_ns;       /* CLOCK_MONOTONIC, when the first was met; 0: never */
	/* Of those that timed out: the handshake was not complete; a response had begun, and was
	 * not whole. */
	uint64_t unconnected, part_answered;
	/* Of those that timed out: all responses had come, and the server did not close. */
	uint64_t unclosed;
	uint64_t unclosed_ns; /* CLOCK_MONOTONIC, when the first was given up; 0: never */
	/* Connections on which all responses had come, and the server's FIN came ENDING_LATE_NS
	 * (bench/measure/ending.h) or more behind the last byte. */
	uint64_t closed_late;
	uint64_t closed_late_ns;      /* CLOCK_MONOTONIC, when the first of them came; 0: never */
	uint64_t closed_late_most_ns; /* how long the longest took */
	/* Of those that were short or reset: requests that went out on a connection that had been
	 * kept, and no byte of their responses came. */
	uint64_t kept_unanswered;
	uint64_t kept_connections;   /* on which they went out */
	uint64_t kept_announced;     /* of these, those whose response before announced the close */
	uint64_t kept_unanswered_ns; /* CLOCK_MONOTONIC, when the first ended; 0: never */
	/* How long these connections had been idle, from the last byte of a response to that
	 * request: least and most. */
	uint64_t kept_idle_least_ns, kept_idle_most_ns;
	/* Of those that were short, with no RST: the server's FIN ended them. Of those that timed
	 * out: the client's deadline did. */
	struct load_unanswered unanswered_by_fin, unanswered_by_deadline;
	/* Whole responses behind whose end more bytes came before the next request was sent, and
	 * these bytes. */
	uint64_t surplus_responses, surplus_bytes;
	uint64_t surplus_ns; /* CLOCK_MONOTONIC, when the first was met; 0: never */
	uint64_t corrupt;    /* responses with a wrong byte, when verified */
	uint64_t refused;    /* responses that are no HTTP, or have no expected status */
	uint64_t refused_by[RESPONSE_STATUS_MAX]; /* of them, by status; beyond: index 0 */
	/* Of those refused: what is no HTTP; of these, what has no head, and comes where a whole
	 * response came before on the connection. */
	uint64_t not_http, not_http_behind;
	uint64_t resets_seen; /* connections on which the client met a RST, delivered or not */
	uint64_t window_completed, window_exchanges; /* inside the window */
	uint64_t connections_peak; /* most that were open or backing off at once */
	/* Of an open loop of requests: those that went out on a connection that was open. The
	 * others each began one, and are among `attempted`. */
	uint64_t asked_again;
	/* Of an open loop's starts: later than intended by LOAD_TOTALS_LATE_NS or more; of these,
	 * those that found --connections of them open; and those that the end came before. */
	uint64_t late, starved, missed;
	uint64_t missed_starved; /* of those missed: no connection was free at the end */
	/* Of each kind of latency, those that had no end when the client gave up: they count as
	 * what they had taken by then. */
	uint64_t unfinished[LATENCIES];
	uint64_t cpu_ns;
	struct event_count events[EVENTS_MAX];  /* of the trial, in their order */
	struct ramp_count ramp;                 /* of --ramp; without it of zeros */
	struct histogram *latencies[LATENCIES]; /* of exchanges that were due in the window */
	struct load_tls tls;
};

/* Returns 0, or -1 when there is no memory. */
int load_totals_init(struct load_totals *totals);
/* The same, in the caller's memory of zeros, LATENCIES * histogram_size() bytes, that stays the
 * caller's: load_totals_finish is not due. */
void load_totals_place(struct load_totals *totals, void *histograms);
void load_totals_finish(struct load_totals *totals);

/* One more connection ended in this outcome. */
void load_totals_count(struct load_totals *totals, enum outcome outcome, uint64_t now_ns);

/* Starts of an open loop, of connections or of requests, that were due. */
uint64_t load_totals_intended(const struct load_totals *totals);

/* Adds to a count of bytes, up to INT64_MAX, the most that a result file can hold: a server may
 * announce any number. */
void load_totals_add_bytes(uint64_t *sum, uint64_t bytes);

/* The parts of load_totals_add that are about surplus_responses, about closed_late, about
 * kept_unanswered, and about one struct load_unanswered. */
void load_totals_add_surplus(struct load_totals *sum, const struct load_totals *part);
void load_totals_add_closed_late(struct load_totals *sum, const struct load_totals *part);
void load_totals_add_unanswered(struct load_totals *sum, const struct load_totals *part);
void load_unanswered_add(struct load_unanswered *sum, const struct load_unanswered *part);

/* Truncated responses of all framings. */
uint64_t load_totals_truncated(const struct load_totals *totals);

void load_totals_add(struct load_totals *sum, const struct load_totals *part);

/* Whether attempted = the sum of the outcomes. */
bool load_totals_balances(const struct load_totals *totals);

#endif
