#include "bench/load/lane.h"

#include "bench/load/slot.h"
#include "common/clock.h"

#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define TICK_NS (5 * NS_PER_MS)
#define EVENTS 256
#define HURRY_AFTER_NS NS_PER_S
/* Starts that are due at once, before what has come in the meantime is looked at. */
#define STARTS_MAX 64

/* `whole` in `parts`, the remainder to the first ones. */
static uint64_t share_of(uint64_t whole, uint64_t part, uint64_t parts)
{
	return whole / parts + (part < whole % parts);
}

int lane_init(struct lane *lane, const struct loader_spec *spec, const struct load_span *span,
	uint32_t index, struct error *error)
{
	lane->spec = spec;
	lane->span = span;
	lane->server = (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons(spec->server_port),
		.sin_addr = spec->network->server_address};
	lane->quota = spec->total ? share_of(spec->total, index, spec->threads) : UINT64_MAX;
	source_init(&lane->source, spec->network, spec->strategy->source_port, spec->port_low,
		spec->port_high, index, spec->threads);
	schedule_init(&lane->schedule, spec->arrivals, spec->rate_per_s, spec->seed, index,
		spec->threads);
	lane->batch.size = spec->connect_batch;
	glances_init(&lane->glances);
	wheel_init(&lane->wheel, TICK_NS, clock_now_ns());
	executor_init(&lane->executor, spec->strategy, TD_CLIENT, &lane->wheel, spec->timeout_ns,
		spec->timeout_ns);
	lane->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (lane->epoll_fd == -1)
		return error_set_errno(error, STATUS_FAILED, "epoll_create1");
	if (tally_init(&lane->tally) == -1)
		return error_set(error, STATUS_FAILED, "no memory for the histograms");
	lane->slot_count = share_of(spec->connections, index, spec->threads);
	lane->slots = calloc(lane->slot_count + 1, sizeof(*lane->slots));
	if (!lane->slots)
		return error_set(error, STATUS_FAILED, "no memory for the connections");
	for (size_t i = lane->slot_count; i-- > 0;) {
		lane->slots[i].connection.state = EXECUTOR_ENDED;
		lane->slots[i].next_ready = lane->ready;
		lane->ready = &lane->slots[i];
	}
	return 0;
}

static bool lane_may_start(const struct lane *lane)
{
	return lane->quota > 0 && atomic_load(&lane->span->stopped_ns) == 0;
}

/* Returns how long the lane may sleep until the next start, at most a tick. */
static uint64_t lane_start_due(struct lane *lane)
{
	bool open = schedule_is_open(&lane->schedule);
	/* A slot whose connect(2) fails at once is not ready again before its back-off. */
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
		struct slot *slot = lane->ready;
		lane->ready = slot->next_ready;
		slot_start(lane, slot);
	}
	return TICK_NS;
}

static void lane_expire(struct lane *lane)
{
	struct wheel_timer *timer;
	uint64_t now = clock_now_ns();
	while ((timer = wheel_expired(&lane->wheel, now)))
		slot_expired(lane,
			(struct slot *)((char *)timer - offsetof(struct slot, connection.timer)));
}

/* Returns false when what is under way has had its time. */
static bool lane_update(struct lane *lane)
{
	uint64_t now = clock_now_ns();
	uint64_t stopped = atomic_load(&lane->span->stopped_ns);
	lane->in_window =
		!stopped && now >= atomic_load(&lane->span->started_ns) + lane->spec->warmup_ns;
	if (!stopped)
		return true;
	lane->hurrying = now > stopped + HURRY_AFTER_NS;
	return now < stopped + HURRY_AFTER_NS + lane->spec->timeout_ns;
}

void lane_run(struct lane *lane)
{
	struct epoll_event events[EVENTS];
	while (lane_update(lane)) {
		struct timespec sleep = {.tv_nsec = (long)lane_start_due(lane)};
		batch_send(lane);
		if (!lane_may_start(lane) && lane->busy == 0)
			return;
		if (glances_take(lane))
			sleep.tv_nsec = 0;
		int n = epoll_pwait2(lane->epoll_fd, events, EVENTS, &sleep, NULL);
		for (int i = 0; i < n; i++)
			slot_event(lane, events[i].data.ptr, events[i].events);
		lane_expire(lane);
	}
	for (size_t i = 0; i < lane->slot_count; i++)
		slot_abandon(lane, &lane->slots[i]);
}

void lane_finish(struct lane *lane)
{
	if (lane->spec && lane->epoll_fd >= 0)
		close(lane->epoll_fd);
	tally_finish(&lane->tally);
	free(lane->slots);
}
