/* reuse-too-young: connect(2) failed with EADDRNOTAVAIL although tcp_tw_reuse is on. A TIME_WAIT is
 * reused once it is older than a second, or than tcp_tw_reuse_delay (net/ipv4/tcp_ipv4.c,
 * tcp_twsk_unique). */
#include "bench/findings/port_holder.h"
#include "bench/judge/time_wait_reuse.h"

/* The last sample before connect(2) was first refused, or the first one there is. */
static const struct sample *sample_before(const struct trial *trial, uint64_t at_ns)
{
	const struct sample *found = trial->sample_count ? trial->samples : &trial->before;
	for (size_t i = 0; i < trial->sample_count && trial->samples[i].at_ns <= at_ns; i++)
		found = &trial->samples[i];
	return found;
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	struct port_refusal refusal = port_refusal_of(trial, figures);
	uint64_t at_ns = refusal.at_ns;
	if (at_ns == 0 || !time_wait_is_reused(trial) ||
		port_holder_of(trial, figures) != PORTS_OF_TIME_WAIT)
		return;
	const struct sample *s = sample_before(trial, at_ns);
	double recycled = (double)(s->client.counters.tw_recycled -
				   trial->before.client.counters.tw_recycled);
	double t_s = finding_t_s(trial, at_ns), delay_s = time_wait_reuse_delay_s(trial, TD_CLIENT);
	double ports = (double)figures->ports_available;
	double lasting = delay_s > 0 ? ports / delay_s : 0;
	finding_add(findings,
		"tcp_tw_reuse = 1, but after %.2f s all %.0f ports were held by TIME_WAITs younger "
		"than tcp_tw_reuse_delay (%.0f ms; %.0f reused until then), and %s; lower the "
		"delay (Linux 6.14), add addresses, or stay below %.0f/s (ports / delay)",
		t_s, ports, delay_s * 1e3, recycled, refusal.text, lasting);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "refused", refusal.count);
	finding_number(findings, "recycled_before", recycled);
	finding_number(findings, "recycled", (double)figures->client.counters.tw_recycled);
	finding_number(findings, "delay_ms", delay_s * 1e3);
	finding_number(findings, "ports_available", ports);
	finding_number(findings, "lasting_rate_per_s", lasting);
}

extern const struct finding_kind finding_reuse_too_young;
const struct finding_kind finding_reuse_too_young = {
	.id = "reuse-too-young",
	.summary = "connect() failed with EADDRNOTAVAIL although tcp_tw_reuse is on",
	.cause = "every port was held by a TIME_WAIT younger than tcp_tw_reuse_delay",
	.cure = "lower the delay (Linux 6.14), add addresses (--client-addresses), or open fewer "
		"connections a second than ports / delay",
	.detect = detect,
};
