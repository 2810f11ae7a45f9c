/* skeleton: the manual for writing a finding. Copy this file, name it for what happened, and
 * say here what a trial looks like that has it, what looks like it and is not, and which kernel
 * file or RFC section the fact is from.
 *
 * A finding is a pure function of the record of a trial (bench/trial) and of the figures that are
 * made of it (bench/judge/figures.h): it measures nothing, prints nothing and keeps no state. So a
 * made-up record tests it.
 *
 *  - Look for the sample or the counter that shows it. No finding without one.
 *  - A figure may be unknown (figures.h says which): then it is NAN, and every comparison with NAN
 *    is false. Compare so that false means no finding.
 *  - Say what happened with its numbers, then, behind a semicolon, what to do about it: one
 * sentence that a reader understands who sees nothing else.
 *  - Give every number of the sentence as a field, too; "t_s" is when it began.
 *
 * Then add the file to bench/findings/meson.build, a line to bench/findings/registry.c (the place
 * is the harm that it does), and to tests/unit/bench/findings/ a record that has the finding and
 * two that look like it and have not: the test refuses a kind without them. This file is compiled
 * and tested, but not listed. */
#include "bench/findings/finding.h"

#define RESETS_LEAST 0.5

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	double resets = figures->resets_per_connection;
	if (!(resets >= RESETS_LEAST))
		return;
	double t_s = finding_first_seen_t_s(trial, TD_SERVER, offsetof(struct counters, out_rsts));
	finding_add(findings,
		"%.2f RST were sent a connection, the server's first at %.1f s; close with a FIN",
		resets, t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "resets_per_connection", resets);
}

extern const struct finding_kind finding_skeleton;
const struct finding_kind finding_skeleton = {
	.id = "skeleton",
	.summary = "what a trial that has this finding shows",
	.cause = "what makes it happen",
	.cure = "what to do about it, with the option that does it (--option)",
	.detect = detect,
};
