#include "bench/report/html/markup/scale.h"

#include <math.h>

/* Steps between the ticks of a linear scale that ends on one. */
#define STEPS 4
/* Powers of ten from one over this to this are doubles. */
#define POWER_MOST 307

/* The least of 1, 2, 2.5, 5 and 10 times a power of ten that is at least `least`. */
static double step_of(double least)
{
	static const double steps[] = {1, 2, 2.5, 5, 10};
	double power = pow(10, floor(log10(least)));
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i] * power >= least * (1 - 1e-9))
			return steps[i] * power;
	return 10 * power;
}

struct scale scale_linear(double most, double from, double to)
{
	if (!(most > 0) || !isfinite(most))
		most = 1;
	double step = step_of(most / STEPS);
	return (struct scale){.high = step * ceil(most / step - 1e-9), .from = from, .to = to};
}

struct scale scale_logarithmic(double least, double most, bool is_cut, double from, double to)
{
	if (!(least > 0) || !isfinite(least))
		least = 1;
	if (!(most >= least) || !isfinite(most))
		most = least;
	double low = floor(log10(least)), high = is_cut ? log10(most) : ceil(log10(most));
	/* Both powers are numbers, and the lower one is not 0. */
	low = fmax(-POWER_MOST, fmin(low, POWER_MOST - 1));
	high = fmin(fmax(high, low + 1), POWER_MOST);
	return (struct scale){.is_logarithmic = true,
		.low = pow(10, low),
		.high = pow(10, high),
		.from = from,
		.to = to};
}

double scale_place(const struct scale *scale, double value)
{
	double share = 0;
	if (scale->is_logarithmic && value > 0)
		share = log(value / scale->low) / log(scale->high / scale->low);
	else if (!scale->is_logarithmic)
		share = (value - scale->low) / (scale->high - scale->low);
	share = share > 1 ? 1 : share > 0 ? share : 0; /* a NAN, too, is 0 */
	return scale->from + share * (scale->to - scale->from);
}

static size_t decades(const struct scale *scale, size_t wanted, double ticks[SCALE_TICKS_MAX])
{
	size_t count = 0;
	int low = (int)lround(log10(scale->low));
	int high = (int)floor(log10(scale->high) + 1e-9);
	int every = 1 + (high - low) / (int)(wanted < 1 ? 1 : wanted);
	for (int power = low; power <= high && count < SCALE_TICKS_MAX; power += every)
		ticks[count++] = pow(10, power);
	return count;
}

size_t scale_ticks(const struct scale *scale, size_t wanted, double ticks[SCALE_TICKS_MAX])
{
	if (scale->is_logarithmic)
		return decades(scale, wanted, ticks);
	size_t count = 0;
	double step = step_of((scale->high - scale->low) / (double)(wanted < 1 ? 1 : wanted));
	while (count < SCALE_TICKS_MAX) {
		double tick = scale->low + (double)count * step;
		if (tick > scale->high * (1 + 1e-9))
			break;
		ticks[count++] = tick;
	}
	return count;
}
