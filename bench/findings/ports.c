/* Findings about the client's ports: slow to find, all held, or held for too short a time. */
#include "bench/findings/detect.h"
#include "bench/options/client_end.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* net/ipv4: TCP_TIMEWAIT_LEN. */
#define TIME_WAIT_S 60.0
/* How much slower connect(2) is beyond half of the ports: 80 times as measured; a busy machine
 * makes it 2 or 3 times slower now and then. */
#define CLIFF_FACTOR 8

/* Ports that the client held: its TIME_WAITs and orphans have one each. sockstat is in every
 * sample; the census, which counts all ports, only in some. */
static uint64_t ports_held(const struct sample *sample)
{
	uint64_t tw = sample->client.counters.gauge_tw;
	uint64_t ports = sample->census_fresh ? sample->client.census.ports_in_use : 0;
	return ports > tw ? ports : tw;
}

/* Both halves of the range. A sample's connect time is of the connections since the one before, so
 * it belongs to a half only if both samples do. */
struct halves {
	double *connect_us[2];
	size_t count[2]; /* of samples with a connect time */
	double completed[2], seconds[2];
	const struct sample *first_beyond;
};

static void halves_take(struct halves *halves, const struct trial *trial, double half)
{
	for (size_t i = 1; i < trial->sample_count; i++) {
		const struct sample *earlier = &trial->samples[i - 1], *s = &trial->samples[i];
		bool below = (double)ports_held(s) <= half;
		bool beyond = (double)ports_held(earlier) >= half;
		if (below == beyond)
			continue;
		halves->completed[beyond] +=
			(double)s->progress.completed - (double)earlier->progress.completed;
		halves->seconds[beyond] += (double)(s->at_ns - earlier->at_ns) / 1e9;
		if (s->progress.connect_p50_ns == 0)
			continue;
		if (beyond && !halves->first_beyond)
			halves->first_beyond = s;
		size_t at = halves->count[beyond]++;
		halves->connect_us[beyond][at] = (double)s->progress.connect_p50_ns / 1e3;
	}
}

static void parity_report(struct findings *findings, const struct trial *trial,
	const struct figures *figures, const struct halves *halves)
{
	double before = findings_median(halves->connect_us[0], halves->count[0]);
	double after = findings_median(halves->connect_us[1], halves->count[1]);
	if (before <= 0 || after < CLIFF_FACTOR * before)
		return;
	double rate_before = halves->completed[0] / halves->seconds[0];
	double rate_after = halves->completed[1] / halves->seconds[1];
	double ports = (double)figures->ports_available;
	double t_s = findings_t_s(trial, halves->first_beyond->at_ns);
	struct finding *f = findings_add(findings, "port-parity-cliff",
		"connect() took %.0f us (p50) while less than half of the client's %.0f ports were "
		"held and %.0f us from there on (at %.1f s), and %.0f connections/s became %.0f: "
		"it tries all ports of one parity first; give the socket IP_LOCAL_PORT_RANGE "
		"(--source-port range), or open fewer than %.0f/s (half the ports / 60 s)",
		before, ports, after, t_s, rate_before, rate_after, ports / 2 / TIME_WAIT_S);
	finding_number(f, "t_s", t_s);
	finding_number(f, "connect_us_p50_before", before);
	finding_number(f, "connect_us_p50_after", after);
	finding_number(f, "samples_before", (double)halves->count[0]);
	finding_number(f, "samples_after", (double)halves->count[1]);
	finding_number(f, "rate_per_s_before", rate_before);
	finding_number(f, "rate_per_s_after", rate_after);
	finding_number(f, "ports_held", (double)ports_held(halves->first_beyond));
	finding_number(f, "ports_available", ports);
	finding_number(f, "lasting_rate_per_s", ports / 2 / TIME_WAIT_S);
	finding_word(f, "source_port", client_end_source(trial->spec.strategy));
}

void findings_parity(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	struct halves halves = {.first_beyond = NULL};
	size_t n = trial->sample_count;
	double *room = calloc(2 * n + 1, sizeof(*room));
	if (!room)
		return;
	halves.connect_us[0] = room;
	halves.connect_us[1] = room + n;
	halves_take(&halves, trial, (double)figures->ports_available / 2);
	if (halves.count[0] && halves.count[1])
		parity_report(findings, trial, figures, &halves);
	free(room);
}

static void tuple_write(const struct trial *trial, char *text, size_t size)
{
	char client[INET_ADDRSTRLEN], server[INET_ADDRSTRLEN];
	unsigned long long addresses = trial->spec.options->client_addresses;
	inet_ntop(AF_INET, &trial->client_address, client, sizeof(client));
	inet_ntop(AF_INET, &trial->server_address, server, sizeof(server));
	if (addresses == 1)
		snprintf(text, size, "%s:* to %s:%d", client, server,
			(int)trial->spec.options->server_port);
	else
		snprintf(text, size, "%s+%llu:* to %s:%d", client, addresses - 1, server,
			(int)trial->spec.options->server_port);
}

static bool reuse_is_on(const struct trial *trial)
{
	return strcmp(findings_setting(trial, TD_CLIENT, "net.ipv4.tcp_tw_reuse", "0"), "1") == 0;
}

