/* tw-cap-reached: a host had tcp_max_tw_buckets TIME_WAITs and made no more (TCPTimeWaitOverflow;
 * net/ipv4/tcp_minisocks.c, tcp_time_wait). Each end has a cap of its own. */
#include "bench/findings/finding.h"

#include <stdio.h>
#include <stdlib.h>

#define ANSWERS_MAX 140

/* Resets that this end sent for no reason of its own: they answered segments that met no
 * connection. The FIN that meets no orphan in FIN_WAIT_2, since that was skipped, is one. */
static uint64_t answers(const struct counters *counters)
{
	uint64_t own = counters->abort_on_close + counters->abort_on_data +
		       counters->abort_on_linger + counters->abort_on_timeout +
		       counters->abort_on_memory;
	return counters->out_rsts > own ? counters->out_rsts - own : 0;
}

static void answers_write(uint64_t count, char text[ANSWERS_MAX])
{
	*text = '\0';
	if (count > 0)
		snprintf(text, ANSWERS_MAX,
			", and %llu segments that met no connection any more, such as the FIN of a "
			"skipped one's peer, got a RST",
			(unsigned long long)count);
}

static void text_add(struct findings *findings, const char *who, double cap, double t_s,
	uint64_t skipped, const char *reset, double life_s)
{
	double lasting = cap / life_s;
	if (cap > 0)
		finding_add(findings,
			"the %s had tcp_max_tw_buckets = %.0f TIME_WAITs after %.1f s and skipped "
			"%llu: they protect nobody%s; raise the cap, or stay below %.*f closes/s "
			"(cap / %.2f s)",
			who, cap, t_s, (unsigned long long)skipped, reset,
			finding_rate_digits(lasting), finding_rate_floor(lasting), life_s);
	else
		finding_add(findings,
			"tcp_max_tw_buckets = 0 at the %s: it skipped %llu TIME_WAITs, the first "
			"after %.1f s, and they protect nobody%s; raise the cap",
			who, (unsigned long long)skipped, t_s, reset);
}

static void detect_at(struct findings *findings, const struct trial *trial, enum td_who end,
	const struct end_figures *figures)
{
	uint64_t skipped = figures->counters.tw_overflow;
	if (skipped == 0)
		return;
	char reset[ANSWERS_MAX];
	uint64_t resets = answers(&figures->counters);
	answers_write(resets, reset);
	const char *who = figures_who(end);
	double cap = atof(finding_setting(trial, end, "net.ipv4.tcp_max_tw_buckets", "0"));
	double life_s = trial->time_wait_life.most_s;
	double t_s = finding_first_seen_t_s(trial, end, offsetof(struct counters, tw_overflow));
	text_add(findings, who, cap, t_s, skipped, reset, life_s);
	finding_number(findings, "t_s", t_s);
	finding_word(findings, "end", who);
	finding_number(findings, "cap", cap);
	finding_number(findings, "skipped", (double)skipped);
	finding_number(findings, "resets", (double)resets);
	finding_number(findings, "time_wait_peak", (double)figures->tw_peak);
	finding_number(findings, "lasting_rate_per_s", cap / life_s);
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
