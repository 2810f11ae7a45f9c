/* server-never-closes: every response came, the client waited for the server's FIN until its own
 * deadline, and reset the connection. The reset is the client's, the policy of the server is that
 * there is none. */
#include "bench/findings/finding.h"

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_totals *totals = &trial->totals;
	if (totals->unclosed == 0)
		return;
	double t_s = finding_t_s(trial, totals->unclosed_ns);
	double waited_s = (double)trial->load.timeout_ns / 1e9;
	finding_add(findings,
		"the server did not close %llu of %llu connections: every response had come, and "
		"the client gave up %.3g s later and reset them (the first at %.2f s); have the "
		"server close after a request that says Connection: close (RFC 9112, section 9.6); "
		"how long the client waits is --timeout",
		(unsigned long long)totals->unclosed, (unsigned long long)totals->attempted,
		waited_s, t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "unclosed", (double)totals->unclosed);
	finding_number(findings, "attempted", (double)totals->attempted);
	finding_number(findings, "waited_s", waited_s);
}

extern const struct finding_kind finding_server_never_closes;
const struct finding_kind finding_server_never_closes = {
	.id = "server-never-closes",
	.summary = "the client waited for the server's FIN in vain, and reset connections",
	.cause = "the server leaves a connection open after its last response",
	.cure = "have the server close after a request that says Connection: close; how long the "
		"client waits is --timeout",
	.detect = detect,
};
