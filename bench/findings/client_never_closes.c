/* client-never-closes: the server has closed and its FIN has arrived, and the client's FIN does not
 * come. The kernel keeps the server's orphan in FIN_WAIT_2 for tcp_fin_timeout, or as TCP_LINGER2
 * says, and then forgets it: there is no TIME_WAIT (net/ipv4/tcp.c, tcp_fin_time). A client that
 * closes late, but before that, looks like it; there the TIME_WAIT comes. In a shorter trial the
 * client's sockets show it: they are in CLOSE_WAIT when its process ends (client_close.h). */
#include "bench/findings/client_close.h"
#include "bench/findings/finding.h"

/* Until tcp_fin_timeout. */
static bool by_expired_orphans(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	double expired = figures->server.fin_wait2_expired;
	if (!(expired >= 1))
		return false;
	double t_s = finding_state_first_seen_t_s(trial, TD_SERVER, SOCKET_FIN_WAIT_2_ORPHANED);
	const char *timeout =
		finding_setting(trial, TD_SERVER, "net.ipv4.tcp_fin_timeout", "unknown");
	finding_add(findings,
		"the client did not close %.0f of %llu connections in time after the server's FIN: "
		"they waited in FIN_WAIT_2 at the server (first seen at %.1f s) until "
		"tcp_fin_timeout (%s s), or the server's TCP_LINGER2, ended them without a "
		"TIME_WAIT; have the client close when read(2) returns 0",
		expired, (unsigned long long)figures->opened, t_s, timeout);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "expired", expired);
	finding_number(findings, "opened", (double)figures->opened);
	return true;
}

static void by_close_wait(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct client_close close = client_close_of(trial, figures);
	if (!(close.late.count > 0) || !close.closed_none)
		return;
	double t_s = finding_state_first_seen_t_s(trial, TD_CLIENT, SOCKET_CLOSE_WAIT_OWNED);
	finding_add(findings,
		"the client had not closed %llu or more of %llu connections that the server had "
		"closed when the loader came to its end: they were in CLOSE_WAIT (first seen at "
		"%.1f s), the oldest for %.3g s, where no timer ends them and each costs a "
		"descriptor, and the server's ends waited in FIN_WAIT_2; have the client close "
		"when read(2) returns 0",
		(unsigned long long)close.held_at_end, (unsigned long long)figures->opened, t_s,
		close.most_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "held", (double)close.held_at_end);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "oldest_s", close.most_s);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	if (!by_expired_orphans(findings, trial, figures))
		by_close_wait(findings, trial, figures);
}

extern const struct finding_kind finding_client_never_closes;
const struct finding_kind finding_client_never_closes = {
	.id = "client-never-closes",
	.summary = "connections expired in FIN_WAIT_2 at the server, and left no TIME_WAIT; or "
		   "were in CLOSE_WAIT at the client when it ended",
	.cause = "the client does not close after the server's FIN",
	.cure = "have the client close when read(2) returns 0; a short tcp_fin_timeout at the "
		"server bounds what such clients cost",
	.detect = detect,
};
