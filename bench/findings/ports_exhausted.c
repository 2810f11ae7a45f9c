/* ports-exhausted: connect(2) failed with EADDRNOTAVAIL, since TIME_WAIT or open connections held
 * every port of the client. Where tcp_tw_reuse is in effect and TIME_WAITs held them, the finding
 * is reuse-too-young. Or a server that connects on found none. */
#include "bench/findings/port_holder.h"
#include "bench/findings/proxy_ports_exhausted.h"
#include "bench/findings/server_ports_exhausted.h"
#include "bench/judge/client_ports.h"
#include "bench/judge/time_wait_reuse.h"
#include "common/address.h"

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

/* What of the range connect(2) is not given, as part of a sentence. */
#define KEPT_MAX 80

static void kept_write(const struct trial *trial, char text[KEPT_MAX])
{
	uint64_t kept = client_ports_reserved(trial) * trial->client_addresses;
	*text = '\0';
	if (kept > 0)
		snprintf(text, KEPT_MAX, " (ip_local_reserved_ports keeps %llu more back)",
			(unsigned long long)kept);
}

struct exhaustion {
	const struct trial *trial;
	double ports, t_s;
	unsigned long long open; /* connections at once */
	struct port_refusal refusal;
	char tuple[TUPLE_MAX], kept[KEPT_MAX];
};

/* How a loader is told to open fewer; one that was not told how many knows best. */
static const char *option_of(const struct trial *trial)
{
	return trial->load.is_third_party && !trial->load.told_connections ? ""
									   : " (--connections)";
}

/* --client-addresses is the builtin loader's; another has to bind(2) to them itself. */
static const char *addresses_of(const struct trial *trial)
{
	return trial->load.is_third_party ? "add addresses to which the loader binds"
					  : "add addresses (--client-addresses)";
}

static void by_open_connections(struct findings *findings, const struct exhaustion *e)
{
	finding_add(findings,
		"all %.0f ports of %s%s were held by open connections after %.2f s, and %s: %llu "
		"connections at once need as many ports; widen the range (--port-range), %s, or "
		"open fewer at once%s",
		e->ports, e->tuple, e->kept, e->t_s, e->refusal.text, e->open,
		addresses_of(e->trial), option_of(e->trial));
	finding_word(findings, "held_by", "open connections");
	finding_number(findings, "connections", (double)e->open);
}

static void by_both(struct findings *findings, const struct exhaustion *e)
{
	finding_add(findings,
		"all %.0f ports of %s%s were held after %.2f s, by TIME_WAITs or open connections "
		"(up to %llu at once), and %s; widen the range (--port-range), %s, or open fewer "
		"at once%s",
		e->ports, e->tuple, e->kept, e->t_s, e->open, e->refusal.text,
		addresses_of(e->trial), option_of(e->trial));
	finding_word(findings, "held_by", "TIME_WAIT or open connections");
	finding_number(findings, "connections", (double)e->open);
}

static void by_time_wait(struct findings *findings, const struct exhaustion *e)
{
	double life_s = e->trial->time_wait_life.most_s, lasting = e->ports / life_s;
	const char *without = time_wait_reuse_lacks_timestamps(e->trial);
	finding_add(findings,
		"all %.0f ports of %s%s were held after %.2f s, mostly by TIME_WAITs, and %s; "
		"%.*f/s would have lasted (ports / %.2f s); let the server close first, %s, or "
		"%s%s%s",
		e->ports, e->tuple, e->kept, e->t_s, e->refusal.text, finding_rate_digits(lasting),
		finding_rate_floor(lasting), life_s,
		without ? "widen the range (--port-range)" : "reuse TIME_WAIT (tcp_tw_reuse)",
		addresses_of(e->trial),
		without ? ": tcp_tw_reuse needs tcp_timestamps, which are off at the " : "",
		without ? without : "");
	finding_word(findings, "held_by", "TIME_WAIT");
	finding_number(findings, "lasting_rate_per_s", lasting);
}

static void detect_at_client(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_totals *totals = &trial->totals;
	bool is_third_party = trial->load.is_third_party;
	struct exhaustion e = {
		.trial = trial,
		.ports = (double)figures->ports_available,
		.refusal = port_refusal_of(trial, figures),
		.open = is_third_party ? figures->port_stall.in_use : totals->connections_peak,
	};
	if (e.refusal.at_ns == 0)
		return;
	e.t_s = finding_t_s(trial, e.refusal.at_ns);
	enum port_holder holder = port_holder_of(trial, figures);
	if (holder == PORTS_OF_TIME_WAIT && time_wait_is_reused(trial))
		return;
	tuple_write(trial, e.tuple);
	kept_write(trial, e.kept);
	static void (*const reports[])(struct findings *, const struct exhaustion *) = {
		[PORTS_OF_TIME_WAIT] = by_time_wait,
		[PORTS_OF_OPEN] = by_open_connections,
		[PORTS_OF_BOTH] = by_both,
	};
	reports[holder](findings, &e);
	finding_number(findings, "t_s", e.t_s);
	finding_word(findings, "tuple", e.tuple);
	finding_number(findings, "refused", e.refusal.count);
	finding_number(findings, "opened",
		is_third_party ? (double)figures->opened
			       : (double)totals->attempted -
					 (double)totals->outcomes[OUTCOME_CONNECT_ERROR]);
	finding_number(findings, "ports_held", (double)figures->ports_peak);
	finding_number(findings, "ports_available", e.ports);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	detect_at_client(findings, trial, figures);
	if (trial->server.is_proxy)
		proxy_ports_exhausted_detect(findings, trial);
	else
		server_ports_exhausted_detect(findings, trial, figures);
}

extern const struct finding_kind finding_ports_exhausted;
const struct finding_kind finding_ports_exhausted = {
	.id = "ports-exhausted",
	.summary = "connect() failed with EADDRNOTAVAIL: every port was held, of the client, or of "
		   "a server that connects on",
	.cause = "TIME_WAIT holds the port of the end that connected for 60 s and up to a tick of "
		 "the timer wheel (62.05 s at HZ 250), an open connection for as long as it lasts",
	.cure = "let the server close first, reuse TIME_WAIT (tcp_tw_reuse), widen the range "
		"(--port-range), add addresses (--client-addresses), or open fewer connections",
	.detect = detect,
};
