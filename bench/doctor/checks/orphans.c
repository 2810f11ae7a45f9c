/* orphans: sockets that their programs have closed, and whose data or FIN the other end does not
 * acknowledge. Beyond tcp_max_orphans the kernel resets them, and what they still had to send is
 * lost. Kernel: tcp_too_many_orphans (include/net/tcp.h), tcp_out_of_resources
 * (net/ipv4/tcp_timer.c), which takes one that is silent for two or four. */
#include "bench/doctor/check.h"
#include "bench/doctor/words.h"

#define SHARE_WARNING 0.25
#define SHARE_CRITICAL 0.9

/* The namespace in which most of those that were listed are. */
static const struct doctor_namespace *place_of_most(const struct doctor_host *host)
{
	const struct doctor_namespace *most = NULL;
	for (size_t i = 0; i < host->namespace_count; i++)
		if (host->namespaces[i].orphans > (most ? most->orphans : 0))
			most = &host->namespaces[i];
	return most;
}

/* Of the whole host: only its own namespace has the setting. */
static bool has_limit(const struct doctor_namespace *space)
{
	return space->settings.max_orphans > 0;
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	double orphans = (double)space->counters.gauge_orphans;
	double limit = (double)space->settings.max_orphans;
	const struct doctor_namespace *most = place_of_most(host);
	struct word count, may, here;
	if (!has_limit(space) || orphans < SHARE_WARNING * limit)
		return;
	diagnosis_add(diagnosis, orphans >= SHARE_CRITICAL * limit ? LEVEL_CRITICAL : LEVEL_WARNING,
		orphans / limit, "orphaned sockets: %s of %s (tcp_max_orphans)",
		word_count(&count, orphans), word_count(&may, limit));
	diagnosis_line(diagnosis,
		"the kernel resets those of silent peers from a quarter on, and each "
		"new one at the limit: what they had to send is lost");
	if (most)
		diagnosis_line(diagnosis, "%s of them in %s%s%s",
			word_count(&here, (double)most->orphans), most->name,
			most->owner[0] ? ", of " : "", most->owner);
	diagnosis_cure(diagnosis, "the other ends do not acknowledge: is a network gone? "
				  "tcp_orphan_retries=3 gives them up earlier; or raise "
				  "tcp_max_orphans");
	diagnosis_number(diagnosis, "orphans", orphans);
	diagnosis_number(diagnosis, "limit", limit);
	diagnosis_number(diagnosis, "aborted", (double)space->counters.abort_on_memory);
}

extern const struct doctor_check doctor_check_orphans;
const struct doctor_check doctor_check_orphans = {
	.id = "orphans",
	.means = "A socket that its program has closed goes on until the other end has "
		 "acknowledged all. "
		 "Beyond tcp_max_orphans (a quarter of it, for those whose peers are silent) the "
		 "kernel resets them: the ends of responses are lost, and the log says \"too many "
		 "orphaned sockets\".",
	.source = "/proc/net/sockstat: orphan, which is of the whole host; tcp_max_orphans.",
	.cure = "Find out why the other ends are silent; let the application wait for its data to "
		"be "
		"acknowledged; fewer tcp_orphan_retries.",
	.fine = "orphans",
	.can_judge = has_limit,
	.check = check,
};
