#include "bench/findings/proxy_ports_exhausted.h"
#include "bench/findings/terms.h"

#include "bench/judge/client_ports.h"
#include "bench/judge/loss.h"
#include "bench/judge/port_stall.h"
#include "bench/judge/time_wait_reuse.h"
#include "bench/measure/responses.h"
#include "common/address.h"

#include <math.h>
#include <netinet/tcp.h>
#include <stdio.h>

#define HARM_MAX 120
#define REUSE_MAX 120
#define TO_MAX (ADDRESS_TEXT_SIZE + 60)
#define FAILED_LEAST 10

/* Its port is there once for each address that the proxy connected to. */
static void to_write(const struct trial *upstream, char text[TO_MAX])
{
	char host[ADDRESS_TEXT_SIZE];
	unsigned long long met = client_ports_destinations(upstream);
	unsigned port = upstream->server.port;
	if (upstream->server_addresses <= 1)
		snprintf(text, TO_MAX, "upstream %s:%u",
			address_url_host(&upstream->server.address, host), port);
	else
		snprintf(text, TO_MAX, "upstreams at port %u, %llu of %u addresses,", port, met,
			(unsigned)upstream->server_addresses);
}

/* What the clients got of it. */
static void harm_write(const struct trial *trial, char text[HARM_MAX])
{
	const struct load_totals *totals = &trial->totals;
	unsigned status = responses_refusal(totals->refused_by);
	unsigned long long failed = loss_failed(trial), asked = loss_asked(trial);
	*text = '\0';
	if (trial->load.is_third_party && failed > 0)
		snprintf(text, HARM_MAX, "; %llu requests failed, as the loader says", failed);
	else if (totals->refused > 0)
		snprintf(text, HARM_MAX, ": %llu of %llu requests got %u",
			(unsigned long long)totals->refused_by[status], asked, status);
	else if (failed > 0)
		snprintf(text, HARM_MAX, ": %llu of %llu requests failed", failed, asked);
}

/* Which tcp_tw_reuse may not have helped. */
static void reuse_write(
	const struct trial *upstream, const struct port_stall *stall, char text[REUSE_MAX])
{
	snprintf(text, REUSE_MAX, "by TIME_WAITs");
	if (stall->time_waits > 0 && time_wait_is_reused(upstream))
		snprintf(text, REUSE_MAX,
			"by TIME_WAITs (tcp_tw_reuse is on, but they were younger than "
			"tcp_tw_reuse_delay, %.0f "
			"ms)",
			time_wait_reuse_delay_s(upstream, TD_CLIENT) * 1e3);
}

static const char *cure_of(bool is_open)
{
	return is_open ? "have it open fewer at once, widen its range (--sysctl "
			 "proxy:net.ipv4.ip_local_port_range), or add addresses at either end"
		       : "keep its connections to the upstream alive (a pool), have the upstream "
			 "close first, widen its range (--sysctl "
			 "proxy:net.ipv4.ip_local_port_range), or add addresses at either end";
}

/* Behind the last port that was had, requests may fail faster than samples come. Counts tell of it
 * where all ports are held at the end, each by a connection of its own, just the requests that had
 * none of these failed, and clients came behind the last connection to the upstream. */
static struct port_stall end_of(
	const struct trial *trial, const struct trial *upstream, const struct figures *figures)
{
	uint64_t waits = upstream->after.client.census.states[TCP_TIME_WAIT];
	uint64_t failed = loss_failed(trial);
	if (figures->ports_end < figures->ports_available || failed < FAILED_LEAST ||
		figures->opened + failed != loss_asked(trial) ||
		trial->packet_tap.last_syn_ns <= upstream->packet_tap.last_syn_ns ||
		2 * waits < figures->ports_available || time_wait_is_reused(upstream))
		return (struct port_stall){.since_ns = 0};
	return (struct port_stall){
		.since_ns = upstream->packet_tap.last_syn_ns,
		.time_waits = waits,
		.in_use = figures->ports_end > waits ? figures->ports_end - waits : 0,
	};
}

void proxy_ports_exhausted_detect(struct findings *findings, const struct trial *trial)
{
	const struct trial *upstream = trial->upstream;
	char to[TO_MAX], harm[HARM_MAX], reuse[REUSE_MAX], held[TERMS_SIZE];
	if (!upstream)
		return;
	const struct figures figures = figures_of(upstream);
	const struct port_stall late = end_of(trial, upstream, &figures);
	const struct port_stall *stall = figures.port_stall.since_ns ? &figures.port_stall : &late;
	/* Open connections may be a pool that is full, whose proxy asks for no port more. */
	if (!stall->since_ns || !(stall->is_proven || loss_failed(trial) > 0))
		return;
	bool is_open = stall->in_use > stall->time_waits;
	double t_s = finding_t_s(trial, stall->since_ns);
	to_write(upstream, to);
	harm_write(trial, harm);
	reuse_write(upstream, stall, reuse);
	const struct term terms[] = {
		{(double)stall->time_waits, reuse}, {(double)stall->in_use, "by open connections"}};
	finding_add(findings,
		"the proxy ran out of ports to its %s after %.2f s%s; all %llu were "
		"held, %s; %s",
		to, t_s, harm, (unsigned long long)figures.ports_available,
		terms_text(terms, sizeof(terms) / sizeof(terms[0]), held), cure_of(is_open));
	finding_word(findings, "end", "proxy");
	finding_word(findings, "held_by", is_open ? "open connections" : "TIME_WAIT");
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "time_waits", (double)stall->time_waits);
	finding_number(findings, "failed", (double)loss_failed(trial));
	finding_number(findings, "ports_held", (double)figures.ports_peak);
	finding_number(findings, "ports_available", (double)figures.ports_available);
	finding_number(findings, "upstreams",
		upstream->server_addresses > 1 ? (double)client_ports_destinations(upstream) : NAN);
}
