/* listen-overflow: the server's accept queue was full, and the kernel dropped what came
 * (ListenOverflows; net/ipv4/tcp_ipv4.c, tcp_v4_syn_recv_sock). */
#include "bench/findings/finding.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Which of the two values was the limit, as part of a sentence, and what to raise. Where the server
 * connects to a listener of its own namespace, the counters do not tell the two apart. */
static void limit_write(const struct trial *trial, const struct figures *figures,
	const char *somaxconn, char *text, size_t size)
{
	unsigned long long backlog = trial->listen_backlog;
	if (figures->server.others.accepted > 0)
		snprintf(text, size,
			"or that of one that it connects to was full (net.core.somaxconn = %s)",
			somaxconn);
	else if (!trial->listen_backlog_known)
		snprintf(text, size, "was full (net.core.somaxconn = %s)", somaxconn);
	else if (backlog != strtoull(somaxconn, NULL, 10))
		snprintf(text, size,
			"was full, which the backlog of its listen(2) limits to %llu "
			"(net.core.somaxconn = %s allows more),",
			backlog, somaxconn);
	else
		snprintf(text, size, "was full, which net.core.somaxconn = %s limits,", somaxconn);
}

static const char *cure(
	const struct trial *trial, const struct figures *figures, const char *somaxconn)
{
	if (!trial->listen_backlog_known || figures->server.others.accepted > 0)
		return "raise somaxconn and the backlog of listen(2)";
	return trial->listen_backlog != strtoull(somaxconn, NULL, 10)
		       ? "raise the backlog of listen(2)"
		       : "raise somaxconn, and the backlog of listen(2) where it is no higher";
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char limit[200];
	const struct counters *s = &figures->server.counters;
	if (s->listen_overflows == 0)
		return;
	const char *somaxconn = finding_setting(trial, TD_SERVER, "net.core.somaxconn", "?");
	double t_s = finding_first_seen_t_s(
		trial, TD_SERVER, offsetof(struct counters, listen_overflows));
	limit_write(trial, figures, somaxconn, limit, sizeof(limit));
	finding_add(findings,
		"the server's accept queue %s %llu times, first after %.1f s, and %llu connection "
		"requests were dropped: each costs its client a second or more; accept faster, or "
		"%s",
		limit, (unsigned long long)s->listen_overflows, t_s,
		(unsigned long long)s->listen_drops, cure(trial, figures, somaxconn));
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "overflows", (double)s->listen_overflows);
	finding_number(findings, "drops", (double)s->listen_drops);
	finding_number(findings, "syn_retransmits", (double)figures->client.counters.syn_retrans);
	finding_number(findings, "somaxconn", atof(somaxconn));
	finding_number(findings, "backlog",
		trial->listen_backlog_known ? (double)trial->listen_backlog : NAN);
}

extern const struct finding_kind finding_listen_overflow;
const struct finding_kind finding_listen_overflow = {
	.id = "listen-overflow",
	.summary = "connection requests were dropped, and each cost its client a second or more",
	.cause = "the server's accept queue was full: connections came faster than accept()",
	.cure = "accept faster, or raise net.core.somaxconn and the backlog of listen(2)",
	.detect = detect,
};
