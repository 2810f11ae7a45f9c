#include "bench/measure/sampler.h"

#include "bench/measure/census.h"
#include "bench/measure/ticker.h"
#include "bench/network/netns.h"
#include "common/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SAMPLES_FIRST 256

struct sampler {
	uint64_t period_ns;
	sampler_progress_fn *progress; /* NULL: nothing is asked */
	void *progress_argument;
	sampler_watch_fn *watch; /* NULL: nobody is told */
	void *watch_argument;
	struct counters_source server, client;
	struct census *census;
	struct sample *samples;
	atomic_size_t count;
	size_t capacity;
	int samples_fd; /* 0: they are in own memory */
	uint64_t missed, cost_ns;
	struct ticker ticker;
	pthread_t thread;
	bool running;
	int result; /* of the thread */
	struct error error;
};

static int counters_open_here(void *source, struct error *error)
{
	return counters_open(source, error);
}

/* Of an end that is on another host nothing is open. */
static int end_open(int netns, struct counters_source *source, struct error *error)
{
	return netns == -1 ? 0 : netns_run(netns, counters_open_here, source, error);
}

static int end_read(
	const struct counters_source *source, struct sample_end *end, struct error *error)
{
	end->is_unknown = source->snmp_fd == -1;
	return end->is_unknown ? 0 : counters_read(source, &end->counters, error);
}

struct sampler *sampler_create(const struct sampler_spec *spec, struct error *error)
{
	const struct network *network = spec->flow.network;
	struct sampler *sampler = calloc(1, sizeof(*sampler));
	if (!sampler) {
		error_set_errno(error, STATUS_FAILED, "sampler");
		return NULL;
	}
	sampler->period_ns = spec->period_ns;
	sampler->samples_fd = spec->samples_fd;
	sampler->server = sampler->client = (struct counters_source){-1, -1, -1};
	ticker_init(&sampler->ticker);
	sampler->census = census_create(
		&spec->flow, spec->census_share ? spec->census_share : CENSUS_SHARE, error);
	if (!sampler->census || end_open(network->server_netns, &sampler->server, error) == -1 ||
		end_open(network->client_netns, &sampler->client, error) == -1) {
		sampler_destroy(sampler);
		return NULL;
	}
	return sampler;
}

void sampler_destroy(struct sampler *sampler)
{
	if (!sampler)
		return;
	sampler_stop(sampler, NULL);
	counters_close(&sampler->server);
	counters_close(&sampler->client);
	census_destroy(sampler->census);
	ticker_finish(&sampler->ticker);
	if (sampler->samples_fd)
		munmap(sampler->samples, sampler->capacity * sizeof(*sampler->samples));
	else
		free(sampler->samples);
	free(sampler);
}

static void end_store(struct sample_end *to, const struct census_end *from)
{
	to->census = from->sockets;
	to->others = from->others;
	to->sockstat_low = from->sockstat_low;
	to->sockstat_high = from->sockstat_high;
}

static void ends_store(struct sample *sample, const struct census_ends *ends)
{
	end_store(&sample->server, &ends->server);
	end_store(&sample->client, &ends->client);
}

static int counters_take(struct sampler *sampler, struct sample *sample, struct error *error)
{
	sample->at_ns = clock_now_ns();
	if (end_read(&sampler->server, &sample->server, error) == -1)
		return -1;
	return end_read(&sampler->client, &sample->client, error);
}

int sampler_read(struct sampler *sampler, struct sample *sample, struct error *error)
{
	struct census_ends ends;
	memset(sample, 0, sizeof(*sample));
	/* In this order: when the census shows that all is closed, the counters are final. */
	if (census_take(sampler->census, &ends, error) == -1 ||
		counters_take(sampler, sample, error) == -1)
		return -1;
	ends_store(sample, &ends);
	sample->census_fresh = true;
	return 0;
}

int sampler_open(struct sampler *sampler, struct census_open *open,
	struct held_sockets *server_held, struct error *error)
{
	return census_open(sampler->census, open, server_held, error);
}

int sampler_beside(struct sampler *sampler, struct beside_sockets *sockets, struct error *error)
{
	return census_beside(sampler->census, sockets, error);
}

