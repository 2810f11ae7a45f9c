/* loader-bound: the loader was out of CPU. */
#include "bench/findings/cpu_share.h"

#include <math.h>

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	struct processor processor;
	double threads = (double)trial->load.threads;
	if (threads == 0 || isnan(figures->client_cpu_us) ||
		!processor_is_full(findings, trial, TD_CLIENT, threads, &processor))
		return;
	finding_add(findings,
		"the loader was out of CPU: its %.0f thread%s ran %.0f %% of the time (first at "
		"%.1f s, in %zu of %zu samples), %.1f us a connection, so the rate is the loader's "
		"limit, not the server's; add --threads where there are CPUs",
		threads, threads == 1 ? "" : "s", 100 * processor.median, processor.first_full_t_s,
		processor.full, processor.samples, figures->client_cpu_us);
	processor_fields(findings, &processor, threads, figures->client_cpu_us);
}

extern const struct finding_kind finding_loader_bound;
const struct finding_kind finding_loader_bound = {
	.id = "loader-bound",
	.summary = "the rate is the loader's limit, not the server's",
	.cause = "the loader's threads ran for 95 % of the time or more in most samples",
	.cure = "give the loader more threads where there are CPUs (--threads)",
	.detect = detect,
};
