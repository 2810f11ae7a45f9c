/* reset-after-fin: the server closed connections by a FIN, and then data of the client came: a
 * close_notify of TLS, which most clients send when they read the server's, the rest of an upload
 * that was answered early, or bytes of another protocol. No socket takes it any more, so the kernel
 * answers with a RST (RFC 1122, 4.2.2.13), and the connection leaves no TIME_WAIT. The packets show
 * it: FIN, data that this does not acknowledge, and a RST without an ACK. What looks like it: a
 * server that closes with input unread sends its RST in place of the FIN, and with an ACK
 * (reset-unread); a negative TCP_LINGER2 resets behind the FIN without any data; a client's FIN
 * that comes when the kernel had given up to wait for it is answered so, too. Requests that come so
 * late are keep-alive-race. */
#include "bench/findings/finding.h"

#include <stdio.h>

/* Of the connections that were looked at: fewer are accidents. */
#define SHARE_LEAST 0.01
#define CLAUSE_SIZE 280
#define CURE_SIZE 320

/* What the data was, and what its sender knew. */
static void data_tell(const struct late_data *late, char text[CLAUSE_SIZE])
{
	char alerts[80] = "";
	unsigned long long reset = late->reset, knew = late->knew_fin;
	if (late->tls_alerts > 0)
		snprintf(alerts, sizeof(alerts),
			"; on %llu of them it was as long as a TLS alert (close_notify)",
			(unsigned long long)late->tls_alerts);
	if (knew == reset)
		snprintf(text, CLAUSE_SIZE,
			"%s; each time the client had the FIN, and so the whole response", alerts);
	else
		snprintf(text, CLAUSE_SIZE,
			"%s; on %llu the client had the FIN, and so the whole response, and on the "
			"other %llu what was still to be sent, if anything, was dropped",
			alerts, knew, reset - knew);
}

/* The kernel closes what a process has open when it ends. */
static void cure_write(const struct trial *trial, char text[CURE_SIZE])
{
	char ended[FINDING_ENDED_SIZE];
	finding_ended_text(trial, ended);
	snprintf(text, CURE_SIZE,
		"%s%sread to the client's FIN before close(2): shutdown(SHUT_WR), read, close "
		"(nginx: lingering_close always)",
		ended, ended[0] ? ": have each finish its connections first; else " : "");
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct late_data *late = &trial->packet_tap.counts.late_data;
	char data[CLAUSE_SIZE], cure[CURE_SIZE];
	double share = (double)late->reset / (double)late->looked_at;
	if (!(share >= SHARE_LEAST) || finding_resets_are_declared(trial))
		return;
	double t_s = finding_t_s(trial, late->first_ns);
	data_tell(late, data);
	cure_write(trial, cure);
	finding_add(findings,
		"on %llu of %llu connections that were looked at (%.3g %%) data of the client came "
		"behind the server's FIN, met a socket that was closed, and was answered with a "
		"RST (first at %.1f s), so no TIME_WAIT protects the next connection of the same "
		"ports%s; %s",
		(unsigned long long)late->reset, (unsigned long long)late->looked_at, 100 * share,
		t_s, data, cure);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "reset", (double)late->reset);
	finding_number(findings, "looked_at", (double)late->looked_at);
	finding_number(findings, "knew_fin", (double)late->knew_fin);
	finding_number(findings, "tls_alerts", (double)late->tls_alerts);
	finding_number(findings, "opened", (double)figures->opened);
}

extern const struct finding_kind finding_reset_after_fin;
const struct finding_kind finding_reset_after_fin = {
	.id = "reset-after-fin",
	.summary = "data of the client met a connection that the server had closed by a FIN",
	.cause = "the server closes while its client has something to send still: the close_notify "
		 "of TLS, or the rest of an upload",
	.cure = "read to the client's FIN before close(2), as graceful does: shutdown(SHUT_WR), "
		"read, close (nginx: lingering_close always)",
	.detect = detect,
};
