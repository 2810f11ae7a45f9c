/* response-truncated: clients lost the end of a response, whatever was to end it: Content-Length,
 * the last chunk, or the end of the stream. A reset behind the last byte is none: all bytes
 * arrived. A server that ends the stream early has sent a FIN and no RST: its way to close is not
 * the cause. Of a third party's load the packets tell, for responses with a Content-Length and
 * chunked ones; what looks like it: a client that left before, and the answer to HEAD. */
#include "bench/findings/finding.h"
#include "bench/findings/terms.h"

#include <stdio.h>

#define CLAUSE_SIZE 100

/* A chunked response does not say how long it is, nor does one that ends with the stream. */
static void missing_tell(char *text, size_t size, const struct load_totals *totals)
{
	uint64_t missing = totals->bytes_promised - totals->bytes_received;
	uint64_t unsaid = totals->truncated[RESPONSE_CHUNKED] +
			  totals->truncated[RESPONSE_BY_CLOSE] +
			  totals->truncated[RESPONSE_IN_HEAD];
	if (missing == 0)
		snprintf(text, size, "no length said how many bytes were to come");
	else
		snprintf(text, size, "%s%llu of %llu bytes did not arrive",
			unsaid ? "at least " : "", (unsigned long long)missing,
			(unsigned long long)totals->bytes_promised);
}

/* How many of those whose stream ended short had a FIN behind what there was: each RST of the
 * server, but for those that the client was told of, may be of one that had none. */
static uint64_t ended_by_fin(const struct trial *trial, const struct figures *figures)
{
	uint64_t by_reset = trial->totals.truncated_by_reset;
	uint64_t ended_short = load_totals_truncated(&trial->totals) - by_reset;
	uint64_t untold = finding_less(figures->server.load.out_rsts, by_reset);
	return finding_less(ended_short, untold);
}

#define CLOSE_CURE "close as graceful does: shutdown(SHUT_WR), read to the end of the input, close"
#define MAKE_CURE                                                                                  \
	"another way to close changes nothing of that: look at what makes the response, its "      \
	"handler, its upstream or the length that it announces"

/* What was to end those that were cut off. */
static void framing_write(const struct response_cuts *cuts, uint64_t cut, char text[CLAUSE_SIZE])
{
	if (cuts->chunked == 0)
		snprintf(text, CLAUSE_SIZE, "by its Content-Length");
	else if (cuts->chunked == cut)
		snprintf(text, CLAUSE_SIZE, "before its last chunk");
	else
		snprintf(text, CLAUSE_SIZE,
			"%llu before its last chunk, the others by its "
			"Content-Length",
			(unsigned long long)cuts->chunked);
}

static void unsent_write(const struct response_cuts *cuts, uint64_t cut, char text[CLAUSE_SIZE])
{
	if (cuts->chunked == cut)
		snprintf(text, CLAUSE_SIZE, "no length said how many bytes were to come");
	else
		snprintf(text, CLAUSE_SIZE, "%s%llu of %llu bytes were not sent",
			cuts->chunked > 0 ? "of those with a length " : "",
			(unsigned long long)cuts->missing, (unsigned long long)cuts->promised);
}

/* Of those whose heads were seen: it is no sample of all. */
static void packets_tell(struct findings *findings, const struct trial *trial)
{
	const struct response_counts *responses = &trial->packet_tap.counts.responses;
	const struct response_cuts *cuts = &responses->cuts;
	double t_s = finding_t_s(trial, cuts->first_ns);
	uint64_t cut = cuts->by_fin + cuts->by_reset;
	const struct term terms[] = {
		{(double)cuts->by_fin, "with a FIN"}, {(double)cuts->by_reset, "with a RST"}};
	char framing[CLAUSE_SIZE], unsent[CLAUSE_SIZE], how[TERMS_SIZE];
	if (!(cut > 0))
		return;
	framing_write(cuts, cut, framing);
	unsent_write(cuts, cut, unsent);
	finding_add(findings,
		"the server ended %llu of %llu connections seen%s in the middle of a response (%s; "
		"%s, the first at %.2f s): %s; %s",
		(unsigned long long)cut, (unsigned long long)cuts->sized,
		responses->is_partial ? " (of the load's first responses: later ones were not "
					"looked at)"
				      : "",
		framing, terms_text(terms, sizeof(terms) / sizeof(terms[0]), how), t_s, unsent,
		cuts->by_reset == 0 ? MAKE_CURE : CLOSE_CURE);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "seen", (double)cuts->sized);
	finding_number(findings, "ended_by_fin", (double)cuts->by_fin);
	finding_number(findings, "reset", (double)cuts->by_reset);
	if (cuts->chunked > 0)
		finding_number(findings, "before_last_chunk", (double)cuts->chunked);
	finding_number(findings, "bytes_promised", (double)cuts->promised);
	finding_number(findings, "bytes_missing", (double)cuts->missing);
}

static void loader_tells(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_totals *t = &trial->totals;
	uint64_t cut = load_totals_truncated(t), by_reset = t->truncated_by_reset;
	uint64_t by_fin = ended_by_fin(trial, figures);
	if (cut == 0)
		return;
	char missing[100], ended_short[80], how[TERMS_SIZE];
	const struct term terms[] = {
		{(double)(cut - by_reset), ended_short}, {(double)by_reset, "were reset"}};
	snprintf(ended_short, sizeof(ended_short),
		by_fin ? "ended short, %llu of them with a FIN alone" : "ended short",
		(unsigned long long)by_fin);
	double t_s = finding_t_s(trial, t->truncated_ns);
	missing_tell(missing, sizeof(missing), t);
	if (by_fin == cut)
		finding_add(findings,
			"the server ended the stream in the middle of a response on %llu of %llu "
			"connections, with a FIN and no RST (the first at %.2f s): %s; " MAKE_CURE,
			(unsigned long long)cut, (unsigned long long)t->attempted, t_s, missing);
	else
		finding_add(findings,
			"%llu of %llu connections lost the end of a response (%s, the first at "
			"%.2f s): %s; " CLOSE_CURE,
			(unsigned long long)cut, (unsigned long long)t->attempted,
			terms_text(terms, sizeof(terms) / sizeof(terms[0]), how), t_s, missing);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "short", (double)(cut - by_reset));
	finding_number(findings, "reset", (double)by_reset);
	finding_number(findings, "ended_by_fin", (double)by_fin);
	finding_number(findings, "bytes_promised", (double)t->bytes_promised);
	finding_number(findings, "bytes_received", (double)t->bytes_received);
	finding_number(findings, "bytes_missing", (double)(t->bytes_promised - t->bytes_received));
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	if (trial->load.is_third_party)
		packets_tell(findings, trial);
	else
		loader_tells(findings, trial, figures);
}

extern const struct finding_kind finding_response_truncated;
const struct finding_kind finding_response_truncated = {
	.id = "response-truncated",
	.summary = "clients lost the end of a response",
	.cause = "a RST overtook the response, since the server closed with bytes under way or "
		 "unread input; or, without one, it ended the stream early with a FIN",
	.cure = "close as graceful does: shutdown(SHUT_WR), read to the end of the input, close; "
		"without a RST see what makes the response",
	.detect = detect,
};
