/* closed-unasked: the server ended connections with a FIN before a byte of a request had come, and
 * had sent none: it took them and closed them at once, as nginx does when worker_connections are
 * not enough. What the client sends then meets a closed socket, and a RST. Known from the numbers
 * of both FINs and from that RST. A server that ends idle connections looks like it where the
 * client never asks; so it is told only where requests failed, as the load itself says. */
#include "bench/findings/finding.h"
#include "bench/judge/estimate.h"

/* What the load says of its own failures. */
static double failed_of(const struct trial *trial)
{
	const uint64_t *outcomes = trial->totals.outcomes;
	return trial->load.is_third_party
		       ? loader_said_errors(&trial->third_party.said)
		       : (double)(outcomes[OUTCOME_SHORT] + outcomes[OUTCOME_RESET]);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct leaving_counts *leaving = &trial->packet_tap.counts.leaving;
	struct estimate closed = estimate_of(trial, figures, leaving->closed_unasked);
	double failed = failed_of(trial);
	char count[ESTIMATE_TEXT_SIZE];
	if (leaving->closed_unasked == 0 || !(failed > 0))
		return;
	double t_s = finding_t_s(trial, leaving->unasked_first_ns);
	finding_add(findings,
		"the server closed %s of %llu connections, with a FIN and no byte, before a byte "
		"of a request had come (the first at %.2f s); the request met a closed socket: "
		"%.0f of the load's %s failed; look, in the server's log, for a limit of "
		"connections (nginx: worker_connections), or for a close(2) right behind "
		"accept(2)",
		estimate_text(&closed, count), (unsigned long long)figures->opened, t_s, failed,
		trial->load.is_third_party ? "reads and writes" : "connections");
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "closed", closed.count);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "failed", failed);
	finding_word(findings, "known_by", closed.is_exact ? "all" : "share");
}

extern const struct finding_kind finding_closed_unasked;
const struct finding_kind finding_closed_unasked = {
	.id = "closed-unasked",
	.summary = "the server closed connections before a request had come, and requests failed",
	.cause = "the server accepts a connection and closes it at once: it has a limit of "
		 "connections, or something in front of its handler refuses them",
	.cure = "look in the server's log for a limit of connections (nginx: "
		"worker_connections), or for a close(2) right behind accept(2)",
	.detect = detect,
};
