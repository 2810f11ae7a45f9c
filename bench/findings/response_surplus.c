/* response-surplus: more bytes came behind a response than it announced, before the client asked
 * again. An interim response, a trailer, and all that a response without a length sends, belong to
 * the response and are none. */
#include "bench/findings/finding.h"

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_totals *t = &trial->totals;
	(void)figures;
	if (t->surplus_responses == 0)
		return;
	double t_s = finding_t_s(trial, t->surplus_ns);
	finding_add(findings,
		"the server sent %llu bytes beyond the announced length on %llu of %llu responses "
		"(the first at %.2f s): they are part of no response, are not among the bytes "
		"received, and on a kept connection a client takes them for its next response; "
		"have the handler announce the length of what it sends (Content-Length), or send "
		"it in chunks, and send no body with 204 and 304",
		(unsigned long long)t->surplus_bytes, (unsigned long long)t->surplus_responses,
		(unsigned long long)t->exchanges, t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "bytes", (double)t->surplus_bytes);
	finding_number(findings, "responses", (double)t->surplus_responses);
	finding_number(findings, "of", (double)t->exchanges);
}

extern const struct finding_kind finding_response_surplus;
const struct finding_kind finding_response_surplus = {
	.id = "response-surplus",
	.summary = "bytes came behind the end of responses",
	.cause = "the server sent more than the length that its response announced",
	.cure = "have the handler announce the length of what it sends (Content-Length), or send "
		"it in chunks, and send no body with 204 and 304",
	.detect = detect,
};
