/* response-truncated: clients lost the end of a response. A reset behind the last byte is none: all
 * bytes arrived. */
#include "bench/findings/finding.h"

static uint64_t earlier_of(uint64_t a_ns, uint64_t b_ns)
{
	return a_ns && (!b_ns || a_ns < b_ns) ? a_ns : b_ns;
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_totals *t = &trial->totals;
	uint64_t cut = t->outcomes[OUTCOME_SHORT] + t->outcomes[OUTCOME_RESET];
	if (cut == 0 || t->bytes_received >= t->bytes_promised)
		return;
	double t_s = finding_t_s(
		trial, earlier_of(t->first_ns[OUTCOME_SHORT], t->first_ns[OUTCOME_RESET]));
	double missing = (double)(t->bytes_promised - t->bytes_received);
	finding_add(findings,
		"%llu of %llu connections lost the end of a response (%llu ended short, %llu were "
		"reset, the first at %.2f s): %.0f of %.0f bytes did not arrive; close as graceful "
		"does: shutdown(SHUT_WR), read to the end of the input, close",
		(unsigned long long)cut, (unsigned long long)t->attempted,
		(unsigned long long)t->outcomes[OUTCOME_SHORT],
		(unsigned long long)t->outcomes[OUTCOME_RESET], t_s, missing,
		(double)t->bytes_promised);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "short", (double)t->outcomes[OUTCOME_SHORT]);
	finding_number(findings, "reset", (double)t->outcomes[OUTCOME_RESET]);
	finding_number(findings, "bytes_promised", (double)t->bytes_promised);
	finding_number(findings, "bytes_received", (double)t->bytes_received);
	finding_number(findings, "bytes_missing", missing);
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
