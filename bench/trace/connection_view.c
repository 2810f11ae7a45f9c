#include "bench/trace/connection_view.h"

#include <stddef.h>
#include <stdio.h>

static const char *first_closer_text(const struct connection *connection, enum tcp_ending_word word)
{
	if (word == ENDING_NOT_A_CONNECTION)
		return "unknown";
	switch (tcp_ending_first_closer(&connection->ending)) {
	case SIDE_BOTH:
		return "both";
	case SIDE_NONE:
		return "none";
	case SIDE_A:
		return connection->client == 0 ? "client" : "server";
	case SIDE_B:
		break;
	}
	return connection->client == 1 ? "client" : "server";
}

struct connection_view connection_view_of(const struct connection *connection)
{
	static const char *const firsts[] = {
		[FIRST_NONE] = NULL, [FIRST_FIN] = "FIN", [FIRST_RST] = "RST"};
	const struct tcp_ending *ending = &connection->ending;
	struct connection_view view = {
		.number = connection->number,
		.incarnation = connection->incarnation,
		.client_side = connection->client,
		.guessed = connection->orientation == ORIENTED_GUESSED,
		.word = tcp_ending_word(ending),
		.first_end = firsts[ending->first],
		.crossed = tcp_ending_is_crossed(ending),
		.cause = tcp_ending_cause(ending),
		.completeness = connection->completeness,
		.start_ns = connection->first_ns,
	};
	view.first_closer = first_closer_text(connection, view.word);
	for (unsigned end = 0; end < VIEW_ENDS; end++) {
		unsigned side = end == VIEW_CLIENT ? connection->client : !connection->client;
		const struct connection_end *sent = &connection->sides[side];
		view.endpoints[end] = connection->endpoints[side];
		view.reset_by[end] = ending->ends[side].rst;
		view.reset_doubted[end] =
			view.reset_by[end] && sent->rst_doubted && !sent->ttl_varies;
		if (view.reset_doubted[end] && ending->rst_first_side == side)
			view.cause = CAUSE_UNKNOWN;
		view.bytes[end] = sent->data.bytes;
		view.segments[end] = sent->segments;
		view.unacknowledged_known[end] =
			connection_unacknowledged(connection, side, &view.unacknowledged[end]);
	}
	/* Wireshark gives 0 to a connection of one segment, unless it is a SYN. */
	if (view.segments[VIEW_CLIENT] + view.segments[VIEW_SERVER] == 1 &&
		!(view.completeness & 1))
		view.completeness = 0;
	/* Time may go backwards within a capture. */
	if (connection->last_ns > connection->first_ns)
		view.duration_ns = connection->last_ns - connection->first_ns;
	bool bytes = view.bytes[VIEW_CLIENT] > 0 || view.bytes[VIEW_SERVER] > 0;
	view.conn_state = zeek_conn_state(&connection->zeek, connection->client, bytes);
	zeek_history(&connection->zeek, connection->client, view.history);
	return view;
}

uint64_t connection_view_lost(const struct connection_view *view)
{
	/* Of an open connection the acknowledgement may be on its way. */
	if (!view->reset_by[VIEW_CLIENT] && !view->reset_by[VIEW_SERVER])
		return 0;
	return view->unacknowledged[VIEW_CLIENT] + view->unacknowledged[VIEW_SERVER];
}

const char *connection_view_reset_by(const struct connection_view *view, char text[VIEW_WHO_SIZE])
{
	bool client = view->reset_by[VIEW_CLIENT], server = view->reset_by[VIEW_SERVER];
	snprintf(text, VIEW_WHO_SIZE, "%s%s%s", client ? "client" : "", client && server ? "+" : "",
		server ? "server" : "");
	return text;
}
