/* server-stood-still: for a while no exchange ended, though several were under way, and before or
 * after that they took far less. Why is not known from outside: the server may compute, wait for a
 * lock or a back end, or not call accept(2) while it has as many connections as it allows itself. A
 * process that is stopped by a signal, or never accepts, is another finding. A slow but steady
 * server looks like it; so does a loader that is out of processor time. */
#include "bench/findings/finding.h"
#include "bench/judge/accept_stall.h"
#include "bench/judge/standstill.h"

#include <stdio.h>

static bool is_told_by_another(const struct trial *trial, uint64_t still_ns)
{
	return 2 * trial->server_end.stop_watch.stopped_ns >= still_ns ||
	       accept_stall_of(trial).waiting > 0;
}

static void unaccepted_write(const struct standstill *still, char *text, size_t size)
{
	text[0] = 0;
	if (still->unaccepted >= still->waiting)
		snprintf(text, size, ", all of which waited to be accepted");
	else if (still->unaccepted > 0)
		snprintf(text, size, ", %llu of which waited to be accepted",
			(unsigned long long)still->unaccepted);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char unaccepted[64];
	struct standstill still = standstill_of(trial);
	uint64_t still_ns = still.until_ns - still.since_ns;
	if (still.waiting == 0 || is_told_by_another(trial, still_ns))
		return;
	double t_s = finding_t_s(trial, still.since_ns), still_s = (double)still_ns / 1e9;
	unaccepted_write(&still, unaccepted, sizeof(unaccepted));
	finding_add(findings,
		"the server stood still for %.1f s or more (from %.1f s): no exchange ended, while "
		"%llu or more were under way%s; otherwise half of them took at most %.2f ms; it "
		"used %.0f %% of a CPU meanwhile: find out what it waits for, or computes, then "
		"(its log, its limit of connections, strace, a profile)",
		still_s, t_s, (unsigned long long)still.waiting, unaccepted, still.usual_ms,
		100 * still.server_cpu_share);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "still_s", still_s);
	finding_number(findings, "waiting", (double)still.waiting);
	finding_number(findings, "unaccepted", (double)still.unaccepted);
	finding_number(findings, "usual_ms", still.usual_ms);
	finding_number(findings, "server_cpu_share", still.server_cpu_share);
}

extern const struct finding_kind finding_server_stood_still;
const struct finding_kind finding_server_stood_still = {
	.id = "server-stood-still",
	.summary = "for a while no exchange ended, though several were under way",
	.cause = "the server answers nobody for that time: it computes, waits for a lock or a back "
		 "end, or does not accept while it has as many connections as it allows itself",
	.cure = "find out what the server waits for, or computes, then (its log, its limit of "
		"connections, strace, a profile)",
	.detect = detect,
};
