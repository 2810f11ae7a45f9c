/* reset-unanswered: the server reset connections before it had sent a byte of an answer, as what
 * limits connections does. close(2) sends a RST where the request is unread (TCPAbortOnClose; that
 * comes before SO_LINGER, net/ipv4/tcp.c, __tcp_close), else where SO_LINGER{1,0} is set
 * (TCPAbortOnData). Known from the number of the RST: behind the server's SYN. To read the request
 * to its end would bring no answer, which is the cure of reset-unread. A server that answers and
 * then resets looks like it to a client that loses the answer; there the RST's number is behind the
 * answer's bytes. An answer that never left the server's kernel, held by TCP_CORK, cannot be told
 * from none. */
#include "bench/findings/finding.h"
#include "bench/findings/reset_causes.h"

#include <stdio.h>

#define CLAUSE_SIZE 200
#define CURE_SIZE 440
#define LIMIT                                                                                      \
	"look in the server's log for a limit of connections or of their rate, or for a handler "  \
	"that fails; 503, closed as graceful does, would tell the client"

static const char *reason_text(
	const struct reset_causes_unanswered *unanswered, char text[CLAUSE_SIZE])
{
	double unread = unanswered->unread.count, chosen = unanswered->chosen.count;
	if (unread >= 1 && chosen >= 1)
		snprintf(text, CLAUSE_SIZE,
			"%.0f at close(2) with the request unread (TCPAbortOnClose), %.0f by "
			"SO_LINGER{1,0} (TCPAbortOnData)",
			unread, chosen);
	else
		snprintf(text, CLAUSE_SIZE, "%s",
			unread >= 1 ? "at close(2) with the request unread (TCPAbortOnClose)"
				    : "by SO_LINGER{1,0} at close(2) (TCPAbortOnData)");
	return text;
}

/* The kernel closes what a process has open when it ends: which of the two it was is not known. */
static const char *cure_text(const struct trial *trial, char text[CURE_SIZE])
{
	char ended[FINDING_ENDED_SIZE];
	finding_ended_text(trial, ended);
	if (ended[0] == '\0')
		snprintf(text, CURE_SIZE, "%s", LIMIT);
	else
		snprintf(text, CURE_SIZE,
			"%s: have each finish its connections first, and see what ends it; else %s",
			ended, LIMIT);
	return text;
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	struct reset_causes_unanswered unanswered = reset_causes_unanswered(trial, figures);
	double count = unanswered.unread.count + unanswered.chosen.count;
	bool is_exact = unanswered.unread.is_exact;
	char reason[CLAUSE_SIZE], cure[CURE_SIZE];
	if (count < 1 || finding_resets_are_declared(trial))
		return;
	double t_s = finding_t_s(trial, trial->packet_tap.counts.leaving.reset_first_ns);
	finding_add(findings,
		"the server reset %s%.0f of %llu connections before it had sent a byte of an "
		"answer "
		"(the first at %.2f s), %s; %s",
		is_exact ? "" : "about ", count, (unsigned long long)figures->opened, t_s,
		reason_text(&unanswered, reason), cure_text(trial, cure));
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "reset", count);
	finding_number(findings, "unread", unanswered.unread.count);
	finding_number(findings, "chosen", unanswered.chosen.count);
	finding_number(findings, "opened", (double)figures->opened);
	if (trial->server_end.ended > 0)
		finding_number(findings, "processes_ended", (double)trial->server_end.ended);
	finding_word(findings, "known_by", is_exact ? "all" : "share");
}

extern const struct finding_kind finding_reset_unanswered;
const struct finding_kind finding_reset_unanswered = {
	.id = "reset-unanswered",
	.summary = "the server reset connections before it had sent a byte of an answer",
	.cause = "the server closes connections whose request it has not read, or has them reset: "
		 "it "
		 "has a limit of connections or of their rate, or its handler fails",
	.cure = LIMIT,
	.detect = detect,
};
