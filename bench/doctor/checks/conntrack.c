/* conntrack: the table of connection tracking is full, or will be; then packets of new connections
 * are dropped. Kernel: __nf_conntrack_alloc and nf_ct_resolve_clash
 * (net/netfilter/nf_conntrack_core.c). */
#include "bench/doctor/check.h"
#include "bench/doctor/conntrack_kinds.h"
#include "bench/doctor/words.h"

#include <math.h>

#define SHARE_WARNING 0.8
#define SHARE_CRITICAL 0.95
#define SOON_S 600
/* Less is no trend. */
#define SHARE_LEAST 0.2

struct filling {
	double entries, most, share, per_s, full_in_s; /* NAN: not known, or it does not happen */
	double levels_off_at; /* where connections close; NAN: not known, or it is above the most */
	double dropped_per_s;
	bool has_no_room; /* else packets are dropped for another reason */
};

/* An entry outlives its connection by so long. After that as many end as begin, where connections
 * close: an open one keeps its entry. */
static double level_of(const struct filling *filling, int64_t kept_s)
{
	double level = filling->entries + filling->per_s * (double)kept_s;
	return kept_s >= 0 && level <= filling->most ? level : NAN;
}

/* What was dropped for want of an entry: a clash is counted in both. */
static bool drops_for_want(const struct conntrack_counts *added)
{
	return added->drop > added->insert_failed;
}

/* Of the fuller one of both looks. */
static bool has_no_room(const struct doctor_namespace *space, const struct filling *filling)
{
	double before = filling->entries - (double)space->conntrack_grown;
	double share = fmax(filling->entries, before) / filling->most;
	return space->conntrack_added.early_drop > 0 ||
	       (share >= SHARE_WARNING && drops_for_want(&space->conntrack_added));
}

static struct filling filling_of(const struct doctor_namespace *space)
{
	struct filling filling = {.entries = (double)space->settings.conntrack_count,
		.most = (double)space->settings.conntrack_max,
		.per_s = NAN,
		.full_in_s = NAN,
		.levels_off_at = NAN,
		.dropped_per_s = NAN};
	filling.share = filling.most > 0 ? filling.entries / filling.most : 0;
	if (space->seconds <= 0 || filling.most <= 0)
		return filling;
	filling.has_no_room = has_no_room(space, &filling);
	filling.per_s = (double)space->conntrack_grown / space->seconds;
	filling.dropped_per_s = (double)space->conntrack_added.drop / space->seconds;
	if (filling.per_s > 0 && filling.share >= SHARE_LEAST) {
		filling.full_in_s = fmax(0, filling.most - filling.entries) / filling.per_s;
		filling.levels_off_at = level_of(&filling, space->settings.conntrack_time_wait_s);
	}
	return filling;
}

/* Two packets of one connection that are handled at once, or two translations to one port, ask for
 * the same entry: one of them is dropped, however much room there is. */
static void clash_add(struct diagnosis *diagnosis, const struct doctor_namespace *space)
{
	struct word failed, dropped;
	diagnosis_add(diagnosis, LEVEL_NOTICE, 0,
		"connection tracking drops packets, and had room at both looks");
	diagnosis_line(diagnosis,
		"between the looks %s packets dropped, %s entries not inserted (insert_failed)",
		word_count(&dropped, (double)space->conntrack_added.drop),
		word_count(&failed, (double)space->conntrack_added.insert_failed));
	if (space->conntrack_added.insert_failed == 0)
		return;
	diagnosis_line(diagnosis, "another packet had made the same entry, a moment before");
	diagnosis_cure(diagnosis,
		"a greater table does not help; for SNAT: ports at random (nft fully-random, "
		"iptables --random-fully); for DNS: options single-request-reopen");
}

/* Returns whether the table is full, or will be. */
static bool headline_add(struct diagnosis *diagnosis, const struct filling *filling)
{
	struct word rate, when;
	if (filling->dropped_per_s > 0 && filling->has_no_room)
		diagnosis_add(diagnosis, LEVEL_CRITICAL, 1e4 + filling->share,
			"connection tracking drops %s packets/s",
			word_rate(&rate, filling->dropped_per_s));
	else if (filling->share >= SHARE_CRITICAL)
		diagnosis_add(
			diagnosis, LEVEL_CRITICAL, filling->share, "connection tracking is full");
	else if (filling->full_in_s < SOON_S && isnan(filling->levels_off_at))
		diagnosis_add(diagnosis, LEVEL_WARNING, filling->share,
			"connection tracking is full in %s at this rate",
			word_seconds(&when, filling->full_in_s));
	else if (filling->share >= SHARE_WARNING)
		diagnosis_add(diagnosis, LEVEL_WARNING, filling->share,
			"connection tracking is nearly full");
	else if (filling->full_in_s < SOON_S)
		diagnosis_add(diagnosis, LEVEL_NOTICE, filling->share,
			"connection tracking is full in %s, unless these connections close",
			word_seconds(&when, filling->full_in_s));
	else
		return false;
	return true;
}

