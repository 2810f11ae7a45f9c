/* fin-wait-2-pile: this end has closed or shut down, and the other end does not. Held by a program
 * (shutdown(2) without close(2)) they have no timer; as orphans they last tcp_fin_timeout, and are
 * counted under the cap of TIME_WAITs. Kernel: tcp_fin and __tcp_close (net/ipv4/tcp*.c). */
#include "bench/doctor/check.h"
#include "bench/doctor/pile.h"
#include "bench/doctor/words.h"

#include <math.h>
#include <netinet/tcp.h>

/* Orphans go by themselves: these are worth a word, or a warning, by their share of the cap. */
#define ORPHANS_MANY 1000
#define CAP_SHARE_NOTICE 0.1
#define CAP_SHARE_WARNING 0.5

static void held_check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space, const struct doctor_group *group)
{
	double urgency;
	struct word count;
	struct pile pile = pile_of(group);
	if (!pile_is_one(&pile, host))
		return;
	enum diagnosis_level level = pile_level(&pile, &group->holder, &urgency);
	diagnosis_add(diagnosis, level, urgency,
		"FIN_WAIT_2: %s connections are shut down and not closed",
		word_count(&count, pile.held));
	pile_tell(diagnosis, &pile, group, space->seconds);
	diagnosis_cure(diagnosis, "that program called shutdown() and waits for the other end's "
				  "close without a deadline: it needs one, or close()");
	pile_numbers(diagnosis, &pile, &group->holder);
}

static const struct doctor_group *most_orphans(const struct doctor_namespace *space)
{
	const struct doctor_group *most = NULL;
	for (size_t i = 0; i < space->group_count; i++) {
		const struct doctor_group *group = &space->groups[i];
		if (group->state == TCP_FIN_WAIT2 && (!most || group->orphans > most->orphans))
			most = group;
	}
	return most;
}

static double cap_share(const struct doctor_namespace *space)
{
	int64_t cap = space->settings.max_tw_buckets;
	return cap > 0 ? (double)space->fin_wait2_orphans / (double)cap : 0;
}

static void orphans_check(struct diagnosis *diagnosis, const struct doctor_namespace *space)
{
	const struct doctor_group *most = most_orphans(space);
	const struct doctor_settings *settings = &space->settings;
	double share = cap_share(space);
	struct word count, here, where, cap, timeout;
	if (!most || (space->fin_wait2_orphans < ORPHANS_MANY && share < CAP_SHARE_NOTICE))
		return;
	diagnosis_add(diagnosis, share >= CAP_SHARE_WARNING ? LEVEL_WARNING : LEVEL_NOTICE, share,
		"FIN_WAIT_2: %s connections wait for the other end's close",
		word_count(&count, (double)space->fin_wait2_orphans));
	diagnosis_line(diagnosis, "%s of them %s: that end has our FIN and does not close",
		word_count(&here, most->orphans), word_group(&where, most));
	if (settings->fin_timeout >= 0 && settings->max_tw_buckets > 0)
		diagnosis_line(diagnosis,
			"each lasts %s (tcp_fin_timeout) and counts under tcp_max_tw_buckets (%s)",
			word_seconds(&timeout, (double)settings->fin_timeout),
			word_count(&cap, (double)settings->max_tw_buckets));
	diagnosis_cure(diagnosis,
		"look at the other end: there they are CLOSE_WAIT, and its program "
		"has to close");
	diagnosis_number(diagnosis, "orphans", (double)space->fin_wait2_orphans);
	diagnosis_number(diagnosis, "cap",
		settings->max_tw_buckets > 0 ? (double)settings->max_tw_buckets : NAN);
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	for (size_t i = 0; i < space->group_count; i++)
		if (space->groups[i].state == TCP_FIN_WAIT2)
			held_check(diagnosis, host, space, &space->groups[i]);
	orphans_check(diagnosis, space);
}

extern const struct doctor_check doctor_check_fin_wait_2_pile;
const struct doctor_check doctor_check_fin_wait_2_pile = {
	.id = "fin-wait-2-pile",
	.means =
		"This end has sent its FIN, and the other end has acknowledged it without closing. "
		"Where a program here still holds the socket (shutdown() without close()) no timer "
		"of the kernel ends it. Without a holder it lasts tcp_fin_timeout, and is counted "
		"as a TIME_WAIT is.",
	.source =
		"sock_diag: sockets in FIN_WAIT_2, with the inode of a holder or without; their "
		"age "
		"is the time since the peer's last ACK. 8 or more held ones, one of which is older "
		"than a minute; orphans from 1,000 or a tenth of tcp_max_tw_buckets on.",
	.cure = "Held: the program has to close after a deadline. Orphans: the other end has to "
		"close.",
	.fine = "FIN_WAIT_2",
	.check = check,
};
