/* server-never-closes: every response came, the client waited for the server's FIN until its own
 * deadline, and reset the connection. The reset is the client's, the policy of the server is that
 * there is none. A server that was stopped meanwhile (server-stopped) looks like it, and may close
 * as it should. A third-party loader does not say what it waits for: that is proven where it counts
 * no answer, though all that the server ever sent had come, and then nothing moved. */
#include "bench/findings/finding.h"
#include "bench/judge/third_party_load.h"

static void third_party_detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct first_closer_counts *seen = &trial->packet_tap.counts;
	uint64_t still_ns = third_party_load_still_ns(trial, seen->leaving.waited_until_ns);
	if (!trial->third_party.kind || figures->exchanges != 0 || seen->connections == 0 ||
		seen->undecided > 0 || seen->leaving.server_waited < seen->connections ||
		still_ns == 0 || trial->server_end.stop_watch.first_ns != 0)
		return;
	double still_s = (double)still_ns / 1e9;
	finding_add(findings,
		"the server closed none of the %llu connections seen before the client did, and "
		"the loader counts no answer, though all that the server ever sent had come to the "
		"client: for %.3g s, until the client closed, nothing moved, so that it waited for "
		"the server's FIN, or for the rest of a response; a client of HTTP/1.0 takes the "
		"connection's end for that of the response, unless the server says Connection: "
		"keep-alive: have the server say it, or close (RFC 9112, section 9.3)",
		(unsigned long long)seen->connections, still_s);
	finding_number(findings, "unclosed", (double)seen->connections);
	finding_number(findings, "waited_s", still_s);
}

/* A RST is not sent again: of so many that the server sent, so many may be lost on the wire. */
static bool may_be_lost_resets(
	const struct trial *trial, const struct figures *figures, uint64_t unclosed)
{
	return trial->wire.counts[RELAY_SERVER].lost >= unclosed &&
	       figures->server.load.out_rsts >= unclosed;
}

static const char of_http[] =
	"have the server close after a request that says Connection: close (RFC 9112, section 9.6)";
static const char of_close_notify[] =
	"it may wait for the client's close_notify, which the builtin loader sends with its FIN: "
	"have the server send its FIN behind its own (shutdown(SHUT_WR)), or load it with a client "
	"that answers (--loader-command)";

/* What came last of each connection was a close_notify. */
static bool was_notified(const struct load_tls *tls)
{
	return tls->handshakes > 0 && tls->peer_notified == tls->handshakes;
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_totals *totals = &trial->totals;
	const struct holder *holder = &trial->server_end.quiet_holder;
	char who[HOLDER_TEXT_SIZE];
	if (trial->load.is_third_party)
		third_party_detect(findings, trial, figures);
	if (totals->unclosed == 0 || finding_was_stopped(trial, holder) ||
		may_be_lost_resets(trial, figures, totals->unclosed))
		return;
	double t_s = finding_t_s(trial, totals->unclosed_ns);
	double waited_s = (double)trial->load.timeout_ns / 1e9;
	bool notified = was_notified(&totals->tls);
	finding_add(findings,
		"the server did not close %llu of %llu connections%s%s: every response had come%s, "
		"and the client gave up %.3g s later and reset them (the first at %.2f s); %s; how "
		"long the client waits is --timeout",
		(unsigned long long)totals->unclosed, (unsigned long long)totals->attempted,
		holder->pid != 0 ? ", held by " : "", holder_text(holder, "", who),
		notified ? ", with the server's close_notify behind it" : "", waited_s, t_s,
		notified ? of_close_notify : of_http);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "unclosed", (double)totals->unclosed);
	finding_number(findings, "attempted", (double)totals->attempted);
	finding_number(findings, "waited_s", waited_s);
	finding_holder(findings, holder);
}

extern const struct finding_kind finding_server_never_closes;
const struct finding_kind finding_server_never_closes = {
	.id = "server-never-closes",
	.summary = "the client waited for the server's FIN in vain",
	.cause = "the server leaves a connection open after its last response",
	.cure = "have the server close after a request that says Connection: close; how long the "
		"client waits is --timeout",
	.detect = detect,
};
