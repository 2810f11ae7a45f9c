/* reset-behind-fin: the server sent its FIN by shutdown(2), and then a RST, since SO_LINGER{1,0}
 * was set at close(2) (haproxy's `option nolinger` does so): the connection ends without the
 * TIME_WAIT that the first FIN would have left. The kernel counts it as TCPAbortOnData; EstabResets
 * does not, since the connection was not open any more. A RST that answers late data looks like it,
 * and so does one for a negative TCP_LINGER2: both have no ACK. A RST for unread input behind
 * shutdown(2) has one: TCPAbortOnClose counts it (reset-unread). */
#include "bench/findings/finding.h"
#include "bench/findings/reset_causes.h"

#include <stdio.h>

#define MS_PER_S 1e3
#define US_PER_MS 1e3

/* How long after the FIN; empty where other RSTs came behind a FIN as well. */
static void times_tell(char *text, size_t size, const struct end_figures *server)
{
	const uint64_t *answered = server->endings.resets_answered;
	double mean_ms = server->reset_behind_fin.mean_us / US_PER_MS;
	double most_ms = server->reset_behind_fin.most_us / US_PER_MS;
	text[0] = '\0';
	if (answered[RESET_BEHIND_OWN_FIN] + answered[RESET_BEHIND_BOTH_FINS] > 0)
		return;
	if (most_ms < MS_PER_S)
		snprintf(text, size, ", %.3g ms after it in the mean and %.3g ms at most", mean_ms,
			most_ms);
	else
		snprintf(text, size, ", %.3g s after it in the mean and %.3g s at most",
			mean_ms / MS_PER_S, most_ms / MS_PER_S);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char count[ESTIMATE_TEXT_SIZE], loss[RESET_CAUSES_LOSS_SIZE], times[80];
	const struct end_figures *server = &figures->server;
	struct estimate behind = reset_causes_behind_fin(trial, figures);
	if (estimate_least(&behind) < 1 || finding_resets_are_declared(trial))
		return;
	double t_s =
		finding_first_seen_t_s(trial, TD_SERVER, offsetof(struct counters, abort_on_data));
	times_tell(times, sizeof(times), server);
	finding_add(findings,
		"on %s of %llu connections the server sent a RST behind its own FIN "
		"(TCPAbortOnData, first seen at %.1f s)%s: SO_LINGER{1,0} was set at a close(2) "
		"that came after shutdown(2), so no TIME_WAIT protects the next connection of the "
		"same ports, and what had not arrived is lost%s; take SO_LINGER out, and read to "
		"the client's FIN before close(2)",
		estimate_text(&behind, count), (unsigned long long)figures->opened, t_s, times,
		reset_causes_lost(trial) > 0 ? "" : reset_causes_loss(trial, figures, loss));
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "behind_fin", behind.count);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "server_time_wait_per_connection", server->tw_per_connection);
	finding_number(findings, "behind_ms_mean", server->reset_behind_fin.mean_us / US_PER_MS);
	finding_number(findings, "behind_ms_most", server->reset_behind_fin.most_us / US_PER_MS);
	finding_word(findings, "known_by", behind.is_exact ? "all" : "share");
}

extern const struct finding_kind finding_reset_behind_fin;
const struct finding_kind finding_reset_behind_fin = {
	.id = "reset-behind-fin",
	.summary = "the server sent a RST behind its own FIN",
	.cause = "the server sets SO_LINGER{1,0}, with which close(2) sends a RST behind the FIN "
		 "of shutdown(2), too: the connection leaves no TIME_WAIT",
	.cure = "take SO_LINGER out, and read to the client's FIN before close(2)",
	.detect = detect,
};
