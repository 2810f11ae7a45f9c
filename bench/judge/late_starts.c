#include "bench/judge/late_starts.h"

#include "bench/judge/event_figures.h"
#include "bench/judge/ramp_figures.h"
#include "bench/judge/standstill.h"

#include <stdio.h>

/* With more late starts than this share, the load is not the open loop that was asked for. */
#define STARTS_LATE_SHARE 0.01
/* Of few starts one pause of a busy machine makes one late, or up to so many of four times as many.
 */
#define STARTS_LATE_FEW 3
/* Threads of the loader that run for this share of the time have none left. */
#define LOADER_BUSY 0.9

static bool few_are_late(uint64_t late, uint64_t intended)
{
	return late <= 1 || (late <= STARTS_LATE_FEW && 4 * late <= intended) ||
	       (double)late <= STARTS_LATE_SHARE * (double)intended;
}

/* Late and missed starts are the loader's fault only where it could have begun them: most did not
 * find every connection in use, or its threads had no time to read what would have freed one.
 * Returns whether it is the loader's. */
static bool fault_write(const struct trial *trial, char *text, size_t size)
{
	const struct load_totals *totals = &trial->totals;
	struct standstill still = standstill_of(trial);
	double threads_ns = (double)trial->load.threads * (double)trial->window_ns;
	bool is_busy = threads_ns > 0 && (double)totals->cpu_ns >= LOADER_BUSY * threads_ns;
	bool is_own = is_busy || 2 * (totals->starved + totals->missed_starved) <=
					 totals->late + totals->missed;
	if (is_own)
		snprintf(text, size, "the loader did not keep up (--threads, a lower --rate)");
	else if (still.waiting > 0)
		snprintf(text, size,
			"the server stood still for %.1f s, and every connection waited for it",
			(double)(still.until_ns - still.since_ns) / 1e9);
	else
		snprintf(text, size, "every connection was in use (--connections)");
	return is_own;
}

/* Late starts are what came of something else that broke before: of connect(2) that looks through
 * all ports, or of a server that holds all connections. */
static bool is_late_after_all(const struct trial *trial)
{
	struct ramp_breaks breaks = ramp_breaks_of(trial);
	return breaks.count > 0 && !breaks.list[0].is_of_loader;
}

void late_starts_check(struct reasons *reasons, const struct trial *trial)
{
	const struct load_totals *totals = &trial->totals;
	uint64_t intended = load_totals_intended(totals);
	if (is_late_after_all(trial))
		return;
	if (few_are_late(totals->late + totals->missed, intended))
		return;
	char fault[100];
	if (!fault_write(trial, fault, sizeof(fault)) && event_figures_has_come(trial))
		return;
	reasons_add(reasons,
		"of %llu starts %llu were late by 1 ms or more and %llu were missed: %s",
		(unsigned long long)intended, (unsigned long long)totals->late,
		(unsigned long long)totals->missed, fault);
}
