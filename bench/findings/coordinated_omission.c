/* coordinated-omission: a closed loop asks a slow server less often, so its tail latency leaves out
 * what clients that come at a constant rate would have waited. Only a closed loop has the corrected
 * latencies. */
#include "bench/findings/finding.h"

/* A p99 that the correction makes longer by less than this factor is an ordinary spread. */
#define OMISSION_FACTOR 1.5
/* Fewer exchanges leave less than ten beyond the p99; in a shorter time one pause of the host's is
 * as long as a stall. */
#define EXCHANGES_LEAST 1000
#define WINDOW_LEAST_NS 1000000000

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct load_totals *totals = &trial->totals;
	const struct histogram *corrected = totals->latencies[LATENCY_CORRECTED];
	const struct histogram *measured = totals->latencies[LATENCY_TOTAL];
	if (!corrected || histogram_count(corrected) == 0)
		return;
	if (histogram_count(measured) < EXCHANGES_LEAST || trial->window_ns < WINDOW_LEAST_NS)
		return;
	/* After a failed connect() the loader waits by itself, not for the server. */
	if (totals->outcomes[OUTCOME_CONNECT_ERROR] > 0)
		return;
	double p99_us = (double)histogram_quantile(measured, 0.99) / 1e3;
	double corrected_us = (double)histogram_quantile(corrected, 0.99) / 1e3;
	if (corrected_us < OMISSION_FACTOR * p99_us)
		return;
	finding_add(findings,
		"in this closed loop 99 %% of exchanges took at most %.2f ms, but while the server "
		"was slow it was asked less often: for clients that come at the same rate "
		"throughout it is about %.2f ms (corrected); for the tail, measure with --rate",
		p99_us / 1e3, corrected_us / 1e3);
	finding_number(findings, "total_us_p99", p99_us);
	finding_number(findings, "total_corrected_us_p99", corrected_us);
	finding_number(findings, "exchanges", (double)histogram_count(measured));
	finding_number(findings, "exchanges_per_s", figures->exchanges_per_s);
}

extern const struct finding_kind finding_coordinated_omission;
const struct finding_kind finding_coordinated_omission = {
	.id = "coordinated-omission",
	.summary = "the p99 is shorter than clients that come at a constant rate would see",
	.cause = "in a closed loop a slow server is asked less often",
	.cure = "measure the tail in an open loop (--rate)",
	.detect = detect,
};
