#include "server/worker.h"

#include "common/clock.h"
#include "server/capacity.h"
#include "server/server.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define TICK_NS (10 * NS_PER_MS)

uint64_t worker_clock(struct worker *w)
{
	if (!w->clock_read) {
		w->clock_read = true;
		w->executor.now_ns = clock_now_ns();
		response_head_refresh(&w->heads, w->executor.now_ns);
	}
	return w->executor.now_ns;
}

/* The loop's turn ends. When the program ends nothing is worth waiting for. The listener comes
 * first: whom it lets go is released in the same turn, which may be the last. */
static void worker_settle(struct worker *w)
{
	listener_settle(&w->listener);
	connection_list_settle(&w->connections, worker_clock(w), w->draining);
	if (w->ticking != (w->wheel.armed > 0)) {
		const struct timeval period = {.tv_usec = TICK_NS / NS_PER_US};
		if (w->ticking)
			event_del(&w->tick);
		/* Without memory it is tried again in the next turn. */
		w->ticking = !w->ticking && event_add(&w->tick, &period) == 0;
	}
	metrics_publish(&w->metrics, &w->executor.counts);
}

static void on_tick(evutil_socket_t fd, short what, void *argument)
{
	struct worker *w = argument;
	struct wheel_timer *timer;
	uint64_t now_ns = worker_clock(w);
	while ((timer = wheel_expired(&w->wheel, now_ns)))
		connection_expired(timer);
}

static void worker_abandon(struct worker *w)
{
	listener_finish(&w->listener);
	w->draining = true;
	while (w->connections.open.first)
		connection_abandon(w->connections.open.first);
	while (w->connections.lingering.first)
		connection_abandon(w->connections.lingering.first);
}

static void on_drain_end(evutil_socket_t fd, short what, void *argument)
{
	struct worker *w = argument;
	worker_clock(w);
	worker_abandon(w);
}

/* What waits to be accepted is this worker's still, unless another process has the listener, too.
 */
static void worker_drain(struct worker *w, bool accepts)
{
	uint64_t drain_ns = w->options->drain_ns;
	const struct timeval drain = {.tv_sec = (time_t)(drain_ns / NS_PER_S),
		.tv_usec = (suseconds_t)(drain_ns % NS_PER_S / NS_PER_US)};
	if (w->draining)
		return;
	w->draining = true;
	/* Without its end the drain might never come to one. */
	if (event_add(&w->drain_end, &drain) == -1) {
		worker_abandon(w);
		return;
	}
	if (accepts)
		listener_drain(&w->listener);
	else
		listener_finish(&w->listener);
	for (struct connection *next, *c = w->connections.open.first; c; c = next) {
		next = c->next;
		connection_drain(c);
	}
}

static void on_wake(evutil_socket_t fd, short what, void *argument)
{
	struct worker *w = argument;
	eventfd_t value;
	worker_clock(w);
	eventfd_read(fd, &value);
	switch (server_phase(w->server)) {
	case SERVER_RUNNING:
		break;
	case SERVER_LEAVING:
	case SERVER_DRAINING:
		worker_drain(w, server_phase(w->server) == SERVER_DRAINING);
		break;
	case SERVER_ENDING:
		worker_abandon(w);
		break;
	}
}

void worker_wake(struct worker *w)
{
	eventfd_write(w->wake_fd, 1);
}

void worker_turn(struct worker *w)
{
	w->clock_read = false;
	w->status = event_base_loop(w->base, EVLOOP_ONCE) == -1 ? -1 : 0;
	if (w->status != 0)
		return;
	worker_settle(w);
	w->turn_ended_ns = clock_now_ns();
	w->turn_ns = w->turn_ended_ns - w->executor.now_ns;
}

void *worker_run(void *argument)
{
	struct worker *w = argument;
	while (!worker_has_ended(w))
		worker_turn(w);
	server_worker_ended(w->server);
	return NULL;
}

static struct event_base *base_create(void)
{
	struct event_config *config = event_config_new();
	if (!config)
		return NULL;
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV |
					      EVENT_BASE_FLAG_NO_CACHE_TIME);
	struct event_base *base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

static size_t on_metrics(void *owner, char *text, size_t size)
{
	struct worker *w = owner;
	metrics_publish(&w->metrics, &w->executor.counts);
	return server_metrics(w->server, text, size);
}

static int events_start(struct worker *w)
{
	event_assign(&w->tick, w->base, -1, EV_PERSIST, on_tick, w);
	event_assign(&w->wake, w->base, w->wake_fd, EV_READ | EV_PERSIST, on_wake, w);
	event_assign(&w->drain_end, w->base, -1, 0, on_drain_end, w);
	if (event_add(&w->wake, NULL) == -1)
		return -1;
	return listener_start(&w->listener, w, &w->server->gate);
}

struct worker *worker_create(
	struct server *server, const struct role *role, int listener_fd, struct error *error)
{
	struct worker *w = calloc(1, sizeof(*w));
	if (!w) {
		close(listener_fd);
		error_set_errno(error, STATUS_FAILED, "cannot start a thread");
		return NULL;
	}
	const struct server_options *options = role->options;
	const struct td_strategy *strategy = role->strategy;
	w->server = server;
	connection_list_init(&w->connections,
		capacity_share(options->max_connections, server->worker_count, options->threads),
		capacity_share(options->max_lingering, server->worker_count, options->threads));
	w->options = options;
	w->listener.fd = listener_fd;
	w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->base = base_create();
	w->input = malloc(WORKER_INPUT_SIZE);
	w->output = (struct output_buffer){
		.bytes = malloc(WORKER_OUTPUT_SIZE), .size = WORKER_OUTPUT_SIZE};
	w->service = (struct http1_service){.response_bytes = options->response_bytes,
		.limits = {.body_bytes = options->max_body,
			.head_bytes = (uint32_t)options->max_head,
			.target_bytes = (uint32_t)options->max_target,
			.fields = (uint32_t)options->max_fields},
		.output = &w->output,
		.heads = &w->heads,
		.metrics = role->metrics ? on_metrics : NULL,
		.owner = w};
	if (strategy->announces_close)
		w->exchanges_max = options->requests_per_connection
					   ? options->requests_per_connection
					   : strategy_exchanges(strategy);
	wheel_init(&w->wheel, TICK_NS, clock_now_ns());
	executor_init(
		&w->executor, strategy, TD_SERVER, &w->wheel, options->grace_ns, options->idle_ns);
	if (options->drained_bytes > 0)
		w->executor.drain_bytes = options->drained_bytes;
	if (w->wake_fd == -1 || !w->base || !w->input || !w->output.bytes ||
		events_start(w) == -1) {
		error_set_errno(error, STATUS_FAILED, "cannot start a thread");
		worker_destroy(w);
		return NULL;
	}
	return w;
}

void worker_destroy(struct worker *w)
{
	if (!w)
		return;
	listener_finish(&w->listener);
	connection_list_finish(&w->connections);
	if (w->base)
		event_base_free(w->base);
	if (w->wake_fd != -1)
		close(w->wake_fd);
	free(w->input);
	free(w->output.bytes);
	free(w);
}
