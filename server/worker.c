#include "server/worker.h"

#include "common/clock.h"
#include "server/capacity.h"
#include "server/options.h"
#include "strategies/core/defaults.h"

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

/* Ends a turn of the loop. A draining worker looks at lingering connections at once, since it is to
 * end soon. The listener comes first, so that a connection that it evicts is released in the same
 * turn, which may be the last. */
static void worker_settle(struct worker *w)
{
	listener_settle(&w->listener);
	connection_list_settle(&w->connections, worker_clock(w), w->draining);
	if (w->ticking != (w->wheel.armed > 0)) {
		const struct timeval period = {.tv_usec = TICK_NS / NS_PER_US};
		if (w->ticking)
			event_del(&w->tick);
		/* Where there is no memory for the event, the next turn tries again. */
		w->ticking = !w->ticking && event_add(&w->tick, &period) == 0;
	}
	metrics_publish(&w->metrics, &w->executor.counts);
}

void worker_expire(struct worker *w)
{
	struct wheel_timer *timer;
	uint64_t now_ns = worker_clock(w);
	while ((timer = wheel_expired(&w->wheel, now_ns)))
		connection_expired(timer);
	if (w->role->lifetime_ns > 0)
		connection_end_old(w);
}

static void on_tick(evutil_socket_t fd, short what, void *argument)
{
	worker_expire(argument);
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
	connection_take_arrived(&w->connections.open);
	/* Some of those linger now. */
	connection_take_arrived(&w->connections.lingering);
	worker_abandon(w);
}

/* Accepts nothing more, and ends when the open connections have finished or --drain has passed.
 * What waits in the listener's queue is accepted first (`accepts`), unless another process accepts
 * from the same socket. */
static void worker_drain(struct worker *w, bool accepts)
{
	uint64_t drain_ns = w->options->drain_ns;
	const struct timeval drain = {.tv_sec = (time_t)(drain_ns / NS_PER_S),
		.tv_usec = (suseconds_t)(drain_ns % NS_PER_S / NS_PER_US)};
	if (w->draining)
		return;
	w->draining = true;
	/* Without the timer of its end, the drain could go on for ever. */
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
	enum worker_order order = __atomic_load_n(&w->order, __ATOMIC_ACQUIRE);
	switch (order) {
	case WORKER_SERVE:
		break;
	case WORKER_LEAVE:
	case WORKER_DRAIN:
		worker_drain(w, order == WORKER_DRAIN);
		break;
	case WORKER_END:
		worker_abandon(w);
		break;
	}
}

void worker_order_give(struct worker *w, enum worker_order order)
{
	__atomic_store_n(&w->order, order, __ATOMIC_RELEASE);
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
	eventfd_write(w->shared->ended_fd, 1);
	return NULL;
}

/* The loop's timers fire within a millisecond; with `fine`, within the kernel's microseconds, for
 * one more system call a turn. */
static struct event_base *base_create(bool fine)
{
	struct event_config *config = event_config_new();
	if (!config)
		return NULL;
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV |
					      EVENT_BASE_FLAG_NO_CACHE_TIME |
					      (fine ? EVENT_BASE_FLAG_PRECISE_TIMER : 0));
	struct event_base *base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

static size_t on_metrics(void *owner, char *text, size_t size)
{
	struct worker *w = owner;
	metrics_publish(&w->metrics, &w->executor.counts);
	return w->shared->metrics(w->shared->metrics_owner, text, size);
}

static int events_start(struct worker *w)
{
	event_assign(&w->tick, w->base, -1, EV_PERSIST, on_tick, w);
	event_assign(&w->wake, w->base, w->wake_fd, EV_READ | EV_PERSIST, on_wake, w);
	event_assign(&w->drain_end, w->base, -1, 0, on_drain_end, w);
	if (event_add(&w->wake, NULL) == -1)
		return -1;
	return listener_start(&w->listener, w, &w->shared->gate);
}

/* Opens what the worker owns. Returns 0, or -1 with errno. */
static int resources_open(struct worker *w)
{
	w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->base = base_create(w->executor.end->closes_at_arrival);
	w->input = malloc(WORKER_INPUT_SIZE);
	w->output = (struct output_buffer){
		.bytes = malloc(WORKER_OUTPUT_SIZE), .size = WORKER_OUTPUT_SIZE};
	if (w->wake_fd == -1 || !w->base || !w->input || !w->output.bytes)
		return -1;
	if (w->role->tls && sealed_buffers_open(&w->sealed) == -1)
		return -1;
	return events_start(w);
}

static void service_init(struct worker *w)
{
	const struct server_options *options = w->options;
	w->service = (struct http1_service){.response_bytes = options->response_bytes,
		.response_bytes_max = options->max_response,
		.limits = {.body_bytes = options->max_body,
			.head_bytes = (uint32_t)options->max_head,
			.target_bytes = (uint32_t)options->max_target,
			.fields = (uint32_t)options->max_fields},
		.output = &w->output,
		.heads = &w->heads,
		.metrics = w->role->metrics ? on_metrics : NULL,
		.metrics_only = w->role->metrics_only,
		.owner = w};
}

static void teardown_init(struct worker *w, const struct td_strategy *strategy)
{
	const struct server_options *options = w->options;
	if (strategy->announces_close)
		w->exchanges_max = options->requests_per_connection
					   ? options->requests_per_connection
					   : strategy_exchanges(strategy);
	wheel_init(&w->wheel, TICK_NS, clock_now_ns());
	executor_init(
		&w->executor, strategy, TD_SERVER, &w->wheel, options->grace_ns, options->idle_ns);
	if (w->role->tls)
		w->executor.seal = &sealed_by_server;
	if (options->drained_bytes > 0)
		w->executor.drain_bytes = options->drained_bytes;
}

struct worker *worker_create(struct worker_shared *shared, const struct role *role, size_t index,
	int listener_fd, struct error *error)
{
	const struct server_options *options = role->options;
	struct worker *w = calloc(1, sizeof(*w));
	if (!w) {
		close(listener_fd);
		error_set_errno(error, STATUS_FAILED, "cannot start a thread");
		return NULL;
	}
	w->shared = shared;
	w->role = role;
	w->options = options;
	w->listener.fd = listener_fd;
	connection_list_init(&w->connections,
		capacity_share(options->max_connections, index, options->threads),
		capacity_share(options->max_lingering, index, options->threads));
	service_init(w);
	teardown_init(w, role->strategy);
	if (index < shared->marks.count && !role->metrics_only)
		w->executor.mark = &shared->marks.items[index];
	if (resources_open(w) == -1) {
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
	sealed_buffers_close(&w->sealed);
	free(w->output.bytes);
	free(w);
}
