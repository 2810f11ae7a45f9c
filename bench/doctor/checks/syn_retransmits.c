/* syn-retransmits: connections that this host opens are not answered. Which destination, the
 * sockets say that still wait; the counter says how many there were of late. Kernel:
 * __tcp_retransmit_skb (net/ipv4/tcp_output.c) and inet_rtx_syn_ack
 * (net/ipv4/inet_connection_sock.c) count both SYN and SYN-ACK. */
#include "bench/doctor/check.h"
#include "bench/doctor/words.h"

#include <math.h>
#include <netinet/tcp.h>

#define WAITING_MANY 16
#define AGAIN_LEAST 10
#define SHARE_NOTICE 0.01
#define SHARE_WARNING 0.05

static void silent_add(struct diagnosis *diagnosis, const struct doctor_group *group)
{
	struct word count, where, who, often;
	diagnosis_add(diagnosis, group->count >= WAITING_MANY ? LEVEL_WARNING : LEVEL_NOTICE,
		group->count, "%s connections are not answered: their SYNs were sent again",
		word_count(&count, group->count));
	diagnosis_line(diagnosis, "%s: %s, up to %s times", word_holder(&who, &group->holder),
		word_group(&where, group), word_count(&often, group->most_retries));
	diagnosis_cure(diagnosis,
		"look there: is the host up, does a firewall drop, does a listen queue "
		"overflow (`teardown doctor` there)?");
	diagnosis_number(diagnosis, "waiting", group->count);
	diagnosis_number(diagnosis, "most_retries", group->most_retries);
	diagnosis_number(
		diagnosis, "pid", group->holder.pid > 0 ? (double)group->holder.pid : (double)NAN);
}

static void share_check(struct diagnosis *diagnosis, const struct doctor_namespace *space)
{
	double again = (double)space->added.syn_retrans;
	double opened = (double)(space->added.active_opens + space->added.passive_opens);
	double share = opened > 0 ? again / opened : 1;
	struct word count, of;
	if (space->seconds <= 0 || again < AGAIN_LEAST || share < SHARE_NOTICE)
		return;
	diagnosis_add(diagnosis, share >= SHARE_WARNING ? LEVEL_WARNING : LEVEL_NOTICE, share,
		"handshakes are sent again: %s/s", word_rate(&count, again / space->seconds));
	diagnosis_line(diagnosis,
		"SYNs and SYN-ACKs sent again beside %s/s connections that were opened",
		word_rate(&of, opened / space->seconds));
	diagnosis_cure(diagnosis,
		"segments are lost, or a listen queue overflows, here or at the other "
		"end: a handshake takes a second more each time");
	diagnosis_number(diagnosis, "sent_again_per_s", again / space->seconds);
	diagnosis_number(diagnosis, "opened_per_s", opened / space->seconds);
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	bool is_told = false;
	(void)host;
	for (size_t i = 0; i < space->group_count; i++) {
		const struct doctor_group *group = &space->groups[i];
		if (group->state != TCP_SYN_SENT || group->count < DOCTOR_UNANSWERED_LEAST)
			continue;
		silent_add(diagnosis, group);
		is_told = true;
	}
	if (!is_told)
		share_check(diagnosis, space);
}

extern const struct doctor_check doctor_check_syn_retransmits;
const struct doctor_check doctor_check_syn_retransmits = {
	.id = "syn-retransmits",
	.means = "A SYN that is not answered is sent again after a second: connections take "
		 "seconds, or "
		 "time out.",
	.source =
		"sock_diag: sockets in SYN_SENT whose SYN was sent again, by destination; else the "
		"counter TCPSynRetrans (SYNs and SYN-ACKs) beside ActiveOpens and PassiveOpens, "
		"between the two looks.",
	.cure = "Look at the destination that is named; else for loss on the way and for listen "
		"queues.",
	.fine = "handshakes",
	.check = check,
};
