/* keep-alive-race: the client sent a request on a connection that it had kept, while the server was
 * closing it: the request came behind the server's close, or was never read (RFC 9112,
 * section 9.5). The client cannot know whether the request was acted on. The loader counts what got
 * no byte of an answer; that the server had closed before it read the request is known from its
 * kernel's RST: behind its FIN, or for unread input. A server that reads a request and then closes
 * looks like it to the client, and so does one that chooses to reset: neither RST is sent there. */
#include "bench/findings/finding.h"

#include <math.h>

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_totals *totals = &trial->totals;
	const struct end_figures *server = &figures->server;
	double asked = (double)totals->kept_unanswered;
	double beside_fin = finding_resets_beside_fin(trial, figures);
	/* More resets than such requests have another reason, as a negative TCP_LINGER2. */
	double behind = beside_fin > asked ? 0 : beside_fin;
	double resets =
		behind + (double)finding_resets_of_load(server, server->counters.abort_on_close);
	double raced = fmin(asked, resets);
	if (raced < 1)
		return;
	double t_s = finding_t_s(trial, totals->kept_unanswered_ns);
	double least_ms = (double)totals->kept_idle_least_ns / 1e6;
	double most_ms = (double)totals->kept_idle_most_ns / 1e6;
	finding_add(findings,
		"%.0f requests went out on kept connections that the server was closing and got no "
		"answer (the first at %.2f s, on connections that had been idle for %.3g to %.3g "
		"ms): whether they were acted on is unknown; have the server announce its last "
		"response (Connection: close), and the client give up idle connections before "
		"the server does",
		raced, t_s, least_ms, most_ms);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "raced", raced);
	finding_number(findings, "idle_ms_least", least_ms);
	finding_number(findings, "idle_ms_most", most_ms);
}

extern const struct finding_kind finding_keep_alive_race;
const struct finding_kind finding_keep_alive_race = {
	.id = "keep-alive-race",
	.summary = "requests on kept connections got no answer, since the server was closing them",
	.cause = "the server closes a connection while the client's next request is under way",
	.cure = "have the server announce its last response (Connection: close), and the client "
		"give up idle connections before the server does",
	.detect = detect,
};
