/* How a connection comes to its end: the executor closes the descriptor, the recorder counts. */
#ifndef BENCH_LOAD_CONNECTION_END_H
#define BENCH_LOAD_CONNECTION_END_H

#include "bench/load/connection.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether the error of a socket call means that the peer sent an RST. */
bool error_is_reset(int error);

/* The exchange under way is over. */
void connection_end_exchange(struct connection_context *context, struct connection *c);

/* The executor has closed the descriptor. Returns CONNECTION_CLOSED. */
enum connection_status connection_end(
	struct connection_context *context, struct connection *c, enum outcome outcome);

/* The server has ended a connection that waits for its next request, or says what nobody asked for.
 * Every response had come. Returns CONNECTION_CLOSED. */
enum connection_status connection_end_idle(
	struct connection_context *context, struct connection *c, uint32_t events);

/* The connection failed with `error`. Returns CONNECTION_CLOSED. */
enum connection_status connection_error(
	struct connection_context *context, struct connection *c, int error, enum outcome outcome);

/* The stream ended while a response was awaited. */
void connection_cut(struct connection_context *context, struct connection *c);

/* recv(2) failed with `error` while a response was awaited. */
void connection_receive_failed(struct connection_context *context, struct connection *c, int error);

/* The connection failed with `error` before it was established. Returns CONNECTION_REFUSED. */
enum connection_status connection_refused(
	struct connection_context *context, struct connection *c, int error);

/* The executor has ended the connection, as what it has counted since `before` says. Returns
 * CONNECTION_CLOSED. */
enum connection_status connection_ended(struct connection_context *context, struct connection *c,
	const struct executor_counts *before);

/* The response was read, and what is left is to be read to the end of stream. `at_end`: nothing is
 * left but that end, which is known to be there. */
enum connection_status connection_discard(
	struct connection_context *context, struct connection *c, bool at_end);

/* The executor waits for room in the socket (executor_wants_output), and there is some. */
enum connection_status connection_seal(struct connection_context *context, struct connection *c);

#endif
