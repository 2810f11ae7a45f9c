/* reset-chosen: the server had SO_LINGER{1,0} set when it closed, so that close(2) sends a RST and
 * no FIN, and drops what is still to be sent (net/ipv4/tcp.c, __tcp_close: TCPAbortOnData, whose
 * name misleads). The same counter stands for data that comes after a close, and for a negative
 * TCP_LINGER2: there the RST answers a segment, and has no ACK. Behind a FIN of the server's own it
 * is reset-behind-fin, before a byte of an answer reset-unanswered. */
#include "bench/findings/finding.h"
#include "bench/findings/reset_causes.h"

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char count[ESTIMATE_TEXT_SIZE], loss[RESET_CAUSES_LOSS_SIZE];
	struct estimate chosen = reset_causes_chosen(trial, figures);
	/* Those before a byte of an answer are reset-unanswered. */
	chosen.count -= reset_causes_unanswered(trial, figures).chosen.count;
	if (estimate_least(&chosen) < 1 || finding_resets_are_declared(trial))
		return;
	double t_s =
		finding_first_seen_t_s(trial, TD_SERVER, offsetof(struct counters, abort_on_data));
	finding_add(findings,
		"the server chose to reset %s of %llu connections (TCPAbortOnData, first seen at "
		"%.1f s): SO_LINGER{1,0} was set at close(2), which drops what is still to be "
		"sent%s; take SO_LINGER out, and close as graceful does",
		estimate_text(&chosen, count), (unsigned long long)figures->opened, t_s,
		reset_causes_loss(trial, figures, loss));
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "chosen", chosen.count);
	finding_number(findings, "opened", (double)figures->opened);
	finding_word(findings, "known_by", chosen.is_exact ? "all" : "share");
}

extern const struct finding_kind finding_reset_chosen;
const struct finding_kind finding_reset_chosen = {
	.id = "reset-chosen",
	.summary = "the server has its kernel reset connections in place of closing them",
	.cause = "the server sets SO_LINGER{1,0}, with which close(2) sends a RST and no FIN",
	.cure = "take SO_LINGER out, and close as graceful does: shutdown(SHUT_WR), read, close",
	.detect = detect,
};
