#include "bench/judge/ramp_figures.h"

#include <math.h>
#include <stdlib.h>

#define LATENCY "latency"
#define LATENCY_FACTOR 5
#define LATENCY_LEAST_NS LOAD_TOTALS_LATE_NS
#define LATENCY_PARTS 3
#define LATE_PARTS 2
/* Of the starts of a part; and so many are one pause of a busy machine. */
#define LATE_SHARE 0.05
#define LATE_FEW 3
/* Of the first parts together, and of one. */
#define REFERENCE_RESPONSES 100
#define PART_RESPONSES 20

bool ramp_was_asked(const struct trial *trial)
{
	return trial->load.ramp.rises_ns > 0;
}

static bool is_counted(const struct trial *trial)
{
	return ramp_was_asked(trial) && !trial->load.is_third_party;
}

double ramp_rate_at(const struct trial *trial, double t_s)
{
	const struct ramp *ramp = &trial->load.ramp;
	return fmin(ramp_rate_per_s(ramp, t_s * 1e9), (double)ramp->last_per_s);
}

static uint64_t responses_of(const struct ramp_step *step)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < CONNECT_BINS / 2; i++)
		sum += step->total_bins[i];
	return sum;
}

static uint64_t p99_of(const struct ramp_step *step)
{
	uint64_t all = responses_of(step), passed = 0;
	uint32_t bin = 0;
	for (; bin < CONNECT_BINS / 2; bin++) {
		passed += step->total_bins[bin];
		if (passed * 100 >= all * 99)
			break;
	}
	return ramp_bin_ns(bin);
}

uint64_t ramp_step_p99_ns(const struct ramp_step *step)
{
	return responses_of(step) < PART_RESPONSES ? 0 : p99_of(step);
}

/* Adds the first parts to one; returns how many it took, or RAMP_STEPS: there are too few responses
 * to tell. */
static size_t reference_of(const struct ramp_count *count, struct ramp_step *reference)
{
	size_t taken = 0;
	while (taken < RAMP_STEPS && responses_of(reference) < REFERENCE_RESPONSES) {
		const uint64_t *bins = count->steps[taken++].total_bins;
		for (uint32_t i = 0; i < CONNECT_BINS / 2; i++)
			reference->total_bins[i] += bins[i];
	}
	return taken;
}

/* The first part from which latency has left to the end; RAMP_STEPS: none. */
static size_t latency_left(const struct ramp_count *count)
{
	struct ramp_step reference = {0};
	size_t from = reference_of(count, &reference), left = RAMP_STEPS, parts = 0;
	uint64_t most_ns = LATENCY_FACTOR * p99_of(&reference);
	most_ns = most_ns > LATENCY_LEAST_NS ? most_ns : LATENCY_LEAST_NS;
	for (size_t i = RAMP_STEPS; i-- > from;) {
		uint64_t p99_ns = ramp_step_p99_ns(&count->steps[i]);
		if (p99_ns == 0)
			continue;
		if (p99_ns <= most_ns)
			break;
		left = i;
		parts++;
	}
	return parts >= LATENCY_PARTS ? left : RAMP_STEPS;
}

static bool is_late(const struct ramp_step *step)
{
	uint64_t late = step->met[RAMP_LATE];
	return late > LATE_FEW && (double)late > LATE_SHARE * (double)step->due;
}

/* The same of the loader that fell behind, up to `end`. */
static size_t loader_left(const struct ramp_count *count, size_t end)
{
	size_t left = end;
	while (left > 0 && is_late(&count->steps[left - 1]))
		left--;
	return left + LATE_PARTS <= end ? left : RAMP_STEPS;
}

/* From where on connect(2) looks through all ports in vain, for which the loader is late. */
static size_t ports_left(const struct trial *trial)
{
	uint64_t first_ns = trial->totals.ramp.first_ns[RAMP_NO_PORT];
	return first_ns > 0 ? ramp_step_of(&trial->load.ramp, trial->started_ns, first_ns)
			    : RAMP_STEPS;
}

static uint64_t met_in_all(const struct ramp_count *count, enum ramp_trouble trouble)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < RAMP_STEPS; i++)
		sum += count->steps[i].met[trouble];
	return sum;
}

static void break_add(struct ramp_breaks *breaks, const struct trial *trial, struct ramp_break one)
{
	one.rate_per_s = ramp_rate_at(trial, one.t_s);
	breaks->list[breaks->count++] = one;
}

static double step_t_s(const struct trial *trial, size_t step)
{
	return (double)trial->load.ramp.rises_ns / 1e9 * (double)step / RAMP_STEPS;
}

/* A loader that is late makes latency long, since that counts from when a response was due. */
static int earlier_first(const void *a, const void *b)
{
	const struct ramp_break *x = a, *y = b;
	if (x->t_s == y->t_s)
		return y->is_of_loader - x->is_of_loader;
	return x->t_s > y->t_s ? 1 : -1;
}

struct ramp_breaks ramp_breaks_of(const struct trial *trial)
{
	struct ramp_breaks breaks = {.count = 0};
	const struct ramp_count *count = &trial->totals.ramp;
	if (!is_counted(trial))
		return breaks;
	for (size_t i = 0; i < RAMP_TROUBLES; i++)
		if (i != RAMP_LATE && count->first_ns[i] > 0)
			break_add(&breaks, trial,
				(struct ramp_break){.what = ramp_trouble_names[i],
					.t_s = ((double)count->first_ns[i] -
						       (double)trial->started_ns) /
					       1e9,
					.connections = met_in_all(count, i)});
	size_t left = latency_left(count), late = loader_left(count, ports_left(trial));
	if (left < RAMP_STEPS)
		break_add(&breaks, trial,
			(struct ramp_break){.what = LATENCY, .t_s = step_t_s(trial, left)});
	if (late < RAMP_STEPS)
		break_add(&breaks, trial,
			(struct ramp_break){.what = ramp_trouble_names[RAMP_LATE],
				.is_of_loader = true,
				.t_s = step_t_s(trial, late),
				.connections = met_in_all(count, RAMP_LATE)});
	qsort(breaks.list, breaks.count, sizeof(breaks.list[0]), earlier_first);
	return breaks;
}

struct ramp_figures ramp_figures_of(const struct trial *trial)
{
	struct ramp_breaks breaks = ramp_breaks_of(trial);
	if (!is_counted(trial))
		return (struct ramp_figures){NAN};
	if (breaks.count > 0)
		return (struct ramp_figures){breaks.list[0].rate_per_s};
	return (struct ramp_figures){(double)trial->load.ramp.last_per_s};
}

const char *ramp_break_word(size_t i)
{
	return i == 0 ? LATENCY : i <= RAMP_TROUBLES ? ramp_trouble_names[i - 1] : NULL;
}
