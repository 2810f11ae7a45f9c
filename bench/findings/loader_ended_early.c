/* loader-ended-early: a third-party loader ended by itself before the time that it was asked
 * to run for. */
#include "bench/findings/finding.h"

#define RAN_MOST 0.9

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_summary *load = &trial->load;
	const struct third_party_report *report = &trial->third_party;
	double ran_s = (double)report->ran_ns / 1e9, asked_s = (double)load->duration_ns / 1e9;
	if (!load->is_third_party || report->stopped || load->total || trial->failure[0] ||
		ran_s > RAN_MOST * asked_s)
		return;
	finding_add(findings,
		"the loader %s after %.2f s of %.2f s, and rates are of that time; give it "
		"{duration_s}, or more to do",
		report->end, ran_s, asked_s);
	finding_number(findings, "t_s", ran_s);
	finding_number(findings, "asked_s", asked_s);
	finding_number(findings, "exit_status", report->exit_status);
}

extern const struct finding_kind finding_loader_ended_early;
const struct finding_kind finding_loader_ended_early = {
	.id = "loader-ended-early",
	.summary = "rates are of a shorter time than was asked for",
	.cause = "the loader's command ended by itself",
	.cure = "tell the command how long to run ({duration_s}), or give it more to do",
	.detect = detect,
};
