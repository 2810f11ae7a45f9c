/* older-timestamp-met: behind a NAT, a SYN came to a TIME_WAIT of the server's that another
 * connection had left at the same port of the NAT, whose timestamps were newer. The server's kernel
 * takes it for an old duplicate and answers with an ACK (net/ipv4/tcp_minisocks.c,
 * tcp_timewait_state_process: PAWSTimewait counts it), the client's kernel resets what that ACK
 * belongs to, and sends its SYN again. A connection that comes again from its own port never does:
 * its timestamps go on. */
#include "bench/findings/finding.h"
#include "common/clock.h"

#include <math.h>
#include <stdio.h>

#define CLOCKS_MAX 160
#define COST_MAX 60

static uint64_t lesser(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Whose timestamps these were. With one host behind the NAT there is no doubt. */
static void clocks_write(const struct trial *trial, char text[CLOCKS_MAX])
{
	if (trial->client_addresses > 1)
		snprintf(text, CLOCKS_MAX, "%u hosts behind it, each with a clock of its own",
			(unsigned)trial->client_addresses);
	else
		snprintf(text, CLOCKS_MAX,
			"of one host, whose kernel has timestamps begin elsewhere for each of its "
			"ports");
}

/* What it cost: a connect(2) that waits for a SYN to be sent again takes a second, or more. */
static double connect_most_s(const struct trial *trial)
{
	const struct histogram *connects = trial->totals.latencies[LATENCY_CONNECT];
	if (!connects || histogram_count(connects) == 0)
		return NAN;
	return (double)histogram_max(connects) / (double)NS_PER_S;
}

static void cost_write(double most_s, char text[COST_MAX])
{
	*text = '\0';
	if (!isnan(most_s))
		snprintf(text, COST_MAX, " (the slowest connect() took %.2f s)", most_s);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	/* Each is answered by a RST of the client's, and sent again. */
	const struct counters *client = &figures->client.load;
	uint64_t met = lesser(
		figures->nat.older_timestamps, lesser(client->out_rsts, client->syn_retrans));
	char clocks[CLOCKS_MAX], cost[COST_MAX];
	if (met == 0)
		return;
	double t_s =
		finding_first_seen_t_s(trial, TD_SERVER, offsetof(struct counters, paws_timewait));
	double lasting = (double)figures->nat.ports_available / figures->nat.time_wait_s;
	double most_s = connect_most_s(trial);
	clocks_write(trial, clocks);
	cost_write(most_s, cost);
	finding_add(findings,
		"%llu SYNs of %llu connections met a TIME_WAIT of the server's that another "
		"connection had left at their port of the NAT, with newer timestamps "
		"(PAWSTimewait, first seen at %.1f s; %s): the server answered with an ACK, the "
		"client reset that, and sent its SYN again a second later%s; with connections at "
		"%.*f/s (ports / %.0f s of nf_conntrack_tcp_timeout_time_wait) or fewer the NAT's "
		"ports rest for long enough: keep connections alive, give it more ports "
		"(--nat-ports), or have the client close first",
		(unsigned long long)met, (unsigned long long)figures->opened, t_s, clocks, cost,
		finding_rate_digits(lasting), finding_rate_floor(lasting),
		figures->nat.time_wait_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "met", (double)met);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "hosts", (double)trial->client_addresses);
	finding_number(findings, "connect_max_s", most_s);
	finding_number(findings, "ports_available", (double)figures->nat.ports_available);
	finding_number(findings, "lasting_rate_per_s", lasting);
}

extern const struct finding_kind finding_older_timestamp_met;
const struct finding_kind finding_older_timestamp_met = {
	.id = "older-timestamp-met",
	.summary = "behind a NAT, SYNs met another connection's TIME_WAIT at the server",
	.cause = "the NAT gave a port to another connection while the server still had it in "
		 "TIME_WAIT, and the new one's timestamps were older",
	.cure = "keep connections alive, give the NAT more ports, or have the client close first",
	.detect = detect,
};
