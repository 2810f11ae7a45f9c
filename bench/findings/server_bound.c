/* server-bound: the server was out of CPU. */
#include "bench/findings/cpu_share.h"

#include <math.h>

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	struct processor processor;
	double threads = (double)trial->server.threads;
	if (threads == 0 || isnan(figures->server_cpu_us) ||
		!processor_is_full(findings, trial, TD_SERVER, threads, &processor))
		return;
	finding_add(findings,
		"the server was out of CPU: its %.0f thread%s ran %.0f %% of the time (first at "
		"%.1f s, in %zu of %zu samples), %.1f us a connection, so latency is mostly "
		"waiting for it; add --server-threads, or offer less",
		threads, threads == 1 ? "" : "s", 100 * processor.median, processor.first_full_t_s,
		processor.full, processor.samples, figures->server_cpu_us);
	processor_fields(findings, &processor, threads, figures->server_cpu_us);
}

extern const struct finding_kind finding_server_bound;
const struct finding_kind finding_server_bound = {
	.id = "server-bound",
	.summary = "latency is mostly waiting for the server",
	.cause = "the server's threads ran for 95 % of the time or more in most samples",
	.cure = "give the server more threads (--server-threads), or offer less load (--rate)",
	.detect = detect,
};
