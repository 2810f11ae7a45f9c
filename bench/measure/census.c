#include "bench/measure/census.h"

#include "bench/measure/ticker.h"
#include "bench/network/netns.h"
#include "common/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

/* The thread takes one part in this many of a processor's time. */
#define SHARE 100

struct census {
	struct diag *server, *client;
	struct ticker ticker;
	pthread_t thread;
	bool running;
	pthread_mutex_t lock; /* guards latest and fresh */
	struct census_ends latest;
	bool fresh;
	uint64_t cost_ns;
	int result; /* of the thread */
	struct error error;
};

static int end_open(void *diag, struct error *error)
{
	*(struct diag **)diag = diag_create(error);
	return *(struct diag **)diag ? 0 : -1;
}

struct census *census_create(const struct network *network, struct error *error)
{
	struct census *census = calloc(1, sizeof(*census));
	if (!census) {
		error_set_errno(error, STATUS_FAILED, "census");
		return NULL;
	}
	ticker_init(&census->ticker);
	pthread_mutex_init(&census->lock, NULL);
	if (netns_run(network->server_netns, end_open, &census->server, error) == -1 ||
		netns_run(network->client_netns, end_open, &census->client, error) == -1) {
		census_destroy(census);
		return NULL;
	}
	return census;
}

void census_destroy(struct census *census)
{
	if (!census)
		return;
	census_stop(census, NULL);
	diag_destroy(census->server);
	diag_destroy(census->client);
	pthread_mutex_destroy(&census->lock);
	ticker_finish(&census->ticker);
	free(census);
}

int census_take(struct census *census, struct census_ends *ends, struct error *error)
{
	if (diag_census(census->server, true, &ends->server, error) == -1 ||
		diag_census(census->client, true, &ends->client, error) == -1)
		return -1;
	pthread_mutex_lock(&census->lock);
	census->latest = *ends;
	census->fresh = true;
	pthread_mutex_unlock(&census->lock);
	return 0;
}

static uint64_t cpu_now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return clock_timespec_ns(&t);
}

static void *census_run(void *argument)
{
	struct census *census = argument;
	struct census_ends ends;
	uint64_t due_ns = clock_now_ns();
	while (ticker_wait(&census->ticker, due_ns)) {
		uint64_t began_ns = cpu_now_ns();
		census->result = census_take(census, &ends, &census->error);
		if (census->result == -1)
			break;
		uint64_t cost_ns = cpu_now_ns() - began_ns;
		census->cost_ns += cost_ns;
		due_ns = clock_now_ns() + SHARE * cost_ns;
	}
	return NULL;
}

int census_start(struct census *census, struct error *error)
{
	ticker_rewind(&census->ticker);
	census->result = 0;
	census->fresh = false;
	errno = pthread_create(&census->thread, NULL, census_run, census);
	if (errno != 0)
		return error_set_errno(error, STATUS_FAILED, "cannot start the census");
	census->running = true;
	return 0;
}

int census_stop(struct census *census, struct error *error)
{
	if (census->running) {
		ticker_stop(&census->ticker);
		pthread_join(census->thread, NULL);
		census->running = false;
	}
	if (census->result == -1 && error)
		*error = census->error;
	return census->result;
}

bool census_latest(struct census *census, struct census_ends *ends)
{
	pthread_mutex_lock(&census->lock);
	bool fresh = census->fresh;
	census->fresh = false;
	*ends = census->latest;
	pthread_mutex_unlock(&census->lock);
	return fresh;
}

uint64_t census_cost_ns(const struct census *census)
{
	return census->cost_ns;
}

int census_server_listens(struct census *census, uint16_t port, struct error *error)
{
	return diag_listens(census->server, port, error);
}
