/* port-parity-cliff: connect(2) slows down once half of the client's ports are held. The kernel
 * tries all ports of one parity before the first of the other (net/ipv4/inet_hashtables.c,
 * __inet_hash_connect), so from then on it walks through half the range for each connection. The
 * walk takes the loader's own CPU time, which tells it from a connect(2) that waits: for a SYN
 * that is sent again, or for a host that is busy. */
#include "bench/findings/finding.h"
#include "bench/judge/time_wait_reuse.h"
#include "bench/statistics/statistics.h"
#include "common/address.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

/* How much slower connect(2) is beyond half of the ports: 80 times as measured; a busy machine
 * makes it 2 or 3 times slower now and then. */
#define CLIFF_FACTOR 8
/* Of what connect(2) took longer, at least this share is CPU time of the loader, nearly all where
 * the machine is quiet. Where threads wait for a processor it may be less; then the CPU time of a
 * connection has become as many times longer as connect(2) has. */
#define WALK_SHARE 0.25
/* A SYN is first sent again after this time (TCP_TIMEOUT_INIT, include/net/tcp.h), which no walk
 * takes: 32,000 ports are a few milliseconds. */
#define SYN_TIMER_NS UINT64_C(1000000000)

/* Ports that the client held: of one destination each socket has a port of its own. sockstat is in
 * every sample, and its sockets in use are IPv4's; the census, which counts all ports, is in some.
 */
static uint64_t ports_held(const struct trial *trial, const struct sample *sample)
{
	const struct counters *counters = &sample->client.counters;
	bool is_ipv6 = address_family(&trial->server.address) == AF_INET6;
	uint64_t others = sample->client.others.ports_in_use;
	uint64_t sockets = counters->gauge_tw + (is_ipv6 ? 0 : counters->gauge_inuse);
	sockets = sockets > others ? sockets - others : 0;
	uint64_t ports = sample->census_fresh ? sample->client.census.ports_in_use : 0;
	return ports > sockets ? ports : sockets;
}

/* Samples while less than half of the ports were held, and samples beyond. A sample's connect time
 * is of the connections since the sample before, so it belongs to a half only if both samples do.
 * Where a half has no other, the sample in which the half was passed stands for it: its median is
 * of that side on which most of its connections were, and the other side is farther still. */
struct halves {
	double *connect_us[2];
	size_t count[2]; /* of samples with a connect time */
	double completed[2], seconds[2];
	double opened[2], cpu_us[2]; /* connect(2) calls of the client, CPU time of the loader */
	const struct sample *first_beyond;
};

static void half_take(
	struct halves *halves, bool beyond, const struct sample *earlier, const struct sample *s)
{
	halves->completed[beyond] +=
		(double)s->progress.completed - (double)earlier->progress.completed;
	halves->seconds[beyond] += (double)(s->at_ns - earlier->at_ns) / 1e9;
	halves->opened[beyond] += (double)s->client.counters.active_opens -
				  (double)earlier->client.counters.active_opens;
	halves->cpu_us[beyond] +=
		((double)s->progress.loader_cpu_ns - (double)earlier->progress.loader_cpu_ns) / 1e3;
	if (s->progress.connect_p50_ns == 0)
		return;
	if (beyond && !halves->first_beyond)
		halves->first_beyond = s;
	size_t at = halves->count[beyond]++;
	halves->connect_us[beyond][at] = (double)s->progress.connect_p50_ns / 1e3;
}

/* Whether connections of this sample may have waited for a SYN that was sent again: those end just
 * after it was, so in the same sample or in the next. */
static bool waits_for_a_syn(const struct trial *trial, size_t i)
{
	const struct sample *s = &trial->samples[i];
	uint64_t before = i > 1 ? trial->samples[i - 2].client.counters.syn_retrans
				: trial->before.client.counters.syn_retrans;
	return s->client.counters.syn_retrans > before ||
	       s->progress.connect_p50_ns >= SYN_TIMER_NS;
}

static void halves_take(struct halves *halves, const struct trial *trial, double half)
{
	size_t passing = 0;
	for (size_t i = 1; i < trial->sample_count; i++) {
		const struct sample *earlier = &trial->samples[i - 1], *s = &trial->samples[i];
		/* A connect(2) that is refused walks through all ports, and opens nothing. */
		bool is_refused =
			trial->totals.no_port_ns > 0 && s->at_ns >= trial->totals.no_port_ns;
		if (is_refused || waits_for_a_syn(trial, i))
			continue;
		bool below = (double)ports_held(trial, s) <= half;
		bool beyond = (double)ports_held(trial, earlier) >= half;
		if (below != beyond)
			half_take(halves, beyond, earlier, s);
		else if (!below && passing == 0)
			passing = i;
	}
	if (passing > 0 && (halves->count[0] == 0) != (halves->count[1] == 0))
		half_take(halves, halves->count[1] == 0, &trial->samples[passing - 1],
			&trial->samples[passing]);
}

