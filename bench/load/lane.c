#include "bench/load/lane.h"

#include "common/clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define TICK_NS (5 * NS_PER_MS)
#define EVENTS 256
#define HURRY_AFTER_NS NS_PER_S
/* Starts that are due at once, before what has come in the meantime is looked at. */
#define STARTS_MAX 64
/* Glances, before what epoll(7) has to tell has its turn. */
#define LOOKS_MAX 64
#define BACKOFF_FIRST_NS (10 * NS_PER_MS)
#define BACKOFF_DOUBLINGS 3 /* up to 80 ms */

/* `whole` in `parts`, the remainder to the first ones. */
static uint64_t share_of(uint64_t whole, uint64_t part, uint64_t parts)
{
	return whole / parts + (part < whole % parts);
}

static int context_init(struct connection_context *context, const struct loader_spec *spec,
	uint32_t index, struct error *error)
{
	context->spec = spec;
	context->server = spec->network->server_address;
	address_set_port(&context->server, spec->server_port);
	source_address_init(&context->source, spec->network, spec->strategy->source_port,
		spec->port_low, spec->port_high, index, spec->threads);
	wheel_init(&context->wheel, TICK_NS, clock_now_ns());
	executor_init(&context->executor, spec->strategy, TD_CLIENT, &context->wheel,
		spec->timeout_ns, spec->timeout_ns);
	if (recorder_init(&context->recorder, spec->arrivals != ARRIVALS_CLOSED) == -1)
		return error_set(error, STATUS_FAILED, "no memory for the histograms");
	return 0;
}

int lane_init(struct lane *lane, const struct loader_spec *spec, const struct load_span *span,
	uint32_t index, struct error *error)
{
	lane->spec = spec;
	lane->span = span;
	lane->quota = spec->total ? share_of(spec->total, index, spec->threads) : UINT64_MAX;
	schedule_init(&lane->schedule, spec->arrivals, spec->rate_per_s, spec->seed, index,
		spec->threads);
	lane->batch.size = spec->connect_batch;
	speculative_reads_init(&lane->reads);
	lane->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (lane->epoll_fd == -1)
		return error_set_errno(error, STATUS_FAILED, "epoll_create1");
	if (context_init(&lane->context, spec, index, error) == -1)
		return -1;
	lane->connection_count = share_of(spec->connections, index, spec->threads);
	lane->connections = calloc(lane->connection_count + 1, sizeof(*lane->connections));
	if (!lane->connections)
		return error_set(error, STATUS_FAILED, "no memory for the connections");
	for (size_t i = lane->connection_count; i-- > 0;) {
		lane->connections[i].teardown.state = EXECUTOR_ENDED;
		lane->connections[i].next_ready = lane->ready;
		lane->ready = &lane->connections[i];
	}
	return 0;
}

static void lane_release(struct lane *lane, struct connection *c)
{
	c->next_ready = lane->ready;
	lane->ready = c;
	lane->busy--;
}

/* The timer's expiry releases the connection: lane_expire. */
static void lane_back_off(struct lane *lane, struct connection *c)
{
	uint32_t doublings = c->refusals < BACKOFF_DOUBLINGS ? c->refusals : BACKOFF_DOUBLINGS;
	c->refusals++;
	wheel_arm(&lane->context.wheel, &c->teardown.timer,
		lane->context.executor.now_ns + (BACKOFF_FIRST_NS << doublings));
}

/* Registers with epoll(7) what the connection waits for now. */
static void lane_watch(struct lane *lane, struct connection *c)
{
	uint32_t interest = connection_interest(c);
	if (interest == c->interest)
		return;
	int operation = !c->interest ? EPOLL_CTL_ADD : interest ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;
	struct epoll_event event = {.events = interest, .data.ptr = c};
	c->interest = interest;
	if (epoll_ctl(lane->epoll_fd, operation, c->teardown.fd, &event) == -1) {
		connection_fail(&lane->context, c, errno);
		lane_release(lane, c);
	}
}

static void lane_follow(struct lane *lane, struct connection *c, enum connection_status status)
{
	switch (status) {
	case CONNECTION_GOES_ON:
		lane_watch(lane, c);
		break;
	case CONNECTION_CLOSED:
		lane_release(lane, c);
		break;
	case CONNECTION_REFUSED:
		lane_back_off(lane, c);
		break;
	}
}

static void lane_ask(struct lane *lane, struct connection *c)
{
	enum connection_status status = connection_ask(&lane->context, c);
	bool awaits = status == CONNECTION_GOES_ON && connection_awaits_response(c);
	if (!awaits || !speculative_reads_add(&lane->reads, c))
		lane_follow(lane, c, status);
}

static void lane_ask_batch(struct lane *lane)
{
	struct connection *c;
	while ((c = batch_take(&lane->batch)))
		lane_ask(lane, c);
}

static bool lane_may_start(const struct lane *lane)
{
	return lane->quota > 0 && atomic_load(&lane->span->stopped_ns) == 0;
}

