#include "bench/judge/time_wait_made.h"

#include <math.h>
#include <stddef.h>

const char *const time_wait_known_by_words[] = {
	[KNOWN_BY_COUNTERS] = "counters",
	[KNOWN_BY_PACKETS] = "packets",
	[KNOWN_BY_ESTIMATE] = "estimate",
	[KNOWN_BY_NOTHING] = "nothing",
	NULL,
};

static uint64_t at_least_zero(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t greater(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static double between(uint64_t least, double value, uint64_t most)
{
	return fmin(fmax(value, (double)least), (double)most);
}

/* What packets say is true of each connection. What they do not show is what the kernel skipped at
 * its cap, and what the counters say bounds that. */
static void count_set(struct time_wait_made *made, const struct time_wait_evidence *evidence)
{
	double seen = (double)evidence->seen.time_wait;
	/* What was there at one instant came to be. */
	uint64_t least = greater(made->least, lesser(evidence->peak, made->most));
	if (made->least == made->most) {
		made->known_by = KNOWN_BY_COUNTERS;
		made->count = (double)made->most;
	} else if (evidence->judged_all) {
		made->known_by = KNOWN_BY_PACKETS;
		made->count = between(least, seen, made->most);
	} else if (evidence->judged > 0) {
		double scale = (double)evidence->opened / (double)evidence->judged;
		made->known_by = KNOWN_BY_ESTIMATE;
		made->count = between(least, round(seen * scale), made->most);
	} else {
		made->known_by = KNOWN_BY_NOTHING;
		made->count = NAN;
	}
}

/* An orphan that expired leaves a trace: a FIN that came too late, or a socket that the other end
 * has open still. Data and resets also kill sockets that the kernel has not counted as orphans, and
 * a FIN also comes too late for others; with traces of both, only counts that add up tell which
 * were which. */
static void end_of_orphans_set(
	struct time_wait_made *made, const struct time_wait_evidence *evidence)
{
	bool is_exact = made->known_by == KNOWN_BY_COUNTERS || evidence->judged_all;
	double killed = (double)(evidence->seen.killed_by_data + evidence->seen.killed_by_reset);
	double expired = (double)(evidence->seen.expired + evidence->other_open);
	made->unfinished = made->killed = made->expired = NAN;
	if (!is_exact)
		return;
	made->unfinished = (double)made->most - made->count;
	if (made->unfinished == 0 || (expired == 0 && killed > 0))
		made->killed = made->unfinished;
	else if (killed == 0 && expired > 0)
		made->killed = 0;
	else if (evidence->abort_on_data == 0 && killed + expired == made->unfinished)
		made->killed = killed;
	made->expired = made->unfinished - made->killed;
}

struct time_wait_made time_wait_made_of(const struct time_wait_evidence *evidence)
{
	uint64_t most = at_least_zero(evidence->counted, evidence->waiting);
	uint64_t doubtful = lesser(most, evidence->resets + evidence->other_open);
	struct time_wait_made made = {.least = most - doubtful, .most = most};
	count_set(&made, evidence);
	end_of_orphans_set(&made, evidence);
	return made;
}
