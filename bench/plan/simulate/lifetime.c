#include "bench/plan/simulate/lifetime.h"

#include "common/random.h"

#include <math.h>
#include <stdlib.h>

/* What is left of a distribution and not worth a cell. */
#define TAIL 1e-12

/* The shortest lifetime of a Pareto distribution with that mean. */
static double pareto_least(const struct simulation_input *input)
{
	return input->lifetime_s * (input->pareto_shape - 1) / input->pareto_shape;
}

/* The integral of the distribution function from 0 to x: the chance to end within a step is its
 * mean over the places of the step where a connection can begin. */
static double integral(const struct simulation_input *input, double x)
{
	double mean = input->lifetime_s, shape = input->pareto_shape, least;
	switch (input->lifetimes) {
	case LIFETIMES_EXPONENTIAL:
		return x + mean * expm1(-x / mean);
	case LIFETIMES_PARETO:
		least = pareto_least(input);
		if (x <= least)
			return 0;
		return x - least - least / (shape - 1) * (1 - pow(least / x, shape - 1));
	case LIFETIMES_FIXED:
		break;
	}
	return fmax(0, x - mean);
}

int lifetime_init(struct alias *alias, const struct simulation *simulation)
{
	double step = simulation->step_s, before = 0, ended = 0;
	double *weights = calloc((size_t)simulation->steps + 1, sizeof(*weights));
	size_t count = 0;
	*alias = (struct alias){0};
	if (!weights)
		return -1;
	while (count < simulation->steps && ended < 1 - TAIL) {
		double from = (double)count * step;
		double by = (integral(simulation->input, from + step) -
				    integral(simulation->input, from)) /
			    step;
		weights[count++] = fmax(0, by - before);
		before = ended = by;
	}
	weights[count++] = fmax(0, 1 - ended);
	int result = alias_init(alias, 0, weights, count);
	free(weights);
	return result;
}

double lifetime_draw(const struct simulation_input *input, uint64_t *random)
{
	switch (input->lifetimes) {
	case LIFETIMES_EXPONENTIAL:
		return -log(random_share(random)) * input->lifetime_s;
	case LIFETIMES_PARETO:
		return pareto_least(input) * pow(random_share(random), -1 / input->pareto_shape);
	case LIFETIMES_FIXED:
		break;
	}
	return input->lifetime_s;
}
