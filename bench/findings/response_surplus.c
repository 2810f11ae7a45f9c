/* response-surplus: more bytes came behind a response than it announced, before the client asked
 * again. An interim response, a trailer, and all that a response without a length sends, belong to
 * the response and are none. Of a third party's load the packets tell, where the server's last
 * response has a length and announces the close, so that no other can follow: what lies between its
 * end and the FIN. An answer to HEAD looks like it, but has less than it announces. */
#include "bench/findings/finding.h"

#define CURE                                                                                       \
	"have the handler announce the length of what it sends (Content-Length), or send it in "   \
	"chunks, and send no body with 204 and 304"

/* Of those whose heads were seen: it is no sample of all. */
static void packets_tell(struct findings *findings, const struct trial *trial)
{
	const struct response_surplus *surplus = &trial->packet_tap.counts.responses.surplus;
	double t_s = finding_t_s(trial, surplus->first_ns);
	if (surplus->longer == 0)
		return;
	finding_add(findings,
		"the server sent %llu bytes beyond the announced length on %llu of %llu "
		"connections "
		"seen whose last response had one and announced the close (the first at %.2f s): "
		"they are part of no response, and on a kept connection a client takes such bytes "
		"for its next response; " CURE,
		(unsigned long long)surplus->more_bytes, (unsigned long long)surplus->longer,
		(unsigned long long)surplus->closed, t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "bytes", (double)surplus->more_bytes);
	finding_number(findings, "connections", (double)surplus->longer);
	finding_number(findings, "seen", (double)surplus->closed);
}

static void loader_tells(struct findings *findings, const struct load_totals *t, double t_s)
{
	finding_add(findings,
		"the server sent %llu bytes beyond the announced length on %llu of %llu responses "
		"(the first at %.2f s): they are part of no response, are not among the bytes "
		"received, and on a kept connection a client takes them for its next "
		"response; " CURE,
		(unsigned long long)t->surplus_bytes, (unsigned long long)t->surplus_responses,
		(unsigned long long)t->exchanges, t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "bytes", (double)t->surplus_bytes);
	finding_number(findings, "responses", (double)t->surplus_responses);
	finding_number(findings, "of", (double)t->exchanges);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_totals *t = &trial->totals;
	(void)figures;
	if (trial->load.is_third_party)
		packets_tell(findings, trial);
	else if (t->surplus_responses > 0)
		loader_tells(findings, t, finding_t_s(trial, t->surplus_ns));
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
