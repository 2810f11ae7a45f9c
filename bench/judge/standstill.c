#include "bench/judge/standstill.h"

#include "common/clock.h"

/* Of a sample each 100 ms; what is shorter may be a pause of the host's. */
#define SAMPLES_LEAST 5
/* One exchange that takes long is a slow exchange. */
#define WAITING_LEAST 2
/* An exchange usually takes this share of it, at most. */
#define USUAL_SHARE 0.1
/* A loader whose threads run for this share of the time may be what does not read. */
#define LOADER_BUSY 0.5

static uint64_t unaccepted(const struct sample *sample)
{
	const uint64_t *by_owner = sample->server.census.by_owner;
	return by_owner[SOCKET_ESTABLISHED_UNACCEPTED] + by_owner[SOCKET_CLOSE_WAIT_UNACCEPTED];
}

static struct standstill between(const struct trial *trial, size_t first, size_t last)
{
	const struct sample *from = &trial->samples[first], *to = &trial->samples[last];
	struct standstill still = {.waiting = from->progress.awaited,
		.since_ns = from->at_ns,
		.until_ns = to->at_ns,
		.unaccepted = UINT64_MAX};
	/* A census that is not fresh may be of a time before. */
	for (size_t i = first + 1; i <= last; i++) {
		const struct sample *s = &trial->samples[i];
		if (s->progress.awaited < still.waiting)
			still.waiting = s->progress.awaited;
		if (s->census_fresh && unaccepted(s) < still.unaccepted)
			still.unaccepted = unaccepted(s);
	}
	if (still.unaccepted == UINT64_MAX)
		still.unaccepted = 0;
	still.server_cpu_share =
		(double)(to->progress.server_cpu_ns - from->progress.server_cpu_ns) /
		(double)(to->at_ns - from->at_ns);
	return still;
}

static bool loader_is_busy(const struct trial *trial, size_t first, size_t last)
{
	const struct sample *from = &trial->samples[first], *to = &trial->samples[last];
	double ran_ns = (double)(to->progress.loader_cpu_ns - from->progress.loader_cpu_ns);
	return ran_ns >=
	       LOADER_BUSY * (double)trial->load.threads * (double)(to->at_ns - from->at_ns);
}

/* The last sample by which nothing more had ended than at this one. */
static size_t still_until(const struct trial *trial, size_t first)
{
	uint64_t answered = trial->samples[first].progress.answered;
	size_t last = first;
	for (size_t i = first; i < trial->sample_count; i++) {
		const struct sample_progress *progress = &trial->samples[i].progress;
		if (progress->answered != answered || progress->awaited < WAITING_LEAST)
			break;
		last = i;
	}
	return last;
}

/* Each connection may have one exchange that took as long as the standstill: these are left out. */
static double usual_ns(const struct trial *trial)
{
	const struct histogram *responses = trial->totals.latencies[LATENCY_RESPONSE];
	uint64_t count = responses ? histogram_count(responses) : 0;
	uint64_t most = trial->totals.connections_peak;
	if (count == 0)
		return (double)UINT64_MAX;
	double share = count > most ? (double)(count - most) / 2 / (double)count : 0;
	return (double)histogram_quantile(responses, share);
}

struct standstill standstill_of(const struct trial *trial)
{
	struct standstill longest = {.waiting = 0};
	uint64_t end_ns = trial->started_ns + trial->load.warmup_ns + trial->window_ns;
	double usual = usual_ns(trial);
	size_t last;
	/* Behind a NAT that dropped SYNs, or whose ports met old connections, what is under way may
	 * wait to be sent again. */
	bool may_be_nats = trial->nat.counters.insert_failed > 0 ||
			   (trial->nat.exists && trial->after.client.counters.syn_retrans >
							 trial->before.client.counters.syn_retrans);
	if (trial->load.is_third_party || may_be_nats)
		return longest;
	for (size_t first = 0; first < trial->sample_count; first = last + 1) {
		const struct sample *from = &trial->samples[first];
		last = still_until(trial, first);
		uint64_t ns = trial->samples[last].at_ns - from->at_ns;
		if (from->at_ns >= end_ns || last < first + SAMPLES_LEAST ||
			usual > USUAL_SHARE * (double)ns || loader_is_busy(trial, first, last) ||
			ns <= longest.until_ns - longest.since_ns)
			continue;
		longest = between(trial, first, last);
		longest.usual_ms = usual / (double)NS_PER_MS;
	}
	return longest;
}
