#include "bench/findings/cpu_share.h"

#include "bench/statistics/statistics.h"

#include <stdlib.h>

/* A thread that is busy for this share of the time has none left. */
#define BUSY 0.95
/* Threads that were busy in fewer samples than these were busy for a moment. */
#define SAMPLES_LEAST 3

/* Rates and latencies are of the window, so the samples are, too. */
static bool in_window(const struct trial *trial, const struct sample *sample)
{
	uint64_t from = trial->started_ns + trial->load.warmup_ns;
	return sample->at_ns > from && sample->at_ns <= from + trial->window_ns;
}

static double cpu_ns(const struct sample *sample, enum td_who end)
{
	return (double)(end == TD_SERVER ? sample->progress.server_cpu_ns
					 : sample->progress.loader_cpu_ns);
}

bool processor_is_full(struct findings *findings, const struct trial *trial, enum td_who end,
	double threads, struct processor *processor)
{
	double *shares = finding_room(findings, trial->sample_count);
	*processor = (struct processor){.samples = 0};
	for (size_t i = 1; shares && i < trial->sample_count; i++) {
		const struct sample *earlier = &trial->samples[i - 1], *s = &trial->samples[i];
		if (!in_window(trial, s))
			continue;
		double share = (cpu_ns(s, end) - cpu_ns(earlier, end)) / threads /
			       (double)(s->at_ns - earlier->at_ns);
		shares[processor->samples++] = share;
		if (share >= BUSY && processor->full++ == 0)
			processor->first_full_t_s = finding_t_s(trial, s->at_ns);
	}
	processor->median = shares ? statistics_median(shares, processor->samples) : 0;
	free(shares);
	/* With this median, at least half of the samples are full. */
	return processor->samples >= SAMPLES_LEAST && processor->median >= BUSY;
}

void processor_fields(struct findings *findings, const struct processor *processor, double threads,
	double cpu_us_per_connection)
{
	finding_number(findings, "t_s", processor->first_full_t_s);
	finding_number(findings, "threads", threads);
	finding_number(findings, "cpu_share_median", processor->median);
	finding_number(findings, "samples", (double)processor->samples);
	finding_number(findings, "samples_full", (double)processor->full);
	finding_number(findings, "cpu_us_per_connection", cpu_us_per_connection);
}