/* Growth alone does not tell connections that stay from those that close. */
static void level_tell(struct diagnosis *diagnosis, const struct filling *filling)
{
	struct word level, rate;
	if (isnan(filling->levels_off_at))
		return;
	diagnosis_line(diagnosis,
		"+%s/s: levels off at %s if connections close at once, fills up if they stay open",
		word_rate(&rate, filling->per_s), word_count(&level, filling->levels_off_at));
}

/* The cure is for what most entries are of, where one kind has half of them. */
static void kinds_tell(struct diagnosis *diagnosis, const struct doctor_namespace *space)
{
	struct conntrack_kind kinds[CONNTRACK_KINDS];
	char text[DIAGNOSED_TEXT];
	uint64_t all = 0;
	size_t count = conntrack_kinds_of(&space->entries, kinds);
	for (size_t i = 0; i < count; i++)
		all += kinds[i].count;
	conntrack_kinds_write(&space->entries, text, sizeof(text));
	if (count > 0)
		diagnosis_line(diagnosis, "filled by %s", text);
	if (count > 0 && kinds[0].count * 2 >= all && kinds[0].setting)
		diagnosis_cure(diagnosis,
			"lower %s, for which an entry of %s lasts; or raise "
			"net.netfilter.nf_conntrack_max on the host; or do not track this traffic "
			"(notrack)",
			kinds[0].setting, kinds[0].name);
	else
		diagnosis_cure(diagnosis,
			"raise net.netfilter.nf_conntrack_max on the host; or do not track this "
			"traffic (notrack)");
}

static void filling_tell(struct diagnosis *diagnosis, const struct filling *filling,
	const struct doctor_namespace *space)
{
	struct word entries, most, dropped, given_up, wait;
	diagnosis_line(diagnosis,
		"%s of %s entries (nf_conntrack_max); since it began %s packets dropped, %s "
		"entries "
		"given up early",
		word_count(&entries, filling->entries), word_count(&most, filling->most),
		word_count(&dropped, (double)space->conntrack.drop),
		word_count(&given_up, (double)space->conntrack.early_drop));
	if (space->settings.conntrack_time_wait_s > 0)
		diagnosis_line(diagnosis, "a closed connection keeps its entry for %s",
			word_seconds(&wait, (double)space->settings.conntrack_time_wait_s));
	level_tell(diagnosis, filling);
	if (space->has_entries)
		kinds_tell(diagnosis, space);
	else
		diagnosis_cure(diagnosis,
			"raise net.netfilter.nf_conntrack_max on the host; or lower "
			"nf_conntrack_tcp_timeout_time_wait; or do not track this traffic "
			"(notrack)");
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	const struct filling filling = filling_of(space);
	(void)host;
	if (filling.most <= 0)
		return;
	if (headline_add(diagnosis, &filling)) {
		filling_tell(diagnosis, &filling, space);
	} else if (filling.dropped_per_s > 0) {
		clash_add(diagnosis, space);
	} else {
		return;
	}
	diagnosis_number(diagnosis, "entries", filling.entries);
	diagnosis_number(diagnosis, "most", filling.most);
	diagnosis_number(diagnosis, "grown_per_s", filling.per_s);
	diagnosis_number(diagnosis, "full_in_s", filling.full_in_s);
	diagnosis_number(diagnosis, "levels_off_at", filling.levels_off_at);
	diagnosis_number(diagnosis, "dropped_per_s", filling.dropped_per_s);
	diagnosis_number(diagnosis, "insert_failed", (double)space->conntrack.insert_failed);
}

extern const struct doctor_check doctor_check_conntrack;
const struct doctor_check doctor_check_conntrack = {
	.id = "conntrack",
	.means = "Where packets are tracked (NAT, stateful rules), each connection has an entry, "
		 "also "
		 "for a while after its close. When the table is full, packets of new connections "
		 "are dropped: clients send their SYNs again. Packets are dropped, too, where two "
		 "ask for the same entry at once (insert_failed): then the table is not full.",
	.source = "nf_conntrack_count and nf_conntrack_max; /proc/net/stat/nf_conntrack: drop, "
		  "early_drop, insert_failed; growth and drops between the two looks. With "
		  "--conntrack each entry (ctnetlink): which state fills the table.",
	.cure = "A greater nf_conntrack_max; shorter timeouts of closed connections; no tracking "
		"where "
		"it is not needed.",
	.fine = "connection tracking",
	.can_judge = doctor_check_has_settings,
	.check = check,
};
