/* aborted-on-timeout: the server's kernel gave connections up, since what it had sent, or its
 * probes of a closed window, were not answered as they have to be for as long as it waits
 * (net/ipv4/tcp_timer.c, tcp_write_err): the server's next call gets ETIMEDOUT. A client that does
 * not read answers each probe, and keeps its window closed: of these TCP_USER_TIMEOUT alone ends
 * one that the server holds (tcp_probe_timer). But for keep-alive probes no RST tells the client.
 * Connections that the server opened for itself count in the same counter, those that do not come
 * to be, too: as many are not told. What looks like it: a client that gives up first. */
#include "bench/findings/finding.h"
#include "bench/judge/resets.h"

#include <stdio.h>

#define CLAUSE_SIZE 160

/* Aborts in ESTABLISHED and CLOSE_WAIT are among EstabResets; the others were of orphans. */
static void closed_write(const struct figures *figures, uint64_t aborted, char text[CLAUSE_SIZE])
{
	uint64_t closed = finding_less(aborted, figures->server.counters.estab_resets);
	text[0] = '\0';
	if (closed > 0)
		snprintf(text, CLAUSE_SIZE, ", %s%llu of them when the server had closed already",
			closed < aborted ? "at least " : "", (unsigned long long)closed);
}

/* The window is the client's own word; without it only that no answer came is known. */
static void why_write(uint64_t zero_windows, char text[CLAUSE_SIZE])
{
	if (zero_windows > 0)
		snprintf(text, CLAUSE_SIZE,
			"the client did not read, and closed its window %llu times "
			"(TCPToZeroWindowAdv)",
			(unsigned long long)zero_windows);
	else
		snprintf(text, CLAUSE_SIZE,
			"the client had not closed its window: it was gone, or segments were lost");
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	uint64_t aborted = resets_on_timeout(figures);
	uint64_t zero_windows = figures->client.counters.to_zero_window;
	char closed[CLAUSE_SIZE], why[CLAUSE_SIZE];
	if (aborted == 0)
		return;
	double t_s = finding_first_seen_t_s(
		trial, TD_SERVER, offsetof(struct counters, abort_on_timeout));
	closed_write(figures, aborted, closed);
	why_write(zero_windows, why);
	finding_add(findings,
		"the server's kernel gave up %llu of %llu connections (TCPAbortOnTimeout, first "
		"seen at %.1f s)%s: %s; the server gets ETIMEDOUT%s; %s",
		(unsigned long long)aborted, (unsigned long long)figures->opened, t_s, closed, why,
		figures->server.load.out_rsts == 0 ? ", and no segment tells the client" : "",
		zero_windows > 0
			? "have the client read what it asked for; the server's "
			  "TCP_USER_TIMEOUT bounds what one that does not read costs"
			: "see what drops segments; TCP_USER_TIMEOUT, keep-alive probes and "
			  "tcp_retries2 say how long the server's kernel waits");
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "aborted", (double)aborted);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "zero_windows", (double)zero_windows);
	finding_number(findings, "resets_sent", (double)figures->server.load.out_rsts);
}

extern const struct finding_kind finding_aborted_on_timeout;
const struct finding_kind finding_aborted_on_timeout = {
	.id = "aborted-on-timeout",
	.summary = "the server's kernel gave connections up, with ETIMEDOUT for the server",
	.cause = "the client does not read, or is gone, for longer than the server's kernel waits "
		 "(TCP_USER_TIMEOUT, keep-alive probes, tcp_retries2)",
	.cure = "have the client read what it asked for; TCP_USER_TIMEOUT at the server bounds "
		"what "
		"one that does not read costs",
	.detect = detect,
};
