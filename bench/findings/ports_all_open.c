/* ports-all-open: open connections of a third-party loader held every port, and none was opened
 * since. A pool that is full looks the same as one that finds no port, and only the loader knows
 * which it is; where that is known, the finding is ports-exhausted. */
#include "bench/findings/finding.h"

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct port_stall *stall = &figures->port_stall;
	if (stall->since_ns == 0 || stall->is_proven)
		return;
	double t_s = finding_t_s(trial, stall->since_ns);
	finding_add(findings,
		"all %llu ports of the client were held from %.2f s on, %llu of them by open "
		"connections, and no connection was opened since: whether its connect() failed, or "
		"it wanted no more, the loader does not say; if it did, widen the range "
		"(--port-range)",
		(unsigned long long)figures->ports_available, t_s,
		(unsigned long long)stall->in_use);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "open", (double)stall->in_use);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(findings, "ports_available", (double)figures->ports_available);
}

extern const struct finding_kind finding_ports_all_open;
const struct finding_kind finding_ports_all_open = {
	.id = "ports-all-open",
	.summary = "open connections held every port of the client, and none was opened since",
	.cause = "a third-party loader that has as many open as there are ports: whether it tried "
		 "to open more, it does not say",
	.cure = "if it did, widen the range (--port-range)",
	.detect = detect,
};
