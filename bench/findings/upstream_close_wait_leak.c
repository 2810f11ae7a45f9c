/* upstream-close-wait-leak: the server is a client, too, of an upstream or a database, and does not
 * close what was closed there; or what listens beside it, on loopback mostly, does not close what
 * it has accepted. The load's figures show nothing of it: its own connections may all be closed.
 * The sockets stay in CLOSE_WAIT, for which the kernel has no timer, each with its descriptor and,
 * where this end opened it, with its port. A pool that both ends keep open looks like it, but
 * is ESTABLISHED; what is closed a moment later is younger than CLOSE_WAIT_LEAST_MS; and of the
 * load's own connections close-wait-leak tells. */
#include "bench/findings/finding.h"

#include <math.h>

static void text_add(struct findings *findings, const struct unclosed_place *place, double t_s)
{
	const struct close_wait_place *of = &place->of;
	char at[TCP_SEGMENT_END_TEXT], who[HOLDER_TEXT_SIZE];
	const char *plural = of->sockets == 1 ? "" : "s";
	finding_add(findings,
		"%s %s did not close %llu connection%s that it had %s, after the FIN of the other "
		"end: %s hold%s the socket%s in CLOSE_WAIT, the oldest for %.1f s (since %.1f s), "
		"which no timer ends, and each costs a descriptor%s; have that process close "
		"when read(2) returns 0%s",
		of->is_accepted ? "what listens at" : "what connects to",
		tcp_segment_end_text(&of->at, at), (unsigned long long)of->sockets, plural,
		of->is_accepted ? "accepted" : "opened",
		holder_text(&place->holder, "its process", who),
		place->holder.processes > 1 ? "" : "s", plural, (double)of->oldest_ms / 1e3, t_s,
		of->is_accepted ? "" : " and a port",
		of->is_accepted ? "" : ", in a pool of idle connections, too");
}

static void place_tell(
	struct findings *findings, const struct trial *trial, const struct unclosed_place *place)
{
	char at[TCP_SEGMENT_END_TEXT];
	double oldest_s = (double)place->of.oldest_ms / 1e3;
	double t_s = fmax(finding_t_s(trial, trial->after.at_ns) - oldest_s, 0);
	/* What a stopped process (server-stopped) would do, were it to go on, is not known. */
	if (trial->server_end.stop_watch.at_end && finding_stop_is_of(trial, &place->holder))
		return;
	text_add(findings, place, t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "held", (double)place->of.sockets);
	finding_number(findings, "oldest_s", oldest_s);
	finding_word(findings, place->of.is_accepted ? "at" : "to",
		tcp_segment_end_text(&place->of.at, at));
	finding_holder(findings, &place->holder);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	(void)figures;
	for (size_t i = 0; i < trial->server_end.unclosed.count; i++)
		place_tell(findings, trial, &trial->server_end.unclosed.list[i]);
}

extern const struct finding_kind finding_upstream_close_wait_leak;
const struct finding_kind finding_upstream_close_wait_leak = {
	.id = "upstream-close-wait-leak",
	.summary = "connections of the server to its upstream, or of what listens beside it, "
		   "stayed in CLOSE_WAIT",
	.cause = "the process does not close such a connection after the other end's FIN, and no "
		 "timer does",
	.cure = "have the process close when read(2) returns 0, in a pool of idle connections, too",
	.detect = detect,
};
