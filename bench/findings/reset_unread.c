/* reset-unread: the server closed connections whose input it had not read to the end. close(2) then
 * sends a RST in place of a FIN and drops what is still to be sent (RFC 1122, 4.2.2.13;
 * net/ipv4/tcp.c, __tcp_close: TCPAbortOnClose counts each). A server that has chosen to reset
 * (reset-chosen) looks like it to the client, and so does one that gets data after its close; one
 * that had sent no byte of an answer, and had none to send, is reset-unanswered. */
#include "bench/findings/finding.h"
#include "bench/findings/reset_causes.h"
#include "bench/judge/keep_alive_races.h"
#include "bench/judge/resets.h"

#include <stdio.h>

#define CURE_SIZE 320

/* The kernel closes what a process has open when it ends: which of the two it was is not known. */
static void cure_write(const struct trial *trial, char text[CURE_SIZE])
{
	static const char reads[] = "read to the end of the input before close(2), as graceful "
				    "does: shutdown(SHUT_WR), read, close";
	char ended[FINDING_ENDED_SIZE];
	finding_ended_text(trial, ended);
	if (ended[0] == '\0')
		snprintf(text, CURE_SIZE, "%s", reads);
	else
		snprintf(text, CURE_SIZE,
			"%s: have each finish its connections first, and see what ends it; else %s",
			ended, reads);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char loss[RESET_CAUSES_LOSS_SIZE], cure[CURE_SIZE];
	const struct end_figures *server = &figures->server;
	uint64_t aborts = resets_of_load(server, server->counters.abort_on_close);
	/* A whole request that came too late is keep-alive-race: to read it would not answer it. */
	uint64_t raced = (uint64_t)keep_alive_races_of(trial, figures).unread;
	/* Nor would it where no answer was to come: that is reset-unanswered. */
	uint64_t unanswered = (uint64_t)resets_unanswered_unread(trial, figures).count;
	uint64_t unread = finding_less(aborts, raced + unanswered);
	if (unread == 0 || finding_resets_are_declared(trial))
		return;
	double t_s =
		finding_first_seen_t_s(trial, TD_SERVER, offsetof(struct counters, abort_on_close));
	cure_write(trial, cure);
	finding_add(findings,
		"the server closed %llu of %llu connections before it had read all their input "
		"(TCPAbortOnClose, first seen at %.1f s): its kernel reset them, which drops what "
		"is still to be sent%s; %s",
		(unsigned long long)unread, (unsigned long long)figures->opened, t_s,
		reset_causes_loss(trial, figures, loss), cure);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "unread", (double)unread);
	finding_number(findings, "opened", (double)figures->opened);
	if (trial->server_end.ended > 0)
		finding_number(findings, "processes_ended", (double)trial->server_end.ended);
}

extern const struct finding_kind finding_reset_unread;
const struct finding_kind finding_reset_unread = {
	.id = "reset-unread",
	.summary = "the server's kernel reset connections that the server had only closed",
	.cause = "the server closed a connection before it had read all that the client had sent",
	.cure = "read to the end of the input before close(2), as graceful does: "
		"shutdown(SHUT_WR), read, close",
	.detect = detect,
};
