#include "bench/statistics/power.h"

#include <float.h>
#include <math.h>

/* Even, as Simpson's rule wants. */
#define STEPS 400
/* A density this many of its widths away from its middle is nothing. */
#define WIDTHS 9
#define TURNS_MOST 100
#define MISS_MOST 1e-10
/* Below this share of the values' size, a spread is rounding. */
#define ROUNDING 1e-10

/* The mean's squared error; 0 where it is rounding. */
static double mean_error(const double *values, size_t count)
{
	double n = (double)count, mean = 0, squares = 0, size = 0;
	for (size_t i = 0; i < count; i++)
		mean += values[i] / n;
	for (size_t i = 0; i < count; i++) {
		squares += (values[i] - mean) * (values[i] - mean);
		size = fmax(size, fabs(values[i]));
	}
	double squared = squares / (n - 1) / n;
	return sqrt(squared) <= ROUNDING * size ? 0 : squared;
}

struct welch power_welch(const double *a, size_t a_count, const double *b, size_t b_count)
{
	if (a_count < 2 || b_count < 2)
		return (struct welch){NAN, NAN};
	double of_a = mean_error(a, a_count), of_b = mean_error(b, b_count), both = of_a + of_b;
	/* Welch and Satterthwaite, in shares, since squares of large values are no numbers. */
	double share = both > 0 ? of_a / both : 0.5;
	double inverse = share * share / (double)(a_count - 1) +
			 (1 - share) * (1 - share) / (double)(b_count - 1);
	return (struct welch){sqrt(both), 1 / inverse};
}

struct welch power_paired(const double *differences, size_t count)
{
	if (count < 2)
		return (struct welch){NAN, NAN};
	return (struct welch){sqrt(mean_error(differences, count)), (double)count - 1};
}

static double normal_below(double z)
{
	return erfc(-z / M_SQRT2) / 2;
}

/* The density of s = sqrt(chi-square / freedom), the estimated over the true standard deviation;
 * `scale`: the logarithm of what does not depend on s. */
static double deviation_density(double s, double freedom, double scale)
{
	return s <= 0 ? 0 : exp(scale + (freedom - 1) * log(s) - freedom / 2 * s * s);
}

/* Given s, t is beyond `critical` where a normal value is beyond critical times s: integrated over
 * s by Simpson's rule. */
double power_of(double noncentrality, double critical, double freedom)
{
	double half = freedom / 2, scale = M_LN2 + half * log(half) - lgamma(half);
	double width = WIDTHS / sqrt(2 * freedom);
	double from = fmax(0, 1 - width), to = 1 + width, step = (to - from) / STEPS, sum = 0;
	for (int i = 0; i <= STEPS; i++) {
		double s = from + i * step;
		double told = normal_below(noncentrality - critical * s) +
			      normal_below(-noncentrality - critical * s);
		int weight = i == 0 || i == STEPS ? 1 : i % 2 ? 4 : 2;
		sum += weight * told * deviation_density(s, freedom, scale);
	}
	return sum * step / 3;
}

/* A difference that is told with the chance `wanted`: with this critical value, or where it is NAN,
 * by chance alone. */
struct wanted {
	double chance, critical, freedom;
};

/* How far the chance at x is from the wanted one, as a logarithm: in a tail it falls too fast. */
static double miss(const struct wanted *wanted, double x)
{
	double power = isnan(wanted->critical) ? power_of(0, x, wanted->freedom)
					       : power_of(x, wanted->critical, wanted->freedom);
	return log(fmax(power, DBL_MIN) / wanted->chance);
}

/* The x of that chance, by regula falsi; an end that stays where it is counts half as much each
 * time (Illinois). */
static double solve(const struct wanted *wanted, double high)
{
	double low = 0, at_low = miss(wanted, low), at_high = miss(wanted, high);
	while (at_high * at_low > 0) {
		low = high;
		at_low = at_high;
		high *= 2;
		at_high = miss(wanted, high);
	}
	for (int i = 0; i < TURNS_MOST && fabs(at_high) > MISS_MOST; i++) {
		double x = high - at_high * (high - low) / (at_high - at_low);
		double at_x = miss(wanted, x);
		if (at_x * at_high < 0) {
			low = high;
			at_low = at_high;
		} else
			at_low /= 2;
		high = x;
		at_high = at_x;
	}
	return high;
}

double power_critical_t(double alpha, double freedom)
{
	return solve(&(struct wanted){alpha, NAN, freedom}, 1);
}

/* The noncentrality that is told with the chance POWER_WANTED. */
static double errors_wanted(double critical, double freedom)
{
	return solve(&(struct wanted){POWER_WANTED, critical, freedom}, critical + 1);
}

double power_detectable(const struct welch *welch, double critical)
{
	/* Infinite or not a number is what comes of it, then. */
	if (!isfinite(critical) || !isfinite(welch->error) || !isfinite(welch->freedom))
		return welch->error + critical;
	return errors_wanted(critical, welch->freedom) * welch->error;
}

double power_detectable_again(
	const double *values, size_t count, double alpha, struct power_again *again)
{
	struct welch welch = power_welch(values, count, values, count);
	if (isnan(welch.error))
		return NAN;
	if (again->count != count) {
		double freedom = 2 * (double)count - 2;
		*again = (struct power_again){
			count, errors_wanted(power_critical_t(alpha, freedom), freedom)};
	}
	return again->errors * welch.error;
}
