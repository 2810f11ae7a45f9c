/* listen-overflow: the server's accept queue was full, and the kernel dropped what came
 * (ListenOverflows; net/ipv4/tcp_ipv4.c, tcp_v4_syn_recv_sock). */
#include "bench/findings/finding.h"

#include <stdlib.h>

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct counters *s = &figures->server.counters;
	if (s->listen_overflows == 0)
		return;
	const char *somaxconn = finding_setting(trial, TD_SERVER, "net.core.somaxconn", "?");
	double t_s = finding_first_seen_t_s(
		trial, TD_SERVER, offsetof(struct counters, listen_overflows));
	finding_add(findings,
		"the server's accept queue was full %llu times, first after %.1f s, with "
		"net.core.somaxconn = %s, and %llu connection requests were dropped: each costs "
		"its client a second or more; accept faster, or raise somaxconn and the backlog "
		"of listen(2)",
		(unsigned long long)s->listen_overflows, t_s, somaxconn,
		(unsigned long long)s->listen_drops);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "overflows", (double)s->listen_overflows);
	finding_number(findings, "drops", (double)s->listen_drops);
	finding_number(findings, "syn_retransmits", (double)figures->client.counters.syn_retrans);
	finding_number(findings, "somaxconn", atof(somaxconn));
}

extern const struct finding_kind finding_listen_overflow;
const struct finding_kind finding_listen_overflow = {
	.id = "listen-overflow",
	.summary = "connection requests were dropped, and each cost its client a second or more",
	.cause = "the server's accept queue was full: connections came faster than accept()",
	.cure = "accept faster, or raise net.core.somaxconn and the backlog of listen(2)",
	.detect = detect,
};
