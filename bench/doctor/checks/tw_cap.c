/* tw-cap: there are as many TIME_WAITs as tcp_max_tw_buckets allows, so the kernel makes no new
 * one, without a log line. Kernel: inet_twsk_alloc (net/ipv4/inet_timewait_sock.c). */
#include "bench/doctor/check.h"
#include "bench/doctor/words.h"

#include <math.h>

#define SHARE_NEAR 0.9

static bool has_cap(const struct doctor_namespace *space)
{
	return space->settings.max_tw_buckets >= 0;
}

/* The kernel's counter tells what was skipped, whatever the cap is. */
static bool can_judge(const struct doctor_namespace *space)
{
	return has_cap(space) || space->counters.tw_overflow > 0;
}

/* TIME_WAITs that would be, for each second of what was seen. */
static double wanted_per_s(const struct doctor_namespace *space)
{
	return (double)(space->added.tw + space->added.tw_overflow) / space->seconds;
}

static void headline_add(
	struct diagnosis *diagnosis, const struct doctor_namespace *space, double share)
{
	struct word rate;
	if (space->seconds > 0 && space->added.tw_overflow > 0)
		diagnosis_add(diagnosis, LEVEL_WARNING, 1 + share,
			"TIME_WAITs are at their cap: %s/s skipped",
			word_rate(&rate, (double)space->added.tw_overflow / space->seconds));
	else if (share >= SHARE_NEAR)
		diagnosis_add(diagnosis, LEVEL_WARNING, share, "TIME_WAITs are near their cap");
	else
		diagnosis_add(diagnosis, LEVEL_NOTICE, share, "TIME_WAITs have been at their cap");
}

static void cure_tell(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	double wanted = space->seconds > 0 ? wanted_per_s(space) * host->life.most_s : 0;
	struct word rate, cap;
	if (has_cap(space) && wanted > (double)space->settings.max_tw_buckets)
		diagnosis_cure(diagnosis,
			"net.ipv4.tcp_max_tw_buckets=%s holds the %s/s of now; or let the clients "
			"close first",
			word_count(&cap, ceil(wanted)), word_rate(&rate, wanted_per_s(space)));
	else
		diagnosis_cure(diagnosis,
			"raise net.ipv4.tcp_max_tw_buckets: a TIME_WAIT costs 256 "
			"to 512 bytes");
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	const struct counters *counters = &space->counters;
	double cap = (double)space->settings.max_tw_buckets;
	double share = cap > 0 ? (double)counters->gauge_tw / cap : 0;
	struct word held, most, skipped, orphans;
	if (counters->tw_overflow == 0 && share < SHARE_NEAR)
		return;
	headline_add(diagnosis, space, share);
	diagnosis_line(diagnosis,
		"%s of %s (tcp_max_tw_buckets), %s of them FIN_WAIT_2; %s skipped "
		"since this network namespace began",
		word_count(&held, (double)counters->gauge_tw),
		has_cap(space) ? word_count(&most, cap) : "an unknown number",
		word_count(&orphans, (double)space->fin_wait2_orphans),
		word_count(&skipped, (double)counters->tw_overflow));
	diagnosis_line(diagnosis,
		"a skipped one does not guard against old segments of its "
		"connection; of FIN_WAIT_2 the peer's FIN is answered by a reset");
	cure_tell(diagnosis, host, space);
	diagnosis_number(diagnosis, "time_wait", (double)counters->gauge_tw);
	diagnosis_number(diagnosis, "cap", has_cap(space) ? cap : NAN);
	diagnosis_number(diagnosis, "skipped", (double)counters->tw_overflow);
	diagnosis_number(diagnosis, "skipped_per_s",
		space->seconds > 0 ? (double)space->added.tw_overflow / space->seconds : NAN);
}

extern const struct doctor_check doctor_check_tw_cap;
const struct doctor_check doctor_check_tw_cap = {
	.id = "tw-cap",
	.means =
		"tcp_max_tw_buckets bounds the TIME_WAITs of a network namespace. At the cap those "
		"that are there stay, and a connection that closes gets none: what TIME_WAIT "
		"protects from is no longer excluded. Orphans in FIN_WAIT_2 share the cap, and end "
		"at once with a reset.",
	.source = "/proc/net/sockstat: tw; the counter TCPTimeWaitOverflow, in all and between the "
		  "two "
		  "looks; tcp_max_tw_buckets.",
	.cure = "Raise the cap: rate x 62 s. Lowering it saves next to nothing.",
	.fine = "the cap of TIME_WAITs",
	.can_judge = can_judge,
	.check = check,
};