/* `intended_ns`: the start that the schedule of an open loop has due; 0 in a closed loop. */
static void lane_start(struct lane *lane, uint64_t intended_ns)
{
	struct connection *c = lane->ready;
	struct load_totals *totals = &lane->context.recorder.totals;
	lane->ready = c->next_ready;
	lane->quota--;
	lane->busy++;
	if (lane->busy > totals->connections_peak)
		totals->connections_peak = lane->busy;
	enum connection_status status = connection_start(&lane->context, c, intended_ns);
	if (intended_ns) {
		schedule_advance(&lane->schedule);
		recorder_started(&lane->context.recorder, c, lane->dry_ns);
	}
	if (status != CONNECTION_GOES_ON) {
		lane_follow(lane, c, status);
		/* Where there are no ports each failure takes long: connections that have one do
		 * not wait. */
		lane_ask_batch(lane);
	} else if (intended_ns) {
		lane_ask(lane, c);
	} else if (batch_add(&lane->batch, c)) {
		lane_ask_batch(lane);
	}
}

/* Returns how long the lane may sleep until the next start, at most a tick. */
static uint64_t lane_start_due(struct lane *lane)
{
	bool open = schedule_is_open(&lane->schedule);
	/* A connection that was refused is not ready again before its back-off is over. */
	for (unsigned starts = 0; lane_may_start(lane); starts++) {
		uint64_t now = open ? clock_now_ns() : 0;
		uint64_t due = schedule_due_ns(&lane->schedule);
		if (due > now)
			return due - now < TICK_NS ? due - now : TICK_NS;
		if (!lane->ready) {
			lane->dry_ns = now;
			break;
		}
		if (open && starts == STARTS_MAX)
			return 0;
		lane_start(lane, due);
	}
	return TICK_NS;
}

/* Returns false when the response had not come. */
static bool lane_look(struct lane *lane, struct connection *c)
{
	bool came = true;
	if (c->teardown.state == EXECUTOR_OPEN && !c->interest)
		lane_follow(lane, c, connection_look(&lane->context, c, &came));
	return came;
}

/* Looks for responses that may have come. When none has, the lane is about to sleep, and registers
 * all connections that still wait. Returns true when one has. */
static bool lane_read_speculatively(struct lane *lane)
{
	struct speculative_reads *reads = &lane->reads;
	struct connection *c;
	bool any = false;
	uint64_t now = reads->first ? clock_now_ns() : 0;
	for (unsigned looks = 0; looks < LOOKS_MAX && (c = speculative_reads_take_due(reads, now));
		looks++) {
		bool came = lane_look(lane, c);
		any |= came;
		if (!came)
			speculative_reads_too_early(reads);
	}
	while (!any && (c = speculative_reads_take(reads)))
		if (c->teardown.state != EXECUTOR_ENDED)
			lane_watch(lane, c);
	return any;
}

static void lane_expire(struct lane *lane)
{
	struct wheel_timer *timer;
	uint64_t now = clock_now_ns();
	while ((timer = wheel_expired(&lane->context.wheel, now))) {
		struct connection *c =
			(struct connection *)((char *)timer -
					      offsetof(struct connection, teardown.timer));
		if (c->teardown.state == EXECUTOR_ENDED)
			lane_release(lane, c); /* A back-off is over. */
		else
			lane_follow(lane, c, connection_expired(&lane->context, c));
	}
}

/* Returns false when what is under way has had its time. */
static bool lane_update(struct lane *lane)
{
	uint64_t now = clock_now_ns();
	uint64_t stopped = atomic_load(&lane->span->stopped_ns);
	lane->context.recorder.in_window =
		!stopped && now >= atomic_load(&lane->span->started_ns) + lane->spec->warmup_ns;
	if (!stopped)
		return true;
	lane->context.hurrying = now > stopped + HURRY_AFTER_NS;
	return now < stopped + HURRY_AFTER_NS + lane->spec->timeout_ns;
}

void lane_run(struct lane *lane)
{
	struct epoll_event events[EVENTS];
	while (lane_update(lane)) {
		struct timespec sleep = {.tv_nsec = (long)lane_start_due(lane)};
		lane_ask_batch(lane);
		if (!lane_may_start(lane) && lane->busy == 0)
			return;
		if (lane_read_speculatively(lane))
			sleep.tv_nsec = 0;
		int n = epoll_pwait2(lane->epoll_fd, events, EVENTS, &sleep, NULL);
		for (int i = 0; i < n; i++) {
			struct connection *c = events[i].data.ptr;
			lane_follow(lane, c, connection_event(&lane->context, c, events[i].events));
		}
		lane_expire(lane);
	}
	for (size_t i = 0; i < lane->connection_count; i++) {
		struct connection *c = &lane->connections[i];
		if (c->teardown.state != EXECUTOR_ENDED) {
			connection_abandon(&lane->context, c);
			lane_release(lane, c);
		}
	}
}

void lane_finish(struct lane *lane)
{
	if (lane->spec && lane->epoll_fd >= 0)
		close(lane->epoll_fd);
	recorder_finish(&lane->context.recorder);
	free(lane->connections);
}
