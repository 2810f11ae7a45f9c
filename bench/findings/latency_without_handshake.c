/* latency-without-handshake: the latency of some loaders begins when a request is written, so with
 * a connection for each request it leaves out the handshake, which a user waits for as well. */
#include "bench/findings/finding.h"

/* From this many connections for each request on, the handshake is a part of what a user waits for.
 */
#define FRESH_LEAST 0.5

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct loader_kind *kind = trial->third_party.kind;
	const struct loader_said *said = &trial->third_party.said;
	double opened = (double)figures->opened;
	char name[LOADER_NAME_SIZE];
	double mean_us = said->latency_us[LOADER_MEAN];
	if (!kind || !kind->latency_from_request || !(said->requests > 0) ||
		!(figures->rate_per_s > 0) || opened < FRESH_LEAST * said->requests ||
		loader_said_errors(said) > 0)
		return;
	/* Little's law for a closed loop that lost no connection: the time that each takes is the
	 * number of those open / the number opened a second. */
	double each_us = (double)trial->load.connections / figures->rate_per_s * 1e6;
	/* On a busy machine the window's ends can blur more than a handshake takes. */
	if (!(mean_us < each_us))
		return;
	finding_add(findings,
		"the latency that %s tells (mean %.0f us) begins when a request is written and so "
		"leaves the handshake out, but it opened %.0f connections for %.0f requests: by "
		"connections / rate each took %.0f us in all, of which it is %.0f %%; the builtin "
		"loader counts from connect()",
		third_party_name(&trial->third_party, name), mean_us, opened, said->requests,
		each_us, 100 * mean_us / each_us);
	finding_number(findings, "latency_us_mean", mean_us);
	finding_number(findings, "latency_us_p50", said->latency_us[LOADER_P50]);
	finding_number(findings, "latency_us_p99", said->latency_us[LOADER_P99]);
	finding_number(findings, "opened", opened);
	finding_number(findings, "requests", said->requests);
	finding_number(findings, "connection_us_mean", each_us);
}

extern const struct finding_kind finding_latency_without_handshake;
const struct finding_kind finding_latency_without_handshake = {
	.id = "latency-without-handshake",
	.summary = "the loader's latencies leave out the handshake, which a user waits for",
	.cause = "the loader's clock starts when a request is written, not at connect()",
	.cure = "use the builtin loader, which counts from connect()",
	.detect = detect,
};
