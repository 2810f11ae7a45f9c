/* client-leaves-unanswered: the client had sent data and left, by close(2) or a RST, before the
 * first byte of a response; how long it had waited, and how much too late the response came, the
 * packets tell. What looks like it: a loader that ends leaves what it has open, and the builtin one
 * counts its own deadlines. */
#include "bench/findings/finding.h"
#include "bench/judge/estimate.h"

#include <stdio.h>

#define CLAUSE_SIZE 120
#define LATE_SIZE 240

/* "51 to 58 ms". */
static void span_write(const struct ending_span *span, char text[CLAUSE_SIZE])
{
	double least_ms = (double)span->least_ns / 1e6, most_ms = (double)span->most_ns / 1e6;
	if (span->count == 1)
		snprintf(text, CLAUSE_SIZE, "%.3g ms", most_ms);
	else
		snprintf(text, CLAUSE_SIZE, "%.3g to %.3g ms", least_ms, most_ms);
}

static void late_write(const struct trial *trial, const struct figures *figures,
	const struct leaving_counts *leaving, char text[LATE_SIZE])
{
	char late[CLAUSE_SIZE], count[ESTIMATE_TEXT_SIZE];
	struct estimate answered = estimate_of(trial, figures, leaving->late.count);
	text[0] = '\0';
	if (leaving->late.count == 0)
		return;
	span_write(&leaving->late, late);
	snprintf(text, LATE_SIZE,
		"; on %s of them the server sent something %s later, which the client's kernel "
		"answered with a RST",
		estimate_text(&answered, count), late);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct leaving_counts *leaving = &trial->packet_tap.counts.leaving;
	char late[LATE_SIZE], open[CLAUSE_SIZE], count[ESTIMATE_TEXT_SIZE];
	if (leaving->went_on == 0 || !trial->load.is_third_party)
		return;
	struct estimate left = estimate_of(trial, figures, leaving->went_on);
	double t_s = finding_t_s(trial, leaving->first_ns);
	span_write(&leaving->open, open);
	late_write(trial, figures, leaving, late);
	finding_add(findings,
		"the client sent data and left %s of %llu connections before the first byte of a "
		"response (the first at %.2f s), %s after it had begun to connect%s: these say "
		"nothing about how the server closes; have the client wait longer than the server "
		"takes, or see why the server takes so long",
		estimate_text(&left, count), (unsigned long long)figures->opened, t_s, open, late);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "left", left.count);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(
		findings, "answered_late", estimate_of(trial, figures, leaving->late.count).count);
	finding_number(findings, "open_ms_least", (double)leaving->open.least_ns / 1e6);
	finding_number(findings, "open_ms_most", (double)leaving->open.most_ns / 1e6);
}

extern const struct finding_kind finding_client_leaves_unanswered;
const struct finding_kind finding_client_leaves_unanswered = {
	.id = "client-leaves-unanswered",
	.summary = "the client left connections before the first byte of a response",
	.cause = "the client waits for less time than the server takes, or cancels its requests",
	.cure = "have the client wait longer than the server takes, or see why the server takes so "
		"long",
	.detect = detect,
};
