#include "bench/judge/opening.h"

#include <netinet/tcp.h>

/* For so many samples nothing was opened. */
#define SAMPLES_STILL 3

size_t opening_samples(const struct trial *trial)
{
	uint64_t ended_ns = trial_load_ended_ns(trial);
	size_t count = 0;
	while (count < trial->sample_count && trial->samples[count].at_ns < ended_ns)
		count++;
	return count;
}

size_t opening_by(const struct trial *trial, uint64_t opens)
{
	size_t i = 0;
	while (i < trial->sample_count && trial->samples[i].client.counters.active_opens < opens)
		i++;
	return i;
}

uint64_t opening_last_ns(const struct trial *trial, const struct sample *since)
{
	uint64_t last_ns = trial->packet_tap.last_syn_ns;
	uint64_t before_ns = since == trial->samples ? trial->started_ns : since[-1].at_ns;
	return last_ns > before_ns && last_ns < since->at_ns ? last_ns : since->at_ns;
}

static bool is_any_open(const struct diag_census *census)
{
	uint64_t open = 0;
	for (size_t state = 0; state < DIAG_STATES; state++)
		open += state == TCP_TIME_WAIT ? 0 : census->states[state];
	return open > 0;
}

/* The latest census that was begun behind this sample and, as the next sample tells, ended within
 * the load: what a loader that ends leaves behind is no pool of none. */
static bool is_idle(const struct trial *trial, size_t since, size_t count)
{
	for (size_t i = count - 1; i-- > since + 1;)
		if (trial->samples[i].census_fresh)
			return !is_any_open(&trial->samples[i].client.census);
	return false;
}

struct opening opening_of(const struct trial *trial, uint64_t opened)
{
	size_t count = opening_samples(trial);
	size_t since = opening_by(trial, trial->after.client.counters.active_opens);
	bool has_made_all = trial->load.total > 0 && opened >= trial->load.total;
	if (!trial->load.is_third_party || trial->is_cut_off || has_made_all || opened == 0 ||
		since + SAMPLES_STILL >= count)
		return (struct opening){.ended_ns = 0};
	uint64_t at_ns = opening_last_ns(trial, &trial->samples[since]);
	uint64_t ended_ns = trial_load_ended_ns(trial);
	if (2 * (at_ns - trial->started_ns) >= ended_ns - trial->started_ns)
		return (struct opening){.ended_ns = 0};
	return (struct opening){.ended_ns = at_ns, .is_idle = is_idle(trial, since, count)};
}
