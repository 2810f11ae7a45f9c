/* ports-exhausted: connect(2) failed with EADDRNOTAVAIL, since TIME_WAIT or open connections held
 * every port of the client. Where tcp_tw_reuse is on, the finding is reuse-too-young. */
#include "bench/findings/finding.h"
#include "common/address.h"

#include <errno.h>
#include <stdio.h>

#define TUPLE_MAX (2 * ADDRESS_TEXT_SIZE + 40)

static void tuple_write(const struct trial *trial, char text[TUPLE_MAX])
{
	char client[ADDRESS_TEXT_SIZE], server[ADDRESS_TEXT_SIZE], more[24] = "";
	unsigned long long addresses = trial->client_addresses;
	if (addresses > 1)
		snprintf(more, sizeof(more), "+%llu", addresses - 1);
	snprintf(text, TUPLE_MAX, "%s%s:* to %s:%u",
		address_url_host(&trial->client_address, client), more,
		address_url_host(&trial->server.address, server), (unsigned)trial->server.port);
}

static void by_open_connections(
	struct findings *findings, const struct trial *trial, const char *tuple, double ports)
{
	unsigned long long asked = trial->load.connections;
	finding_add(findings,
		"all %.0f ports of %s were held by open connections after %.2f s, and %llu "
		"connect() were refused with EADDRNOTAVAIL: %llu connections at once need as many "
		"ports; widen the range (--port-range), add addresses (--client-addresses), or "
		"open fewer at once (--connections)",
		ports, tuple, finding_t_s(trial, trial->totals.first_ns[OUTCOME_CONNECT_ERROR]),
		(unsigned long long)trial->totals.connect_errors[EADDRNOTAVAIL], asked);
	finding_word(findings, "held_by", "open connections");
	finding_number(findings, "connections", (double)asked);
}

static void by_time_wait(
	struct findings *findings, const struct trial *trial, const char *tuple, double ports)
{
	double life_s = trial->time_wait_life.most_s, lasting = ports / life_s;
	finding_add(findings,
		"all %.0f ports of %s were held after %.2f s, and %llu connect() were refused with "
		"EADDRNOTAVAIL; %.*f/s would have lasted (ports / %.2f s); let the server close "
		"first, reuse TIME_WAIT (tcp_tw_reuse), or add addresses (--client-addresses)",
		ports, tuple, finding_t_s(trial, trial->totals.first_ns[OUTCOME_CONNECT_ERROR]),
		(unsigned long long)trial->totals.connect_errors[EADDRNOTAVAIL],
		finding_rate_digits(lasting), finding_rate_floor(lasting), life_s);
	finding_word(findings, "held_by", "TIME_WAIT");
	finding_number(findings, "lasting_rate_per_s", lasting);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_totals *totals = &trial->totals;
	uint64_t refused = totals->connect_errors[EADDRNOTAVAIL];
	if (refused == 0 || finding_reuses_time_wait(trial))
		return;
	char tuple[TUPLE_MAX];
	double ports = (double)figures->ports_available;
	/* An explicit bind(2) with SO_REUSEADDR takes a port from TIME_WAIT. */
	bool by_open = trial->strategy->source_port == TD_PORT_BIND ||
		       2 * (double)figures->client.tw_peak < ports;
	tuple_write(trial, tuple);
	if (by_open)
		by_open_connections(findings, trial, tuple, ports);
	else
		by_time_wait(findings, trial, tuple, ports);
	finding_number(
		findings, "t_s", finding_t_s(trial, totals->first_ns[OUTCOME_CONNECT_ERROR]));
	finding_word(findings, "tuple", tuple);
	finding_number(findings, "refused", (double)refused);
	finding_number(findings, "opened",
		(double)totals->attempted - (double)totals->outcomes[OUTCOME_CONNECT_ERROR]);
	finding_number(findings, "ports_held", (double)figures->ports_peak);
	finding_number(findings, "ports_available", ports);
}

extern const struct finding_kind finding_ports_exhausted;
const struct finding_kind finding_ports_exhausted = {
	.id = "ports-exhausted",
	.summary = "connect() failed with EADDRNOTAVAIL: every port of the client was held",
	.cause = "TIME_WAIT holds a client's port for 60 s and up to a tick of the timer wheel "
		 "(62.05 s at HZ 250), an open connection for as long as it lasts",
	.cure = "let the server close first, reuse TIME_WAIT (tcp_tw_reuse), widen the range "
		"(--port-range), add addresses (--client-addresses), or open fewer connections",
	.detect = detect,
};
