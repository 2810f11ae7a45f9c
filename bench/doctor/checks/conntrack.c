/* conntrack: the table of connection tracking is full, or will be; then packets of new connections
 * are dropped. Kernel: __nf_conntrack_alloc (net/netfilter/nf_conntrack_core.c). */
#include "bench/doctor/check.h"
#include "bench/doctor/words.h"

#include <math.h>

#define SHARE_WARNING 0.8
#define SHARE_CRITICAL 0.95
#define SOON_S 600
/* Less is no trend. */
#define SHARE_LEAST 0.2

struct filling {
	double entries, most, share, per_s, full_in_s; /* NAN: not known, or it does not happen */
	double dropped_per_s;
};

static struct filling filling_of(const struct doctor_namespace *space)
{
	struct filling filling = {.entries = (double)space->settings.conntrack_count,
		.most = (double)space->settings.conntrack_max,
		.per_s = NAN,
		.full_in_s = NAN,
		.dropped_per_s = NAN};
	filling.share = filling.most > 0 ? filling.entries / filling.most : 0;
	if (space->seconds <= 0)
		return filling;
	filling.per_s = (double)space->conntrack_grown / space->seconds;
	filling.dropped_per_s = (double)space->conntrack_added.drop / space->seconds;
	if (filling.per_s > 0 && filling.share >= SHARE_LEAST)
		filling.full_in_s = fmax(0, filling.most - filling.entries) / filling.per_s;
	return filling;
}

/* Returns whether there is anything to say. */
static bool headline_add(struct diagnosis *diagnosis, const struct filling *filling)
{
	struct word rate, when;
	if (filling->dropped_per_s > 0)
		diagnosis_add(diagnosis, LEVEL_CRITICAL, 1e4 + filling->share,
			"connection tracking drops %s packets/s",
			word_rate(&rate, filling->dropped_per_s));
	else if (filling->share >= SHARE_CRITICAL)
		diagnosis_add(
			diagnosis, LEVEL_CRITICAL, filling->share, "connection tracking is full");
	else if (filling->full_in_s < SOON_S)
		diagnosis_add(diagnosis, LEVEL_WARNING, filling->share,
			"connection tracking is full in %s at this rate",
			word_seconds(&when, filling->full_in_s));
	else if (filling->share >= SHARE_WARNING)
		diagnosis_add(diagnosis, LEVEL_WARNING, filling->share,
			"connection tracking is nearly full");
	else
		return false;
	return true;
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	const struct filling filling = filling_of(space);
	struct word entries, most, dropped, given_up, wait;
	(void)host;
	if (filling.most <= 0 || !headline_add(diagnosis, &filling))
		return;
	diagnosis_line(diagnosis,
		"%s of %s entries (nf_conntrack_max); since it began %s packets dropped, %s "
		"entries "
		"given up early",
		word_count(&entries, filling.entries), word_count(&most, filling.most),
		word_count(&dropped, (double)space->conntrack.drop),
		word_count(&given_up, (double)space->conntrack.early_drop));
	if (space->settings.conntrack_time_wait_s > 0)
		diagnosis_line(diagnosis, "a closed connection keeps its entry for %s",
			word_seconds(&wait, (double)space->settings.conntrack_time_wait_s));
	diagnosis_cure(diagnosis,
		"raise net.netfilter.nf_conntrack_max on the host; or lower "
		"nf_conntrack_tcp_timeout_time_wait; or do not track this traffic "
		"(notrack)");
	diagnosis_number(diagnosis, "entries", filling.entries);
	diagnosis_number(diagnosis, "most", filling.most);
	diagnosis_number(diagnosis, "grown_per_s", filling.per_s);
	diagnosis_number(diagnosis, "full_in_s", filling.full_in_s);
	diagnosis_number(diagnosis, "dropped_per_s", filling.dropped_per_s);
	diagnosis_number(diagnosis, "insert_failed", (double)space->conntrack.insert_failed);
}

extern const struct doctor_check doctor_check_conntrack;
const struct doctor_check doctor_check_conntrack = {
	.id = "conntrack",
	.means = "Where packets are tracked (NAT, stateful rules), each connection has an entry, "
		 "also "
		 "for a while after its close. When the table is full, packets of new connections "
		 "are dropped: clients send their SYNs again.",
	.source = "nf_conntrack_count and nf_conntrack_max; /proc/net/stat/nf_conntrack: drop, "
		  "early_drop, insert_failed; growth and drops between the two looks.",
	.cure = "A greater nf_conntrack_max; shorter timeouts of closed connections; no tracking "
		"where "
		"it is not needed.",
	.fine = "connection tracking",
	.check = check,
};
