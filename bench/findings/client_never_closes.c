/* client-never-closes: the server has closed and its FIN has arrived, and the client's FIN does not
 * come. The kernel keeps the server's orphan in FIN_WAIT_2 for tcp_fin_timeout, or as TCP_LINGER2
 * says, and then forgets it: there is no TIME_WAIT (net/ipv4/tcp.c, tcp_fin_time). A client that
 * closes late, but before that, looks like it; there the TIME_WAIT comes. */
#include "bench/findings/finding.h"

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	double expired = figures->server.fin_wait2_expired;
	if (!(expired >= 1))
		return;
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
}

extern const struct finding_kind finding_client_never_closes;
const struct finding_kind finding_client_never_closes = {
	.id = "client-never-closes",
	.summary = "connections expired in FIN_WAIT_2 at the server, and left no TIME_WAIT",
	.cause = "the client does not close after the server's FIN",
	.cure = "have the client close when read(2) returns 0; a short tcp_fin_timeout at the "
		"server bounds what such clients cost",
	.detect = detect,
};