/* For how long a closed connection holds its port. */
struct hold {
	double s;
	char name[60];
};

static struct hold hold_of(const struct trial *trial)
{
	struct hold hold = {.s = trial->time_wait_life.most_s};
	if (time_wait_is_reused(trial)) {
		hold.s = time_wait_reuse_hold_s(trial, TD_CLIENT);
		snprintf(hold.name, sizeof(hold.name), "the delay of tcp_tw_reuse, %.0f ms",
			hold.s * 1e3);
	} else {
		snprintf(hold.name, sizeof(hold.name), "%.2f s", hold.s);
	}
	return hold;
}

/* Whether the time that connect(2) took longer was spent in it, not waited for. */
static bool is_a_walk(const struct halves *halves, double before_us, double after_us)
{
	double cpu_before_us = halves->cpu_us[0] / halves->opened[0];
	double cpu_after_us = halves->cpu_us[1] / halves->opened[1];
	if (halves->opened[0] == 0 || halves->opened[1] == 0)
		return false;
	return cpu_after_us - cpu_before_us >= WALK_SHARE * (after_us - before_us) ||
	       cpu_after_us >= CLIFF_FACTOR * cpu_before_us;
}

static void cliff_report(struct findings *findings, const struct trial *trial,
	const struct figures *figures, const struct halves *halves)
{
	double before = statistics_median(halves->connect_us[0], halves->count[0]);
	double after = statistics_median(halves->connect_us[1], halves->count[1]);
	if (after < CLIFF_FACTOR * before || !is_a_walk(halves, before, after))
		return;
	double rate_before = halves->completed[0] / halves->seconds[0];
	double rate_after = halves->completed[1] / halves->seconds[1];
	char rates[80] = "";
	if (figures->client.counters.syn_retrans == 0)
		snprintf(rates, sizeof(rates), ", and %.0f connections/s became %.0f", rate_before,
			rate_after);
	else /* Connections that waited for a SYN made the rate less, too. */
		rate_before = rate_after = NAN;
	double ports = (double)figures->ports_available;
	struct hold hold = hold_of(trial);
	double lasting = ports / 2 / hold.s;
	double t_s = finding_t_s(trial, halves->first_beyond->at_ns);
	finding_add(findings,
		"connect() took %.0f us (p50) while less than half of the client's %.0f ports were "
		"held and %.0f us from there on (at %.1f s)%s: it tries all ports of one parity "
		"first; give the socket IP_LOCAL_PORT_RANGE (--source-port range), or open fewer "
		"than %.*f/s (half the ports / %s)",
		before, ports, after, t_s, rates, finding_rate_digits(lasting),
		finding_rate_floor(lasting), hold.name);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "connect_us_p50_before", before);
	finding_number(findings, "connect_us_p50_after", after);
	finding_number(findings, "cpu_us_before", halves->cpu_us[0] / halves->opened[0]);
	finding_number(findings, "cpu_us_after", halves->cpu_us[1] / halves->opened[1]);
	finding_number(findings, "samples_before", (double)halves->count[0]);
	finding_number(findings, "samples_after", (double)halves->count[1]);
	finding_number(findings, "rate_per_s_before", rate_before);
	finding_number(findings, "rate_per_s_after", rate_after);
	finding_number(findings, "ports_held", (double)ports_held(trial, halves->first_beyond));
	finding_number(findings, "ports_available", ports);
	finding_number(findings, "lasting_rate_per_s", lasting);
	finding_word(findings, "source_port", trial->load.source_port);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	size_t n = trial->sample_count;
	double *room = finding_room(findings, 2 * n);
	if (!room)
		return;
	struct halves halves = {.connect_us = {room, room + n}};
	halves_take(&halves, trial, (double)figures->ports_available / 2);
	if (halves.count[0] && halves.count[1])
		cliff_report(findings, trial, figures, &halves);
	free(room);
}

extern const struct finding_kind finding_port_parity_cliff;
const struct finding_kind finding_port_parity_cliff = {
	.id = "port-parity-cliff",
	.summary = "connect() became many times slower once half of the client's ports were held",
	.cause = "the kernel tries all ports of one parity before the first of the other",
	.cure = "give the socket IP_LOCAL_PORT_RANGE (--source-port range), or open fewer "
		"connections/s than half the ports / 62.05 s (HZ 250), or / tcp_tw_reuse_delay",
	.detect = detect,
};
