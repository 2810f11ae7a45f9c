#include "bench/statistics/multiple_comparisons.h"

#include "common/random.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define DEALS 4999
/* Below this share of the values' size, a difference is rounding. */
#define ROUNDING 1e-10

struct side {
	double count, sum, squares, largest;
};

static void side_add(struct side *side, double value, double origin)
{
	if (isnan(value))
		return;
	double centered = value - origin;
	side->count++;
	side->sum += centered;
	side->squares += centered * centered;
	side->largest = fmax(side->largest, fabs(centered));
}

/* The mean's squared error. */
static double side_error(const struct side *side)
{
	double variance = (side->squares - side->sum * side->sum / side->count) / (side->count - 1);
	return fmax(variance, 0) / side->count;
}

/* What is near zero keeps the digits that differ. */
static double origin_of(const double *values, size_t count)
{
	double origin = 0;
	for (size_t i = 0; i < count; i++)
		origin = isnan(values[i]) ? origin : values[i];
	return origin;
}

/* `size`: of the values that these come from. */
static double t_of(double distance, double error, double size)
{
	if (distance <= ROUNDING * size)
		return 0;
	/* The squares' rounding is of the square root of that of the values. */
	return error <= 1e-6 * size ? INFINITY : distance / error;
}

/* Student's t of the differences of pairs. */
static double paired_t(const struct compared_sets *sets, size_t metric, const size_t *order)
{
	size_t pairs = sets->a_count;
	const double *values = sets->values + metric * 2 * pairs;
	struct side differences = {0};
	for (size_t i = 0; i < pairs; i++)
		side_add(&differences, values[order[pairs + i]] - values[order[i]], 0);
	if (differences.count < 2)
		return 0;
	return t_of(fabs(differences.sum / differences.count), sqrt(side_error(&differences)),
		differences.largest);
}

/* Welch's t without its sign; INFINITY where each side is constant and they differ. `order` says
 * which trial stands at which place: the first a_count are A's. */
static double difference_t(const struct compared_sets *sets, size_t metric, const size_t *order)
{
	size_t trials = sets->a_count + sets->b_count;
	const double *values = sets->values + metric * trials;
	struct side sides[2] = {{0}, {0}};
	if (sets->is_paired)
		return paired_t(sets, metric, order);
	double origin = origin_of(values, trials);
	for (size_t i = 0; i < trials; i++)
		side_add(&sides[i >= sets->a_count], values[order[i]], origin);
	if (sides[0].count < 2 || sides[1].count < 2)
		return 0;
	double size = fmax(sides[0].largest, sides[1].largest);
	double distance = fabs(sides[1].sum / sides[1].count - sides[0].sum / sides[0].count);
	return t_of(distance, sqrt(side_error(&sides[0]) + side_error(&sides[1])), size);
}

/* Twins change sides, or not. */
static void pairs_shuffle(size_t *order, size_t pairs, uint64_t *random)
{
	for (size_t i = 0; i < pairs; i++) {
		bool is_swapped = random_below(random, 2) == 1;
		order[i] = is_swapped ? pairs + i : i;
		order[pairs + i] = is_swapped ? i : pairs + i;
	}
}

static void order_shuffle(size_t *order, size_t count, uint64_t *random)
{
	for (size_t left = count; left > 1; left--) {
		size_t other = random_below(random, left), swapped = order[left - 1];
		order[left - 1] = order[other];
		order[other] = swapped;
	}
}

static size_t trials_of(const struct compared_sets *sets)
{
	return sets->a_count + sets->b_count;
}

static double largest_t(
	const struct compared_sets *compared, size_t count, size_t *order, uint64_t *random)
{
	double largest = 0;
	for (size_t m = 0; m < count; m++) {
		if (compared[m].is_paired)
			pairs_shuffle(order, compared[m].a_count, random);
		else
			order_shuffle(order, trials_of(&compared[m]), random);
		for (size_t i = 0; i < compared[m].metrics; i++)
			largest = fmax(largest, difference_t(&compared[m], i, order));
		order += trials_of(&compared[m]);
	}
	return largest;
}

/* `observed` holds every metric's t, strategy after strategy. */
static void count_deal(
	const struct compared_sets *compared, size_t count, const double *observed, double largest)
{
	for (size_t m = 0; m < count; m++)
		for (size_t i = 0; i < compared[m].metrics; i++)
			compared[m].p[i] += largest >= *observed++ * (1 - ROUNDING);
}

static void observe(
	const struct compared_sets *compared, size_t count, size_t *order, double *observed)
{
	for (size_t m = 0; m < count; m++) {
		for (size_t i = 0; i < trials_of(&compared[m]); i++)
			order[i] = i;
		for (size_t i = 0; i < compared[m].metrics; i++) {
			*observed++ = difference_t(&compared[m], i, order);
			compared[m].p[i] = 1; /* what was observed is a deal, too */
		}
		order += trials_of(&compared[m]);
	}
}

static int compare_descending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x < y) - (x > y);
}

/* The share of deals that leave A and B as they are, or swap them whole. */
static double same_share(const struct compared_sets *sets)
{
	if (sets->is_paired)
		return ldexp(2, -(int)sets->a_count);
	double share = sets->a_count == sets->b_count ? 2 : 1;
	for (size_t i = 1; i <= sets->a_count; i++)
		share *= (double)i / (double)(sets->b_count + i);
	return share;
}

/* A p below alpha leaves room for so many deals that differ as much; what was observed is one, and
 * those that deal it again differ as much however large a difference is. `largest` is sorted. */
static double critical_t(const struct compared_sets *sets, const double *largest, double alpha)
{
	double room = ceil(alpha * (DEALS + 1)) - 1 - round(same_share(sets) * DEALS);
	return room < 1 ? INFINITY : largest[(size_t)room - 1];
}

static void deal(struct compared_sets *compared, size_t count, size_t *order, double *observed,
	double *largest, uint64_t *random)
{
	observe(compared, count, order, observed);
	for (int i = 0; i < DEALS; i++) {
		largest[i] = largest_t(compared, count, order, random);
		count_deal(compared, count, observed, largest[i]);
	}
	for (size_t m = 0; m < count; m++)
		for (size_t i = 0; i < compared[m].metrics; i++)
			compared[m].p[i] /= DEALS + 1;
}

int multiple_comparisons_adjust(
	struct compared_sets *compared, size_t count, uint64_t seed, double alpha)
{
	size_t trials = 0, metrics = 0;
	for (size_t m = 0; m < count; m++) {
		trials += trials_of(&compared[m]);
		metrics += compared[m].metrics;
	}
	size_t *order = calloc(trials + 1, sizeof(*order));
	double *observed = calloc(metrics + 1, sizeof(*observed));
	double *largest = calloc(DEALS, sizeof(*largest));
	int result = order && observed && largest ? 0 : -1;
	if (result == 0) {
		deal(compared, count, order, observed, largest, &seed);
		qsort(largest, DEALS, sizeof(*largest), compare_descending);
		for (size_t m = 0; m < count; m++)
			compared[m].critical = critical_t(&compared[m], largest, alpha);
	}
	free(order);
	free(observed);
	free(largest);
	return result;
}