/* Returns NULL where there is no memory, or the file may not grow. */
static struct sample *samples_share(struct sampler *sampler, size_t capacity)
{
	size_t before = sampler->capacity * sizeof(struct sample);
	size_t size = capacity * sizeof(struct sample);
	if (ftruncate(sampler->samples_fd, (off_t)size) == -1)
		return NULL;
	void *grown = before ? mremap(sampler->samples, before, size, MREMAP_MAYMOVE)
			     : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
				       sampler->samples_fd, 0);
	return grown == MAP_FAILED ? NULL : grown;
}

/* Moves the samples to own memory: the trial goes on, and is not kept should its process end. */
static void samples_withdraw(struct sampler *sampler)
{
	size_t size = sampler->capacity * sizeof(struct sample);
	struct sample *own = malloc(size + 1);
	if (!own)
		return;
	if (size) {
		memcpy(own, sampler->samples, size);
		munmap(sampler->samples, size);
	}
	sampler->samples = own;
	sampler->samples_fd = 0;
}

static int samples_grow(struct sampler *sampler)
{
	size_t capacity = sampler->capacity ? 2 * sampler->capacity : SAMPLES_FIRST;
	struct sample *grown = NULL;
	if (sampler->samples_fd && !(grown = samples_share(sampler, capacity)) && errno == EFBIG)
		samples_withdraw(sampler);
	if (!sampler->samples_fd)
		grown = realloc(sampler->samples, capacity * sizeof(*grown));
	if (!grown)
		return -1;
	sampler->samples = grown;
	sampler->capacity = capacity;
	return 0;
}

static struct sample *sample_reserve(struct sampler *sampler)
{
	if (sampler->count == sampler->capacity && samples_grow(sampler) == -1)
		return NULL;
	return &sampler->samples[sampler->count];
}

static int sample_append(struct sampler *sampler)
{
	struct census_ends ends;
	struct sample *sample = sample_reserve(sampler);
	if (!sample)
		return error_set_errno(&sampler->error, STATUS_FAILED, "samples");
	memset(sample, 0, sizeof(*sample));
	if (sampler->progress)
		sampler->progress(sampler->progress_argument, &sample->progress);
	if (counters_take(sampler, sample, &sampler->error) == -1)
		return -1;
	sample->census_fresh = census_latest(sampler->census, &ends);
	ends_store(sample, &ends);
	sampler->count++;
	if (sampler->watch)
		sampler->watch(sampler->watch_argument, sample);
	sampler->cost_ns = clock_thread_cpu_ns();
	return 0;
}

static void *sampler_run(void *argument)
{
	struct sampler *sampler = argument;
	uint64_t due_ns = clock_now_ns();
	while (ticker_wait(&sampler->ticker, due_ns)) {
		uint64_t late = (clock_now_ns() - due_ns) / sampler->period_ns;
		sampler->missed += late;
		due_ns += (late + 1) * sampler->period_ns;
		sampler->result = sample_append(sampler);
		if (sampler->result == -1)
			break;
	}
	return NULL;
}

void sampler_progress(struct sampler *sampler, sampler_progress_fn *progress, void *argument)
{
	sampler->progress = progress;
	sampler->progress_argument = argument;
}

void sampler_watch(struct sampler *sampler, sampler_watch_fn *watch, void *argument)
{
	sampler->watch = watch;
	sampler->watch_argument = argument;
}

int sampler_start(struct sampler *sampler, struct error *error)
{
	if (census_start(sampler->census, error) == -1)
		return -1;
	ticker_rewind(&sampler->ticker);
	sampler->result = 0;
	errno = pthread_create(&sampler->thread, NULL, sampler_run, sampler);
	if (errno != 0) {
		error_set_errno(error, STATUS_FAILED, "cannot start the sampler");
		census_stop(sampler->census, NULL);
		return -1;
	}
	sampler->running = true;
	return 0;
}

int sampler_stop(struct sampler *sampler, struct error *error)
{
	if (sampler->running) {
		ticker_stop(&sampler->ticker);
		pthread_join(sampler->thread, NULL);
		sampler->running = false;
	}
	if (sampler->result == -1 && error)
		*error = sampler->error;
	int census_result = sampler->census ? census_stop(sampler->census, error) : 0;
	return sampler->result == -1 ? -1 : census_result;
}

size_t sampler_count(const struct sampler *sampler)
{
	return sampler->count;
}

struct sampler_series sampler_series(const struct sampler *sampler)
{
	return (struct sampler_series){
		.samples = sampler->samples,
		.count = sampler->count,
		.missed = sampler->missed,
		.cost_ns = sampler->cost_ns + census_cost_ns(sampler->census),
	};
}
