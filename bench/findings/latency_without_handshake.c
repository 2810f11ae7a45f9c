/* latency-without-handshake: wrk's latency begins when a request is written, so with a connection
 * for each request it leaves out the handshake, which a user waits for as well. */
#include "bench/findings/finding.h"

/* From this many connections for each request on, the handshake is a part of what a user waits for.
 */
#define FRESH_LEAST 0.5

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct wrk_report *wrk = &trial->third_party.wrk;
	double opened = (double)figures->opened;
	double mean_us = wrk->latency_us[WRK_MEAN];
	if (!trial->third_party.is_wrk || wrk->requests == 0 || !(figures->rate_per_s > 0) ||
		opened < FRESH_LEAST * (double)wrk->requests || wrk->errors[WRK_CONNECT] > 0)
		return;
	/* Little's law for a closed loop that lost no connection: the time that each takes is the
	 * number of those open / the number opened a second. */
	double each_us = (double)trial->load.connections / figures->rate_per_s * 1e6;
	/* On a busy machine the window's ends can blur more than a handshake takes. */
	if (mean_us >= each_us)
		return;
	finding_add(findings,
		"wrk's latency (mean %.0f us, p50 %.0f, p99 %.0f) begins when a request is written "
		"and so leaves the handshake out, but it opened %.0f connections for %llu "
		"requests: by connections / rate each took %.0f us in all, of which wrk shows "
		"%.0f %%; the builtin loader counts from connect()",
		mean_us, wrk->latency_us[WRK_P50], wrk->latency_us[WRK_P99], opened,
		(unsigned long long)wrk->requests, each_us, 100 * mean_us / each_us);
	finding_number(findings, "latency_us_mean", mean_us);
	finding_number(findings, "latency_us_p50", wrk->latency_us[WRK_P50]);
	finding_number(findings, "latency_us_p99", wrk->latency_us[WRK_P99]);
	finding_number(findings, "opened", opened);
	finding_number(findings, "requests", (double)wrk->requests);
	finding_number(findings, "connection_us_mean", each_us);
}

extern const struct finding_kind finding_latency_without_handshake;
const struct finding_kind finding_latency_without_handshake = {
	.id = "latency-without-handshake",
	.summary = "wrk's latencies leave out the handshake, which a user waits for",
	.cause = "wrk's clock starts when a request is written, not at connect()",
	.cure = "use the builtin loader, which counts from connect()",
	.detect = detect,
};
