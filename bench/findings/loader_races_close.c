/* loader-races-close: the server was to close first, but a third-party loader does not wait
 * for the server's FIN, so either end may be the first. FINs alone count: a client that resets is
 * loader-hides-server-policy, and one that half closes is no race (loader-half-closes). */
#include "bench/findings/finding.h"
#include "bench/findings/terms.h"

/* Below this share of connections an end was first by accident. */
#define FIRST_LEAST 0.05

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct first_closer_counts *seen = &trial->packet_tap.counts;
	uint64_t client = seen->at_client.fin_first, server = seen->at_server.fin_first;
	double all = (double)(client + server + seen->fins_crossed);
	/* At its end a loader closes what is open: that is no race. */
	double midway = (double)seen->client_midway;
	/* A client that half closes at times may do so whenever its FIN is first. */
	bool half_closes = (double)seen->at_client.half_closed >= FIRST_LEAST * all;
	if (figures->opened == 0 || !trial->load.is_third_party ||
		trial->strategy->first_closer != TD_SERVER || half_closes ||
		(double)server < FIRST_LEAST * all || midway < FIRST_LEAST * all)
		return;
	const struct term terms[] = {{(double)client, "began to end with its own"},
		{(double)server, "with the server's"},
		{(double)seen->fins_crossed, "with both, which crossed"}};
	char first[TERMS_SIZE];
	finding_add(findings,
		"the loader does not wait for the server's FIN: of %.0f connections seen that "
		"ended with a FIN, %s, so TIME_WAIT fell to the client %.2f and to the server %.2f "
		"times a connection; %s",
		all, terms_text(terms, sizeof(terms) / sizeof(terms[0]), first),
		figures->client.tw_per_connection, figures->server.tw_per_connection,
		trial->load.is_proxy
			? "connections that it keeps (a pool) are closed seldom, by either end"
			: "the builtin loader leaves the first close to the server");
	finding_number(findings, "connections_seen", all);
	finding_number(findings, "client_first", (double)client);
	finding_number(findings, "server_first", (double)server);
	finding_number(findings, "crossed", (double)seen->fins_crossed);
	finding_number(findings, "client_midway", midway);
	finding_number(
		findings, "client_time_wait_per_connection", figures->client.tw_per_connection);
	finding_number(
		findings, "server_time_wait_per_connection", figures->server.tw_per_connection);
}

extern const struct finding_kind finding_loader_races_close;
const struct finding_kind finding_loader_races_close = {
	.id = "loader-races-close",
	.summary = "the loader closes some connections before the server does",
	.cause = "a loader that knows the length of a response need not wait for the server's FIN",
	.cure = "use the builtin loader, which leaves the first close to the server",
	.detect = detect,
};
