/* Counters, and their text for /metrics. A worker counts in plain words of its own and publishes
 * them once a turn of its loop, so that a connection costs no atomic operation. */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include "server/memory.h"
#include "strategies/core/executor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Above every errno of Linux. */
#define METRICS_ERRNOS 134

/* Every field is made of uint64_t, since metrics_publish copies word by word. */
struct metrics_counts {
	uint64_t opened;
	uint64_t abandoned; /* connections closed because the program ended */
	uint64_t evicted;   /* lingering connections closed to make room */
	uint64_t exchanges;
	uint64_t received_bytes;
	uint64_t sent_bytes;
	uint64_t accept_pauses;
	/* Of TLS: handshakes done, those of them that resumed a session, and connections that ended
	 * before theirs was done. */
	uint64_t tls_handshakes, tls_resumed, tls_handshakes_failed;
	uint64_t tls_alerts_sent, tls_alerts_received; /* without close_notify */
	uint64_t tls_notified, tls_notified_by_peer;   /* close_notify sent, and read */
	uint64_t tls_truncated;  /* a FIN without the peer's close_notify, while open */
	uint64_t lingering_peak; /* the most connections that waited or were half closed at once */
	uint64_t states[EXECUTOR_ENDED + 1]; /* connections now in each state; of EXECUTOR_ENDED:
						all that have ended */
	struct executor_counts ends;
};

struct metrics {
	struct metrics_counts counts;
	struct metrics_counts published;
	uint64_t accept_errors[METRICS_ERRNOS]; /* published at once, since failures are rare */
};

void metrics_publish(struct metrics *metrics, const struct executor_counts *ends);

void metrics_count_accept_error(struct metrics *metrics, int error);

/* Adds the published counters of `metrics` to those of `sum`. From any thread. */
void metrics_sum(const struct metrics *metrics, struct metrics *sum);

/* Gauges, read at each request for /metrics. */
struct metrics_gauges {
	bool has_time_wait, has_memory;
	uint64_t time_wait;
	struct memory memory;
};

/* Writes the counters and gauges in Prometheus' text format. HTTP1_BODY_COPY_MAX bytes are room for
 * the longest page. Returns the length. */
size_t metrics_render(const struct metrics *sum, const struct metrics_gauges *gauges,
	const char *strategy, char *bytes, size_t size);

#endif
