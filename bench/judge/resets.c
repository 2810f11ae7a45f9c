#include "bench/judge/resets.h"

#include <math.h>

uint64_t resets_of_load(const struct end_figures *end, uint64_t count)
{
	return count > end->others.resets ? count - end->others.resets : 0;
}

uint64_t resets_without_fin(const uint64_t sent[])
{
	return sent[RESET_OPEN] + sent[RESET_ACROSS_FIN] + sent[RESET_BEHIND_OTHER_FIN];
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

/* The kernel counts resets by their reason, and packets tell which had no byte of an answer in
 * front of them. Each that had one may be of the reason that is counted: what is counted beyond
 * those had none. */
static struct estimate unanswered_of(
	const struct trial *trial, const struct figures *figures, double counted, uint64_t seen)
{
	const struct first_closer_counts *counts = &trial->packet_tap.counts;
	uint64_t sent = 0, unanswered = counts->leaving.reset_unanswered;
	for (int phase = 0; phase < RESET_PHASES; phase++)
		sent += counts->at_server.resets_sent[phase];
	struct estimate answered =
		estimate_of(trial, figures, sent > unanswered ? sent - unanswered : 0);
	struct estimate found = estimate_of(trial, figures, seen);
	if (counted - answered.most < 1)
		return (struct estimate){.is_exact = found.is_exact};
	found.spread = hypot(found.spread, answered.spread);
	found.count = fmin(found.count, counted - answered.count);
	return found;
}

struct estimate resets_unanswered_unread(const struct trial *trial, const struct figures *figures)
{
	const struct end_figures *server = &figures->server;
	return unanswered_of(trial, figures,
		(double)resets_of_load(server, server->counters.abort_on_close),
		trial->packet_tap.counts.leaving.reset_asked);
}

struct estimate resets_unanswered_chosen(
	const struct trial *trial, const struct figures *figures, const struct estimate *chosen)
{
	struct estimate unread = resets_unanswered_unread(trial, figures);
	uint64_t seen = trial->packet_tap.counts.leaving.reset_unanswered;
	struct estimate found = unanswered_of(trial, figures, chosen->count, seen);
	double rest = estimate_of(trial, figures, seen).count - unread.count;
	found.count = fmax(0, fmin(found.count, rest));
	return found;
}
