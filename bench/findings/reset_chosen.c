/* reset-chosen: the server had SO_LINGER{1,0} set when it closed, so that close(2) sends a RST and
 * no FIN, and drops what is still to be sent (net/ipv4/tcp.c, __tcp_close: TCPAbortOnData, whose
 * name misleads). The same counter stands for data that comes after a close, and for a negative
 * TCP_LINGER2: there the connection is not open any more, and EstabResets does not count it. */
#include "bench/findings/finding.h"

/* Each RST is chosen (TCPAbortOnData and EstabResets), of late data (TCPAbortOnData alone), of a
 * listener that was closed (EstabResets alone), or something else. So what two counters have more
 * than there were resets is counted by both: at least so many were chosen. */
static uint64_t chosen_of(const struct figures *figures)
{
	const struct end_figures *server = &figures->server;
	const struct counters *s = &server->counters;
	uint64_t came = figures->client.counters.out_rsts + 2 * server->others.resets;
	uint64_t aborts = s->abort_on_close + s->abort_on_memory + s->abort_on_timeout;
	uint64_t open = finding_less(s->estab_resets, came + aborts);
	uint64_t counted = finding_resets_of_load(server, s->abort_on_data);
	uint64_t sent = finding_less(server->load.out_rsts, s->abort_on_close);
	uint64_t both = finding_less(open + counted, sent);
	return both < counted ? both : counted;
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	uint64_t chosen = chosen_of(figures);
	if (chosen == 0 || finding_resets_are_declared(trial))
		return;
	double t_s =
		finding_first_seen_t_s(trial, TD_SERVER, offsetof(struct counters, abort_on_data));
	finding_add(findings,
		"the server chose to reset %llu of %llu connections (TCPAbortOnData and "
		"EstabResets, first seen at %.1f s): SO_LINGER{1,0} was set at close(2), which "
		"drops what is still to be sent; take SO_LINGER out, and close as graceful does",
		(unsigned long long)chosen, (unsigned long long)figures->opened, t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "chosen", (double)chosen);
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
