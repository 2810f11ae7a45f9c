/* response-truncated: clients lost the end of a response, whatever was to end it: Content-Length,
 * the last chunk, or the end of the stream. A reset behind the last byte is none: all bytes
 * arrived.
 */
#include "bench/findings/finding.h"

#include <stdio.h>

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

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_totals *t = &trial->totals;
	uint64_t cut = load_totals_truncated(t), by_reset = t->truncated_by_reset;
	if (cut == 0)
		return;
	char missing[100];
	double t_s = finding_t_s(trial, t->truncated_ns);
	missing_tell(missing, sizeof(missing), t);
	finding_add(findings,
		"%llu of %llu connections lost the end of a response (%llu ended short, %llu were "
		"reset, the first at %.2f s): %s; close as graceful does: shutdown(SHUT_WR), read "
		"to the end of the input, close",
		(unsigned long long)cut, (unsigned long long)t->attempted,
		(unsigned long long)(cut - by_reset), (unsigned long long)by_reset, t_s, missing);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "short", (double)(cut - by_reset));
	finding_number(findings, "reset", (double)by_reset);
	finding_number(findings, "bytes_promised", (double)t->bytes_promised);
	finding_number(findings, "bytes_received", (double)t->bytes_received);
	finding_number(findings, "bytes_missing", (double)(t->bytes_promised - t->bytes_received));
}

extern const struct finding_kind finding_response_truncated;
const struct finding_kind finding_response_truncated = {
	.id = "response-truncated",
	.summary = "clients lost the end of a response",
	.cause = "the server closed while bytes were still under way or its input was unread, so "
		 "a RST overtook the response",
	.cure = "close as graceful does: shutdown(SHUT_WR), read to the end of the input, close",
	.detect = detect,
};
