#include "bench/judge/resets.h"

#include <math.h>

uint64_t resets_of_load(const struct end_figures *end, uint64_t count)
{
	return count > end->others.resets ? count - end->others.resets : 0;
}

double resets_beside_fin(const struct trial *trial, const struct figures *figures)
{
	const struct first_closer_counts *counts = &trial->packet_tap.counts;
	double opened = (double)figures->opened, judged = (double)counts->connections;
	double seen = (double)counts->at_server.reset_beside_fin;
	return judged > 0 && judged < opened ? ceil(seen * opened / judged) : seen;
}

uint64_t resets_on_timeout(const struct figures *figures)
{
	uint64_t all = figures->server.counters.abort_on_timeout;
	uint64_t others = figures->server.others.attempted;
	return all > others ? all - others : 0;
}
