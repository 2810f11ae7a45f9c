#include "bench/load/schedule.h"

#include "common/clock.h"
#include "common/random.h"

#include <math.h>

static double interval_ns(struct schedule *schedule)
{
	if (schedule->arrivals == ARRIVALS_FIXED)
		return schedule->mean_ns;
	return -schedule->mean_ns * log(random_share(&schedule->random));
}

void schedule_init(struct schedule *schedule, enum arrivals arrivals, uint64_t rate_per_s,
	uint64_t seed, uint32_t worker, uint32_t workers)
{
	*schedule = (struct schedule){.arrivals = arrivals, .random = seed};
	if (arrivals == ARRIVALS_CLOSED)
		return;
	/* Workers of one seed draw from streams of their own. */
	for (uint32_t i = 0; i <= worker; i++)
		schedule->random = random_next(&schedule->random);
	double period_ns = (double)NS_PER_S / (double)rate_per_s;
	schedule->mean_ns = period_ns * workers;
	schedule->next_ns = arrivals == ARRIVALS_FIXED ? period_ns * worker : interval_ns(schedule);
}

void schedule_shift(struct schedule *schedule, double share)
{
	if (schedule->arrivals == ARRIVALS_FIXED)
		schedule->next_ns += share * schedule->mean_ns;
}

void schedule_rise(struct schedule *schedule, const struct ramp *ramp)
{
	schedule->ramp = *ramp;
}

void schedule_begin(struct schedule *schedule, uint64_t now_ns)
{
	schedule->began_ns = now_ns;
}

/* As many connections were due by next_ns at the first rate as by then at the one that rises. */
static double next_ns(const struct schedule *schedule)
{
	const struct ramp *ramp = &schedule->ramp;
	if (ramp->rises_ns == 0)
		return schedule->next_ns;
	return ramp_due_ns(ramp, schedule->next_ns * (double)ramp->first_per_s / (double)NS_PER_S);
}

uint64_t schedule_due_ns(const struct schedule *schedule)
{
	return schedule_is_open(schedule) ? schedule->began_ns + (uint64_t)next_ns(schedule) : 0;
}

void schedule_advance(struct schedule *schedule)
{
	if (schedule_is_open(schedule))
		schedule->next_ns += interval_ns(schedule);
}

uint64_t schedule_skip(struct schedule *schedule, uint64_t before_ns, uint64_t limit)
{
	uint64_t skipped = 0;
	while (schedule_is_open(schedule) && skipped < limit &&
		schedule_due_ns(schedule) < before_ns) {
		schedule_advance(schedule);
		skipped++;
	}
	return skipped;
}