static double reuse_delay_s(const struct trial *trial)
{
	const char *ms = findings_setting(
		trial, TD_CLIENT, "net.ipv4.tcp_tw_reuse_delay", "1000"); /* before Linux 6.14 */
	return atof(ms) / 1e3;
}

/* The last sample before connect(2) was first refused, or the first one there is. */
static const struct sample *sample_before(const struct trial *trial, uint64_t at_ns)
{
	const struct sample *found = trial->sample_count ? trial->samples : &trial->before;
	for (size_t i = 0; i < trial->sample_count && trial->samples[i].at_ns <= at_ns; i++)
		found = &trial->samples[i];
	return found;
}

static struct finding *exhausted_by_open(
	struct findings *findings, const struct trial *trial, const char *tuple, double ports)
{
	unsigned long long asked = trial->spec.options->connections;
	struct finding *f = findings_add(findings, "ports-exhausted",
		"all %.0f ports of %s were held by open connections after %.2f s, and %llu "
		"connect() were refused with EADDRNOTAVAIL: %llu connections at once need as many "
		"ports; widen the range (--port-range), add addresses (--client-addresses), or "
		"open fewer at once (--connections)",
		ports, tuple, findings_t_s(trial, trial->tally.first_ns[OUTCOME_CONNECT_ERROR]),
		(unsigned long long)trial->tally.connect_errors[EADDRNOTAVAIL], asked);
	finding_word(f, "held_by", "open connections");
	finding_number(f, "connections", (double)asked);
	return f;
}

static struct finding *exhausted_by_time_wait(
	struct findings *findings, const struct trial *trial, const char *tuple, double ports)
{
	double lasting = ports / TIME_WAIT_S;
	struct finding *f = findings_add(findings, "ports-exhausted",
		"all %.0f ports of %s were held after %.2f s, and %llu connect() were refused with "
		"EADDRNOTAVAIL; %.*f/s would have lasted (ports / 60 s); let the server close "
		"first, reuse TIME_WAIT (tcp_tw_reuse), or add addresses (--client-addresses)",
		ports, tuple, findings_t_s(trial, trial->tally.first_ns[OUTCOME_CONNECT_ERROR]),
		(unsigned long long)trial->tally.connect_errors[EADDRNOTAVAIL],
		lasting < 10 ? 2 : 0, lasting);
	finding_word(f, "held_by", "TIME_WAIT");
	finding_number(f, "lasting_rate_per_s", lasting);
	return f;
}

void findings_exhausted(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct tally *tally = &trial->tally;
	uint64_t refused = tally->connect_errors[EADDRNOTAVAIL];
	if (refused == 0 || reuse_is_on(trial))
		return;
	char tuple[64];
	double ports = (double)figures->ports_available;
	/* An explicit bind(2) with SO_REUSEADDR takes a port from TIME_WAIT. */
	bool by_open = trial->spec.strategy->source_port == TD_PORT_BIND ||
		       2 * (double)figures->client.tw_peak < ports;
	tuple_write(trial, tuple, sizeof(tuple));
	struct finding *f = by_open ? exhausted_by_open(findings, trial, tuple, ports)
				    : exhausted_by_time_wait(findings, trial, tuple, ports);
	finding_number(f, "t_s", findings_t_s(trial, tally->first_ns[OUTCOME_CONNECT_ERROR]));
	finding_word(f, "tuple", tuple);
	finding_number(f, "refused", (double)refused);
	finding_number(f, "opened",
		(double)tally->attempted - (double)tally->outcomes[OUTCOME_CONNECT_ERROR]);
	finding_number(f, "ports_held", (double)figures->ports_peak);
	finding_number(f, "ports_available", ports);
}

void findings_too_young(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	uint64_t refused = trial->tally.connect_errors[EADDRNOTAVAIL];
	if (refused == 0 || !reuse_is_on(trial))
		return;
	uint64_t at_ns = trial->tally.first_ns[OUTCOME_CONNECT_ERROR];
	const struct sample *s = sample_before(trial, at_ns);
	double recycled = (double)(s->client.counters.tw_recycled -
				   trial->before.client.counters.tw_recycled);
	double t_s = findings_t_s(trial, at_ns), delay_s = reuse_delay_s(trial);
	double ports = (double)figures->ports_available;
	struct finding *f = findings_add(findings, "reuse-too-young",
		"tcp_tw_reuse = 1, but after %.2f s all %.0f ports were held by TIME_WAITs younger "
		"than tcp_tw_reuse_delay (%.0f ms; %.0f reused until then), and %llu connect() "
		"were refused with EADDRNOTAVAIL; lower the delay (Linux 6.14), add addresses, or "
		"stay below %.0f/s (ports / delay)",
		t_s, ports, delay_s * 1e3, recycled, (unsigned long long)refused,
		delay_s > 0 ? ports / delay_s : 0);
	finding_number(f, "t_s", t_s);
	finding_number(f, "refused", (double)refused);
	finding_number(f, "recycled_before", recycled);
	finding_number(f, "recycled", (double)figures->client.counters.tw_recycled);
	finding_number(f, "delay_ms", delay_s * 1e3);
	finding_number(f, "ports_available", ports);
	finding_number(f, "lasting_rate_per_s", delay_s > 0 ? ports / delay_s : 0);
}
