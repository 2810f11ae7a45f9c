/* loader-half-closes: the client's FIN comes with its request or right behind it, and the client
 * goes on to read (shutdown(2) with SHUT_WR). That is no race with the server's FIN: the client is
 * first by its own choice, and is left with the TIME_WAIT. The response that comes behind its FIN,
 * and that no RST answers, proves it; a client that has closed looks like it up to then. Where the
 * response is faster than the client's FIN, nothing tells the two apart. */
#include "bench/findings/finding.h"

/* Below this share of connections it is an accident. */
#define HALF_CLOSED_LEAST 0.05

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct first_closer_counts *seen = &trial->packet_tap.counts;
	const struct ending_counts *client = &seen->at_client;
	double all = (double)seen->connections, half = (double)client->half_closed;
	if (figures->opened == 0 || half < 1 || half < HALF_CLOSED_LEAST * all ||
		trial->strategy->first_closer == TD_CLIENT || trial->clients_deviate)
		return;
	double first = (double)(client->fin_first + seen->fins_crossed);
	finding_add(findings,
		"the client half closes (shutdown(SHUT_WR)): of %.0f connections seen, it sent its "
		"FIN on %.0f before it had the server's, on %.0f of these before the end of the "
		"response, which it went on to read; so TIME_WAIT fell to the client %.2f and to "
		"the server %.2f times a connection; to leave the first close to the server, have "
		"the client close when read(2) returns 0",
		all, first, half, figures->client.tw_per_connection,
		figures->server.tw_per_connection);
	finding_number(findings, "connections_seen", all);
	finding_number(findings, "client_first", first);
	finding_number(findings, "half_closed", half);
	finding_number(
		findings, "client_time_wait_per_connection", figures->client.tw_per_connection);
	finding_number(
		findings, "server_time_wait_per_connection", figures->server.tw_per_connection);
}

extern const struct finding_kind finding_loader_half_closes;
const struct finding_kind finding_loader_half_closes = {
	.id = "loader-half-closes",
	.summary = "the client sent its FIN before the response, and went on to read",
	.cause = "the client calls shutdown(SHUT_WR) behind its request, so the first FIN is its "
		 "own",
	.cure = "to leave the first close to the server, have the client close when read(2) "
		"returns 0",
	.detect = detect,
};
