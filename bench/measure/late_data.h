/* Data of the client that comes behind the server's FIN and meets a socket that close(2) has
 * closed: the kernel answers it with a RST (RFC 1122, 4.2.2.13; RFC 9293, 3.10.7.4). A close_notify
 * of TLS is such data, and so is the rest of an upload. Requests are left out: late_request.h has
 * them. Pure functions. */
#ifndef BENCH_MEASURE_LATE_DATA_H
#define BENCH_MEASURE_LATE_DATA_H

#include "bench/measure/ending.h"

#include <stdbool.h>
#include <stdint.h>

struct first_closer_segment;

/* Of one connection: the last of the client's data. */
struct late_data_track {
	uint64_t at_ns; /* when it came; 0: there was none */
	uint32_t end;   /* the number behind it */
	bool is_alert;  /* it is one TLS record, an alert or as long as one */
	bool is_known;  /* all of the client's data was looked at up to the connection's end */
};

struct late_data {
	uint64_t looked_at; /* connections of which all data of the client was looked at */
	uint64_t reset;     /* of these, those on which it was answered so */
	/* Of those reset, those on which the client's kernel had the server's FIN, and so all that
	 * the server had sent, when the data went out: the RST's number is what that acknowledged.
	 * Nothing is told of the others, on which it may have. */
	uint64_t knew_fin;
	uint64_t tls_alerts; /* of those reset, those on which the last of the data was one */
	uint64_t first_ns;   /* when the first of them was reset; 0: none was */
};

/* A segment of the client that has data, and begins no request. */
void late_data_see(struct late_data_track *track, const struct first_closer_segment *segment);

/* Adds a connection that is over. `is_request`: what came late is a request, or the body of one. */
void late_data_tally(struct late_data *counts, const struct late_data_track *track, bool is_request,
	const struct ending_side *server);

#endif
