/* loader-ended-early: a third-party loader ended by itself before the time that it was asked
 * to run for. */
#include "bench/findings/finding.h"
#include "bench/judge/unanswered.h"

#include <stdio.h>

#define RAN_MOST 0.9
/* A loader whose start takes this share of its time may count it as time of its load. */
#define STARTUP_LONG 0.1

/* One that was told how long to run has {duration_s} already. */
static const char *cure_of(const struct trial *trial, const struct figures *figures)
{
	const struct third_party_report *report = &trial->third_party;
	if (unanswered_is_all(trial, figures))
		return "none of its requests was answered: see why (its own output, the server's "
		       "log), before it is given more to do";
	if (trial->load.overtime_ns == 0)
		return "give it {duration_s}, or more to do";
	if ((double)report->ran_ns > RAN_MOST * (double)trial->load.duration_ns)
		return "it has {duration_s}, and counts its start in: ask for longer (--duration)";
	return "it has {duration_s}, and did not run for so long: give it more to do";
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_summary *load = &trial->load;
	const struct third_party_report *report = &trial->third_party;
	double ran_s = (double)(report->ran_ns - report->startup_ns) / 1e9;
	double asked_s = (double)load->duration_ns / 1e9;
	char started[80] = "";
	if (!load->is_third_party || load->is_proxy || report->stopped || load->total ||
		trial->failure[0] || ran_s > RAN_MOST * asked_s)
		return;
	if ((double)report->startup_ns > STARTUP_LONG * (double)report->ran_ns)
		snprintf(started, sizeof(started), " of load, which began %.2f s after its start",
			(double)report->startup_ns / 1e9);
	finding_add(findings,
		"the loader %s after %.2f s of %.2f s%s, and rates are of that time; %s",
		report->end, ran_s, asked_s, started, cure_of(trial, figures));
	finding_number(findings, "t_s", ran_s);
	if (report->startup_ns > 0)
		finding_number(findings, "startup_s", (double)report->startup_ns / 1e9);
	finding_number(findings, "asked_s", asked_s);
	finding_number(findings, "exit_status", report->exit_status);
}

extern const struct finding_kind finding_loader_ended_early;
const struct finding_kind finding_loader_ended_early = {
	.id = "loader-ended-early",
	.summary = "rates are of a shorter time than was asked for",
	.cause = "the loader's command ended by itself",
	.cure = "where no request was answered, see why; else tell the command how long to run "
		"({duration_s}), give it more to do, or ask for longer (--duration)",
	.detect = detect,
};
