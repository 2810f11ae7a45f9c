#include "bench/measure/census.h"

#include "bench/measure/counters.h"
#include "bench/measure/ticker.h"
#include "bench/network/netns.h"
#include "common/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The descriptors that the census of one end reads from. */
struct reader {
	const struct load_flow *flow; /* while it is opened */
	enum td_who end;
	struct diag *diag;
	struct counters_source counters;
};

struct census {
	struct reader server, client;
	uint64_t share;
	bool has_nat; /* so that the two ends of a connection have different addresses and ports */
	struct ticker ticker;
	pthread_t thread;
	bool running;
	pthread_mutex_t lock; /* guards latest and fresh */
	struct census_ends latest;
	bool fresh;
	uint64_t last_ns; /* processor time of the latest one */
	uint64_t cost_ns; /* of all that the thread took */
	int result;       /* of the thread */
	struct error error;
};

static int reader_open(void *argument, struct error *error)
{
	struct reader *reader = argument;
	reader->diag = diag_create(reader->flow, reader->end, error);
	return reader->diag ? counters_open(&reader->counters, error) : -1;
}

/* Of an end that is on another host nothing is open. */
static int reader_begin(struct reader *reader, int netns, struct error *error)
{
	return netns == -1 ? 0 : netns_run(netns, reader_open, reader, error);
}

static void reader_close(struct reader *reader)
{
	diag_destroy(reader->diag);
	counters_close(&reader->counters);
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static int reader_take(struct reader *reader, struct census_end *end, struct error *error)
{
	struct counters before, after;
	if (!reader->diag) {
		memset(end, 0, sizeof(*end));
		return 0;
	}
	if (counters_read(&reader->counters, &before, error) == -1 ||
		diag_census(reader->diag, &end->sockets, &end->others, error) == -1 ||
		counters_read(&reader->counters, &after, error) == -1)
		return -1;
	struct counters between = counters_difference(&after, &before);
	uint64_t churn =
		between.tw + between.tw_killed + between.active_opens + between.passive_opens;
	bool grew = after.gauge_tw > before.gauge_tw;
	end->sockstat_low = less(grew ? before.gauge_tw : after.gauge_tw, churn);
	end->sockstat_high = (grew ? after.gauge_tw : before.gauge_tw) + churn;
	return 0;
}

struct census *census_create(const struct load_flow *flow, uint64_t share, struct error *error)
{
	const struct network *network = flow->network;
	struct census *census = calloc(1, sizeof(*census));
	if (!census) {
		error_set_errno(error, STATUS_FAILED, "census");
		return NULL;
	}
	census->share = share;
	census->has_nat = network->has_nat;
	const struct counters_source closed = {-1, -1, -1};
	census->server = (struct reader){.flow = flow, .end = TD_SERVER, .counters = closed};
	census->client = (struct reader){.flow = flow, .end = TD_CLIENT, .counters = closed};
	ticker_init(&census->ticker);
	pthread_mutex_init(&census->lock, NULL);
	if (reader_begin(&census->server, network->server_netns, error) == -1 ||
		reader_begin(&census->client, network->client_netns, error) == -1) {
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
	reader_close(&census->server);
	reader_close(&census->client);
	pthread_mutex_destroy(&census->lock);
	ticker_finish(&census->ticker);
	free(census);
}

int census_take(struct census *census, struct census_ends *ends, struct error *error)
{
	uint64_t began_ns = clock_thread_cpu_ns();
	if (reader_take(&census->server, &ends->server, error) == -1 ||
		reader_take(&census->client, &ends->client, error) == -1)
		return -1;
	census->last_ns = clock_thread_cpu_ns() - began_ns;
	pthread_mutex_lock(&census->lock);
	census->latest = *ends;
	census->fresh = true;
	pthread_mutex_unlock(&census->lock);
	return 0;
}

static int reader_connections(struct reader *reader, struct port_set *connections,
	struct held_sockets *held, uint64_t *close_wait_ms, struct error *error)
{
	return reader->diag ? diag_open(reader->diag, connections, held, close_wait_ms, error) : 0;
}

/* A connection that both ends hold is one; behind a NAT, where that cannot be told of each, there
 * are as many as the end has that holds more. */
static int open_count(struct census *census, struct port_set *connections,
	struct held_sockets *client_held, struct census_open *open,
	struct held_sockets *server_held, struct error *error)
{
	server_held->count = client_held->count = 0;
	open->server_close_wait_ms = open->client_close_wait_ms = 0;
	if (reader_connections(&census->server, connections, server_held,
		    &open->server_close_wait_ms, error) == -1)
		return -1;
	uint64_t at_server = port_set_count(connections);
	if (census->has_nat)
		port_set_clear(connections);
	if (reader_connections(&census->client, connections, client_held,
		    &open->client_close_wait_ms, error) == -1)
		return -1;
	uint64_t count = port_set_count(connections);
	open->connections = count > at_server ? count : at_server;
	return 0;
}

int census_open(struct census *census, struct census_open *open, struct held_sockets *server_held,
	struct error *error)
{
	struct port_set *connections = port_set_create();
	struct held_sockets *client_held = malloc(sizeof(*client_held));
	int result =
		connections && client_held
			? open_count(census, connections, client_held, open, server_held, error)
			: error_set_errno(error, STATUS_FAILED, "open connections");
	free(client_held);
	port_set_destroy(connections);
	return result;
}

int census_beside(struct census *census, struct beside_sockets *sockets, struct error *error)
{
	*sockets = (struct beside_sockets){.closed = port_set_create()};
	if (!sockets->closed)
		return error_set_errno(error, STATUS_FAILED, "clients beside the load");
	int result = diag_beside(census->client.diag, sockets, error);
	if (result == 0)
		result = diag_beside(census->server.diag, sockets, error);
	port_set_destroy(sockets->closed);
	sockets->closed = NULL;
	return result;
}

static void *census_run(void *argument)
{
	struct census *census = argument;
	struct census_ends ends;
	/* The census taken before the thread began counts too: where there are many sockets from
	 * the start, a short load is not met by a census at once. */
	while (ticker_wait(&census->ticker, clock_now_ns() + census->share * census->last_ns)) {
		census->result = census_take(census, &ends, &census->error);
		if (census->result == -1)
			break;
		census->cost_ns += census->last_ns;
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
