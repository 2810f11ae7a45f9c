/* tw-cap-reached: a host had tcp_max_tw_buckets TIME_WAITs and made no more (TCPTimeWaitOverflow;
 * net/ipv4/tcp_minisocks.c, tcp_time_wait). Each end has a cap of its own. */
#include "bench/findings/finding.h"

#include <stdlib.h>

static void detect_at(struct findings *findings, const struct trial *trial, enum td_who end,
	const struct end_figures *figures)
{
	uint64_t skipped = figures->counters.tw_overflow;
	if (skipped == 0)
		return;
	const char *who = figures_who(end);
	double cap = atof(finding_setting(trial, end, "net.ipv4.tcp_max_tw_buckets", "0"));
	double life_s = trial->time_wait_life.most_s, lasting = cap / life_s;
	double t_s = finding_first_seen_t_s(trial, end, offsetof(struct counters, tw_overflow));
	finding_add(findings,
		"the %s had tcp_max_tw_buckets = %.0f TIME_WAITs after %.1f s and skipped %llu: "
		"they protect nobody, and the peer's FIN gets a RST; raise the cap, or stay below "
		"%.*f closes/s (cap / %.2f s)",
		who, cap, t_s, (unsigned long long)skipped, finding_rate_digits(lasting),
		finding_rate_floor(lasting), life_s);
	finding_number(findings, "t_s", t_s);
	finding_word(findings, "end", who);
	finding_number(findings, "cap", cap);
	finding_number(findings, "skipped", (double)skipped);
	finding_number(findings, "time_wait_peak", (double)figures->tw_peak);
	finding_number(findings, "lasting_rate_per_s", lasting);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	detect_at(findings, trial, TD_SERVER, &figures->server);
	detect_at(findings, trial, TD_CLIENT, &figures->client);
}

extern const struct finding_kind finding_tw_cap_reached;
const struct finding_kind finding_tw_cap_reached = {
	.id = "tw-cap-reached",
	.summary = "connections were closed without the TIME_WAIT that protects the next one",
	.cause = "a host had tcp_max_tw_buckets TIME_WAITs, and the kernel makes no more",
	.cure = "raise tcp_max_tw_buckets, or close fewer connections a second than the cap / the "
		"life of a TIME_WAIT (62.05 s at HZ 250)",
	.detect = detect,
};
