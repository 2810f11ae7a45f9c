/* reset-without-fin-wait: TCP_LINGER2 was negative when the server closed a connection whose FIN
 * had been acknowledged, and whose client had not closed: in place of FIN_WAIT_2 the kernel sends a
 * RST, and the socket is gone (net/ipv4/tcp.c, __tcp_close; nothing else counts TCPAbortOnLinger).
 * What looks like it: SO_LINGER{1,0} behind shutdown(2) (reset-behind-fin). Where close(2) comes
 * before the FIN's ACK, that ACK is answered with the RST, and TCPAbortOnData counts it, as it does
 * data that comes with the ACK (net/ipv4/tcp_input.c, tcp_rcv_state_process): of that nothing is
 * told. */
#include "bench/findings/finding.h"
#include "bench/judge/resets.h"

#include <stddef.h>

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct end_figures *server = &figures->server;
	uint64_t resets = resets_of_load(server, server->counters.abort_on_linger);
	if (resets == 0 || finding_resets_are_declared(trial))
		return;
	double t_s = finding_first_seen_t_s(
		trial, TD_SERVER, offsetof(struct counters, abort_on_linger));
	finding_add(findings,
		"the server's kernel reset %llu of %llu connections at close(2), in place of "
		"waiting for the client's FIN (TCPAbortOnLinger, first seen at %.1f s): "
		"TCP_LINGER2 was negative, so no TIME_WAIT protects the next connection of the "
		"same ports, and the client's socket ends with ECONNRESET; give TCP_LINGER2 "
		"seconds above 0, or read to the client's FIN before close(2)",
		(unsigned long long)resets, (unsigned long long)figures->opened, t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "resets", (double)resets);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "server_time_wait_per_connection", server->tw_per_connection);
}

extern const struct finding_kind finding_reset_without_fin_wait;
const struct finding_kind finding_reset_without_fin_wait = {
	.id = "reset-without-fin-wait",
	.summary = "the server's kernel reset connections at close(2) in place of FIN_WAIT_2",
	.cause = "the server sets a negative TCP_LINGER2, and closes behind shutdown(2) before the "
		 "client has",
	.cure = "give TCP_LINGER2 seconds above 0, or read to the client's FIN before close(2)",
	.detect = detect,
};
