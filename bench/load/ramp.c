#include "bench/load/ramp.h"

#include "common/clock.h"

#include <errno.h>
#include <math.h>

const char *const ramp_trouble_names[RAMP_TROUBLES] = {
	[RAMP_NO_PORT] = "no-port",
	[RAMP_REFUSED] = "refused",
	[RAMP_CONNECT_ERROR] = "connect-error",
	[RAMP_RESET] = "reset",
	[RAMP_SHORT] = "short",
	[RAMP_TIMED_OUT] = "timed-out",
	[RAMP_UNEXPECTED] = "unexpected",
	[RAMP_STARVED] = "all-in-use",
	[RAMP_LATE] = "loader-late",
};

/* By how much the rate rises in a second. */
static double rise_per_s(const struct ramp *ramp)
{
	return ((double)ramp->last_per_s - (double)ramp->first_per_s) /
	       ((double)ramp->rises_ns / (double)NS_PER_S);
}

double ramp_rate_per_s(const struct ramp *ramp, double passed_ns)
{
	return (double)ramp->first_per_s + rise_per_s(ramp) * passed_ns / (double)NS_PER_S;
}

/* n = first t + rise t^2 / 2, solved for t; in the form that a small rise does not make inexact. */
double ramp_due_ns(const struct ramp *ramp, double connections)
{
	double first = (double)ramp->first_per_s;
	double root = sqrt(first * first + 2 * rise_per_s(ramp) * connections);
	return 2 * connections / (first + root) * (double)NS_PER_S;
}

size_t ramp_step_of(const struct ramp *ramp, uint64_t began_ns, uint64_t due_ns)
{
	double passed = due_ns > began_ns ? (double)(due_ns - began_ns) : 0;
	double step = passed * RAMP_STEPS / (double)ramp->rises_ns;
	return step < RAMP_STEPS ? (size_t)step : RAMP_STEPS - 1;
}

uint32_t ramp_bin(uint64_t ns)
{
	return connect_bin(ns) / 2;
}

uint64_t ramp_bin_ns(uint32_t bin)
{
	return connect_bin_ns(bin * 2 + 2) - 1;
}

enum ramp_trouble ramp_trouble_of(int error)
{
	return error == EADDRNOTAVAIL  ? RAMP_NO_PORT
	       : error == ECONNREFUSED ? RAMP_REFUSED
				       : RAMP_CONNECT_ERROR;
}

void ramp_count_first(struct ramp_count *count, enum ramp_trouble trouble, uint64_t due_ns)
{
	uint64_t *first_ns = &count->first_ns[trouble];
	if (*first_ns == 0 || due_ns < *first_ns)
		*first_ns = due_ns;
}

static void step_add(struct ramp_step *sum, const struct ramp_step *part)
{
	sum->due += part->due;
	sum->completed += part->completed;
	for (size_t i = 0; i < RAMP_TROUBLES; i++)
		sum->met[i] += part->met[i];
	for (size_t i = 0; i < CONNECT_BINS / 2; i++)
		sum->total_bins[i] += part->total_bins[i];
}

void ramp_count_add(struct ramp_count *sum, const struct ramp_count *part)
{
	for (size_t i = 0; i < RAMP_STEPS; i++)
		step_add(&sum->steps[i], &part->steps[i]);
	for (size_t i = 0; i < RAMP_TROUBLES; i++)
		if (part->first_ns[i] > 0)
			ramp_count_first(sum, i, part->first_ns[i]);
}
