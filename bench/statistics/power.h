/* How small a difference two sets of trials could have shown: the minimal detectable effect of
 * Welch's t test at a power of 80 %, from the trials' own spread. Cohen, "Statistical Power
 * Analysis for the Behavioral Sciences", 2nd edition, 1988, chapter 2; R's power.t.test(strict =
 * TRUE) gives the same figures for two sets of one size. Where t must exceed `critical`, a true
 * difference of d standard errors is told with the chance that noncentral t, with d as its
 * noncentrality, lies beyond `critical` on either side. */
#ifndef BENCH_STATISTICS_POWER_H
#define BENCH_STATISTICS_POWER_H

#include <stddef.h>

/* Of 100 comparisons in which there is such a difference, how many tell it. */
#define POWER_WANTED 0.8

/* What Welch's t divides by, and its degrees of freedom: 3 at least, or the integral is too coarse.
 */
struct welch {
	double error, freedom;
};

/* NAN where a side has fewer than two values; error 0 where each side is constant, but for
 * rounding. */
struct welch power_welch(const double *a, size_t a_count, const double *b, size_t b_count);

/* The same of the differences of pairs, b[i] less a[i]: Student's t of their mean. */
struct welch power_paired(const double *differences, size_t count);

/* The t that is exceeded, on either side, with the chance `alpha` where nothing differs. */
double power_critical_t(double alpha, double freedom);

/* The chance that a difference of `noncentrality` standard errors is told. */
double power_of(double noncentrality, double critical, double freedom);

/* The difference, in the values' unit, that is told with the chance POWER_WANTED. INFINITY where
 * `critical` is: then none is told, however large. NAN where the spread is not known. */
double power_detectable(const struct welch *welch, double critical);

/* The same against another set of as many values with the same spread. `again` keeps what depends
 * on their number alone, for the next call; all zero at first. */
struct power_again {
	size_t count;
	double errors; /* the difference, in standard errors */
};
double power_detectable_again(
	const double *values, size_t count, double alpha, struct power_again *again);

#endif
