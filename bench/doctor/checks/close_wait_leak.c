/* close-wait-leak: the other end has closed, and the program here has not. The kernel has no timer
 * for CLOSE_WAIT, so each stays, with its descriptor, until the program closes or ends. */
#include "bench/doctor/check.h"
#include "bench/doctor/pile.h"
#include "bench/doctor/words.h"

#include <netinet/tcp.h>

/* Of a connection that was never accepted no program knows: a queue is full, or is not emptied. */
static bool is_unaccepted(const struct doctor_group *group)
{
	return group->not_accepted > group->count / 2;
}

static void unaccepted_add(
	struct diagnosis *diagnosis, const struct doctor_group *group, const struct pile *pile)
{
	struct word count, where, age;
	diagnosis_add(diagnosis, LEVEL_WARNING, pile->held,
		"%s connections were closed by their clients before they were accepted",
		word_count(&count, group->not_accepted));
	diagnosis_line(diagnosis, "CLOSE_WAIT, %s, oldest %s: no program holds them yet",
		word_group(&where, group), word_seconds(&age, pile->oldest_s));
	diagnosis_cure(diagnosis, "the program that listens there does not call accept(): is it "
				  "stopped, or busy?");
}

static void leak_add(struct diagnosis *diagnosis, const struct doctor_group *group,
	const struct pile *pile, double seconds)
{
	double urgency;
	struct word count;
	enum diagnosis_level level = pile_level(pile, &group->holder, &urgency);
	diagnosis_add(diagnosis, level, urgency, "CLOSE_WAIT: %s connections are not closed",
		word_count(&count, pile->held));
	pile_tell(diagnosis, pile, group, seconds);
	diagnosis_cure(diagnosis, "that program does not close() after its peer did: no setting "
				  "helps, a restart does for a while");
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	for (size_t i = 0; i < space->group_count; i++) {
		const struct doctor_group *group = &space->groups[i];
		struct pile pile = pile_of(group);
		if (group->state != TCP_CLOSE_WAIT || !pile_is_one(&pile, host))
			continue;
		if (is_unaccepted(group))
			unaccepted_add(diagnosis, group, &pile);
		else
			leak_add(diagnosis, group, &pile, space->seconds);
		pile_numbers(diagnosis, &pile, &group->holder);
		diagnosis_number(diagnosis, "not_accepted", group->not_accepted);
	}
}

extern const struct doctor_check doctor_check_close_wait_leak;
const struct doctor_check doctor_check_close_wait_leak = {
	.id = "close-wait-leak",
	.means = "The other end has closed its connections, and the program here neither reads to "
		 "their ends nor closes them. CLOSE_WAIT has no timer: each stays, with a "
		 "descriptor, until the program ends; when it has no descriptor left, it can "
		 "neither accept nor connect.",
	.source =
		"sock_diag: sockets in CLOSE_WAIT by where they are connected to, or were "
		"accepted; their age is the time since the peer's last ACK, so at least that; the "
		"holder by /proc/PID/fd. 8 or more, one of which is older than a minute.",
	.cure = "Mend the program: close() when read() returns 0. Keepalive does not help, since "
		"the "
		"other end's kernel answers, or has forgotten the connection already.",
	.fine = "CLOSE_WAIT",
	.check = check,
};
