/* reset-chosen: the server had SO_LINGER{1,0} set when it closed, so that close(2) sends a RST and
 * no FIN, and drops what is still to be sent (net/ipv4/tcp.c, __tcp_close: TCPAbortOnData, whose
 * name misleads). The same counter stands for data that comes after a close, and for a negative
 * TCP_LINGER2: there the server's FIN has gone before its RST, which the packet tap sees. */
#include "bench/findings/finding.h"

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct end_figures *server = &figures->server;
	const struct first_closer_end *seen = &trial->packet_tap.counts.at_server;
	uint64_t counted = finding_resets_of_load(server, server->counters.abort_on_data);
	double beside_fin = finding_resets_beside_fin(trial, figures);
	double chosen = (double)counted - beside_fin;
	if (seen->reset_without_fin == 0 || chosen < 1 || finding_resets_are_declared(trial))
		return;
	double t_s =
		finding_first_seen_t_s(trial, TD_SERVER, offsetof(struct counters, abort_on_data));
	finding_add(findings,
		"the server chose to reset %.0f of %llu connections (TCPAbortOnData and no FIN "
		"before it, first seen at %.1f s): SO_LINGER{1,0} was set at close(2), which "
		"drops what is still to be sent; take SO_LINGER out, and close as graceful does",
		chosen, (unsigned long long)figures->opened, t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "chosen", chosen);
	finding_number(findings, "opened", (double)figures->opened);
}

extern const struct finding_kind finding_reset_chosen;
const struct finding_kind finding_reset_chosen = {
	.id = "reset-chosen",
	.summary = "the server has its kernel reset connections in place of closing them",
	.cause = "the server sets SO_LINGER{1,0}, with which close(2) sends a RST and no FIN",
	.cure = "take SO_LINGER out, and close as graceful does: shutdown(SHUT_WR), read, close",
	.detect = detect,
};
