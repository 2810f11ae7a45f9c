/* server-closes-late: the server had nothing more to send, and its FIN came much later. The kernel
 * sends a FIN with shutdown(2), or when the last descriptor of a socket is closed: a process that
 * closes late delays it, and so does a child that has inherited the descriptor. The builtin loader
 * knows when the last byte came; of a third party's load the packets tell it, where the response
 * announced the close, and of any loader that closes first how long the server's FIN took behind
 * its own. A response that is late looks like it, as behind a half close; so does a FIN that waits
 * for what is sent again. */
#include "bench/findings/finding.h"
#include "bench/judge/estimate.h"

#define LATE_CAUSE                                                                                 \
	"the kernel sends a FIN when the last descriptor is closed: close(2) was called late, or " \
	"a "                                                                                       \
	"child process has inherited the descriptor; have the server call shutdown(SHUT_WR) "      \
	"behind "                                                                                  \
	"its last response, and open its sockets with SOCK_CLOEXEC"

/* The builtin loader was waiting for it. */
static bool by_last_byte(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_totals *totals = &trial->totals;
	double late = (double)totals->closed_late;
	if (!finding_late_fins_tell(late, &figures->server, figures))
		return false;
	char who[HOLDER_TEXT_SIZE];
	double t_s = finding_t_s(trial, totals->closed_late_ns);
	double most_s = (double)totals->closed_late_most_ns / 1e9;
	finding_add(findings,
		"on %.0f of %llu connections the server's FIN came 0.3 s or more after the last "
		"byte of the response (%.3g s at most, the first at %.2f s)%s%s; " LATE_CAUSE,
		late, (unsigned long long)figures->opened, most_s, t_s,
		trial->server_end.late_holder.pid ? ": meanwhile the socket was held by " : "",
		holder_text(&trial->server_end.late_holder, "", who));
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "late", late);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "longest_s", most_s);
	finding_holder(findings, &trial->server_end.late_holder);
	return true;
}

/* Of those whose responses were seen: it is no sample of all. */
static bool by_last_segment(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct ending_span *span = &trial->packet_tap.counts.responses.close_behind;
	double late = (double)span->late, most_s = (double)span->most_ns / 1e9;
	if (!finding_late_fins_tell(late, &figures->server, figures))
		return false;
	finding_add(findings,
		"on %llu of %llu connections seen whose response announced the close the server's "
		"FIN came 0.3 s or more after its last byte (%.3g s at most): a client that waits "
		"for the end of the stream takes that for the time of the answer; " LATE_CAUSE,
		(unsigned long long)span->late, (unsigned long long)span->count, most_s);
	finding_number(findings, "late", late);
	finding_number(findings, "seen", (double)span->count);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "longest_s", most_s);
	return true;
}

/* The client's FIN was the first. Where one came before its response, what took its time may have
 * been the response. */
static void by_the_clients_fin(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct ending_counts *server = &figures->server.endings;
	const struct ending_counts *client = &figures->client.endings;
	const struct ending_span *span = &server->fin_behind_fin;
	bool came_early = client->half_closed + client->resets_answered[RESET_BEHIND_OWN_FIN] +
				  client->resets_answered[RESET_BEHIND_BOTH_FINS] >
			  0;
	struct estimate late = estimate_of(trial, figures, span->late);
	char count[ESTIMATE_TEXT_SIZE];
	if (came_early || !finding_late_fins_tell(late.count, &figures->server, figures))
		return;
	double most_s = figures->server.fin_behind_fin.most_us / 1e6;
	finding_add(findings,
		"on %s of %llu connections the server's FIN came 0.3 s or more behind the client's "
		"(%.3g s at most): they waited in CLOSE_WAIT at the server; " LATE_CAUSE,
		estimate_text(&late, count), (unsigned long long)figures->opened, most_s);
	finding_number(findings, "late", late.count);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "longest_s", most_s);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	/* A server that is stopped closes late, and would do otherwise (server-stopped). */
	if (trial->server_end.stop_watch.stopped_ns >= ENDING_LATE_NS)
		return;
	if (!by_last_byte(findings, trial, figures) && !by_last_segment(findings, trial, figures))
		by_the_clients_fin(findings, trial, figures);
}

extern const struct finding_kind finding_server_closes_late;
const struct finding_kind finding_server_closes_late = {
	.id = "server-closes-late",
	.summary = "the server's FIN came 0.3 s or more after all that it had to send",
	.cause = "close(2) is called late, or a child process has inherited the descriptor: the "
		 "kernel sends a FIN when the last one is closed",
	.cure = "have the server call shutdown(SHUT_WR) behind its last response, and open its "
		"sockets with SOCK_CLOEXEC",
	.detect = detect,
};
