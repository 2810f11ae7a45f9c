#include "bench/plan/connect_step.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Of 2,000 ports a walk through half of them makes connect(2) several times slower. */
#define FACTOR_LEAST 2
/* Of fewer times on a side a busy machine may have made all of them longer. */
#define TIMES_LEAST 10

/* Logarithms: a time that is many times longer than the others is one among many. */
struct times {
	double *log_us;
	uint64_t *at_ns;
	size_t count;
};

static void times_take(struct times *times, const struct trial *trial)
{
	uint64_t end_ns = trial->totals.no_port_ns;
	for (size_t i = 0; i < trial->sample_count; i++) {
		const struct sample *sample = &trial->samples[i];
		uint64_t p50_ns = sample->progress.connect_p50_ns;
		if (p50_ns == 0 || (end_ns && sample->at_ns > end_ns))
			continue;
		times->log_us[times->count] = log((double)p50_ns / 1e3);
		times->at_ns[times->count++] = sample->at_ns;
	}
}

/* The sum of squared distances from two means is least where the difference of the means, weighed
 * by how many times each side has, is greatest. */
static struct connect_step step_of(const struct times *times)
{
	struct connect_step step = {.at_ns = 0};
	double sum = 0, before = 0, best = 0, count = (double)times->count;
	for (size_t i = 0; i < times->count; i++)
		sum += times->log_us[i];
	for (size_t i = 0; i + 1 < times->count; i++) {
		double n = (double)i + 1;
		before += times->log_us[i];
		double mean = before / n, mean_after = (sum - before) / (count - n);
		double gain = (mean_after - mean) * (mean_after - mean) * n * (count - n);
		if (gain <= best)
			continue;
		bool is_told = n >= TIMES_LEAST && count - n >= TIMES_LEAST &&
			       mean_after - mean >= log(FACTOR_LEAST);
		best = gain;
		step = (struct connect_step){
			is_told ? times->at_ns[i + 1] : 0, exp(mean), exp(mean_after)};
	}
	return step;
}

struct connect_step connect_step_of(const struct trial *trial)
{
	struct connect_step step = {.at_ns = 0};
	struct times times = {
		.log_us = malloc(trial->sample_count * sizeof(*times.log_us) + 1),
		.at_ns = malloc(trial->sample_count * sizeof(*times.at_ns) + 1),
	};
	if (times.log_us && times.at_ns) {
		times_take(&times, trial);
		step = step_of(&times);
	}
	free(times.log_us);
	free(times.at_ns);
	return step;
}
