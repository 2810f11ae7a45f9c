#include "bench/measure/sampler.h"

#include "bench/network/netns.h"
#include "common/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A census may take one part in this many of the time. */
#define CENSUS_SHARE 100
#define SAMPLES_FIRST 256

struct end {
	struct counters_source source;
	struct diag *diag;
};

struct sampler {
	uint64_t period_ns;
	sampler_progress_fn *progress; /* NULL: nothing is asked */
	void *progress_argument;
	struct end server, client;
	struct diag_census server_census, client_census; /* the latest ones */
	uint64_t census_due_ns;
	struct sample *samples;
	size_t count, capacity;
	uint64_t missed, cost_ns;
	pthread_t thread;
	pthread_mutex_t lock; /* guards stopping */
	pthread_cond_t wake;
	bool running, stopping;
	int result; /* of the thread */
	struct error error;
};

static int end_open(void *argument, struct error *error)
{
	struct end *end = argument;
	if (counters_open(&end->source, error) == -1)
		return -1;
	end->diag = diag_create(error);
	return end->diag ? 0 : -1;
}

static void end_close(struct end *end)
{
	counters_close(&end->source);
	diag_destroy(end->diag);
}

static void wake_init(struct sampler *sampler)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&sampler->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&sampler->lock, NULL);
}

struct sampler *sampler_create(const struct sampler_spec *spec, struct error *error)
{
	struct sampler *sampler = calloc(1, sizeof(*sampler));
	if (!sampler) {
		error_set_errno(error, STATUS_FAILED, "sampler");
		return NULL;
	}
	sampler->period_ns = spec->period_ns;
	sampler->server.source = sampler->client.source = (struct counters_source){-1, -1, -1};
	wake_init(sampler);
	if (netns_run(spec->network->server_netns, end_open, &sampler->server, error) == -1 ||
		netns_run(spec->network->client_netns, end_open, &sampler->client, error) == -1) {
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
	end_close(&sampler->server);
	end_close(&sampler->client);
	pthread_cond_destroy(&sampler->wake);
	pthread_mutex_destroy(&sampler->lock);
	free(sampler->samples);
	free(sampler);
}

static int census_take(struct sampler *sampler, struct error *error)
{
	uint64_t began_ns = clock_now_ns();
	if (diag_census(sampler->server.diag, true, &sampler->server_census, error) == -1 ||
		diag_census(sampler->client.diag, true, &sampler->client_census, error) == -1)
		return -1;
	sampler->census_due_ns = began_ns + CENSUS_SHARE * (clock_now_ns() - began_ns);
	return 0;
}

static int sample_take(
	struct sampler *sampler, bool with_census, struct sample *sample, struct error *error)
{
	memset(sample, 0, sizeof(*sample));
	sample->at_ns = clock_now_ns();
	sample->census_fresh = with_census;
	if (counters_read(&sampler->server.source, &sample->server.counters, error) == -1 ||
		counters_read(&sampler->client.source, &sample->client.counters, error) == -1)
		return -1;
	if (with_census && census_take(sampler, error) == -1)
		return -1;
	sample->server.census = sampler->server_census;
	sample->client.census = sampler->client_census;
	return 0;
}

int sampler_read(struct sampler *sampler, struct sample *sample, struct error *error)
{
	return sample_take(sampler, true, sample, error);
}

static int sample_append(struct sampler *sampler)
{
	if (sampler->count == sampler->capacity) {
		size_t capacity = sampler->capacity ? 2 * sampler->capacity : SAMPLES_FIRST;
		struct sample *grown = realloc(sampler->samples, capacity * sizeof(*grown));
		if (!grown)
			return error_set_errno(&sampler->error, STATUS_FAILED, "samples");
		sampler->samples = grown;
		sampler->capacity = capacity;
	}
	struct sample *sample = &sampler->samples[sampler->count];
	struct sample_progress progress = {0};
	uint64_t began_ns = clock_now_ns();
	if (sampler->progress)
		sampler->progress(sampler->progress_argument, &progress);
	if (sample_take(sampler, began_ns >= sampler->census_due_ns, sample, &sampler->error) == -1)
		return -1;
	sample->progress = progress;
	sampler->cost_ns += clock_now_ns() - began_ns;
	sampler->count++;
	return 0;
}

/* Waits for the instant. Returns false at once when the thread is to stop. */
static bool tick_wait(struct sampler *sampler, uint64_t due_ns)
{
	const struct timespec due = {
		.tv_sec = (time_t)(due_ns / NS_PER_S), .tv_nsec = (long)(due_ns % NS_PER_S)};
	pthread_mutex_lock(&sampler->lock);
	int result = 0;
	while (!sampler->stopping && result != ETIMEDOUT)
		result = pthread_cond_timedwait(&sampler->wake, &sampler->lock, &due);
	bool stopping = sampler->stopping;
	pthread_mutex_unlock(&sampler->lock);
	return !stopping;
}

static void *sampler_run(void *argument)
{
	struct sampler *sampler = argument;
	uint64_t period_ns = sampler->period_ns;
	uint64_t due_ns = clock_now_ns();
	while (tick_wait(sampler, due_ns)) {
		uint64_t late = (clock_now_ns() - due_ns) / period_ns;
		sampler->missed += late;
		due_ns += late * period_ns;
		sampler->result = sample_append(sampler);
		if (sampler->result == -1)
			break;
		due_ns += period_ns;
	}
	return NULL;
}

void sampler_progress(struct sampler *sampler, sampler_progress_fn *progress, void *argument)
{
	sampler->progress = progress;
	sampler->progress_argument = argument;
}

int sampler_start(struct sampler *sampler, struct error *error)
{
	sampler->stopping = false;
	sampler->result = 0;
	sampler->census_due_ns = 0;
	errno = pthread_create(&sampler->thread, NULL, sampler_run, sampler);
	if (errno != 0)
		return error_set_errno(error, STATUS_FAILED, "cannot start the sampler");
	sampler->running = true;
	return 0;
}

int sampler_stop(struct sampler *sampler, struct error *error)
{
	if (!sampler->running)
		return sampler->result;
	pthread_mutex_lock(&sampler->lock);
	sampler->stopping = true;
	pthread_cond_signal(&sampler->wake);
	pthread_mutex_unlock(&sampler->lock);
	pthread_join(sampler->thread, NULL);
	sampler->running = false;
	if (sampler->result == -1 && error)
		*error = sampler->error;
	return sampler->result;
}

struct sampler_series sampler_series(const struct sampler *sampler)
{
	return (struct sampler_series){
		.samples = sampler->samples,
		.count = sampler->count,
		.missed = sampler->missed,
		.cost_ns = sampler->cost_ns,
	};
}

int sampler_server_listens(struct sampler *sampler, uint16_t port, struct error *error)
{
	return diag_listens(sampler->server.diag, port, error);
}
