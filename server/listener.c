#include "server/listener.h"

#include "common/clock.h"
#include "server/connection.h"
#include "server/log.h"
#include "server/worker.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* BATCH: the connections that one event accepts before other events have their turn. CALLS: the
 * calls of accept4(2) that one event makes for them, since some return an error of the network. */
#define BATCH 64
#define CALLS 64
/* The most connections that are accepted when the listener closes. */
#define DRAIN_MAX 65536
/* After a failure no thread calls accept4(2) for PAUSE_NS, and then one thread tries for all. The
 * other threads look every LOOK_NS whether it succeeded. That makes at most nine failures in 2 s,
 * and at most 350 ms from a free descriptor to service by every thread. */
#define PAUSE_NS (250 * NS_PER_MS)
#define LOOK_NS (50 * NS_PER_MS)

static const struct timeval pause_time = {.tv_usec = PAUSE_NS / NS_PER_US};
static const struct timeval look_time = {.tv_usec = LOOK_NS / NS_PER_US};

/* Errors of the connection that was to be accepted, and not of the listener (accept(2), "Error
 * handling"). */
static bool error_is_pending(int error)
{
	switch (error) {
	case EINTR:
	case ECONNABORTED:
	case ENETDOWN:
	case EPROTO:
	case ENOPROTOOPT:
	case EHOSTDOWN:
	case ENONET:
	case EHOSTUNREACH:
	case EOPNOTSUPP:
	case ENETUNREACH:
	case ETIMEDOUT:
	case EPERM:
		return true;
	default:
		return false;
	}
}

/* Stops accepting for a while. A level-triggered event would otherwise spin until a descriptor is
 * free. */
static void listener_rest(struct listener *l, const struct timeval *time)
{
	/* Without memory for the timer, the listener goes on to spin: it must not stop for ever. */
	if (event_add(&l->resume, time) == 0)
		event_del(&l->acceptable);
}

static void listener_pause(struct listener *l)
{
	listener_rest(l, &pause_time);
	l->worker->metrics.counts.accept_pauses++;
}

/* Whether this thread may call accept4(2): of several threads, one tries for all. */
static bool gate_passes(const struct listener *l)
{
	uint64_t tried_ns = __atomic_load_n(&l->gate->tried_ns, __ATOMIC_RELAXED);
	uint64_t now_ns = worker_clock(l->worker);
	/* Another thread may have read its clock later than this one. */
	return tried_ns == 0 || (now_ns >= tried_ns + PAUSE_NS &&
					__atomic_compare_exchange_n(&l->gate->tried_ns, &tried_ns,
						now_ns, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
}

static void gate_open(struct listener *l)
{
	if (__atomic_load_n(&l->gate->tried_ns, __ATOMIC_RELAXED) != 0)
		__atomic_store_n(&l->gate->tried_ns, 0, __ATOMIC_RELAXED);
}

static void listener_fail(struct listener *l, int error)
{
	__atomic_store_n(&l->gate->tried_ns, worker_clock(l->worker), __ATOMIC_RELAXED);
	__atomic_add_fetch(&l->gate->failures, 1, __ATOMIC_RELAXED);
	log_event(LOG_PAUSE, "accepting pauses error=%s", strerrorname_np(error));
	listener_pause(l);
}

/* Stops accepting: as many connections are open as --max-connections allows, and none lingers. The
 * next connection waits in the listener's queue. */
static void listener_hold(struct listener *l)
{
	l->is_held = true;
	event_del(&l->acceptable);
	l->worker->metrics.counts.accept_pauses++;
	log_event(LOG_PAUSE, "accepting pauses open=%zu: --max-connections allows no more",
		l->worker->connections.count);
}

/* Evicts a lingering connection when any thread has failed: its descriptor or memory may be what
 * that thread needs. */
static void listener_relieve(struct listener *l)
{
	uint64_t failures = __atomic_load_n(&l->gate->failures, __ATOMIC_RELAXED);
	if (failures != l->failures_seen)
		connection_evict(l->worker);
	l->failures_seen = failures;
}

void listener_settle(struct listener *l)
{
	const struct connection_list *list = &l->worker->connections;
	listener_relieve(l);
	if (l->is_held && (!connection_list_is_full(list) || list->lingering_count > 0))
		l->is_held = event_add(&l->acceptable, NULL) == -1;
}

/* Returns a descriptor, or -1 with errno. */
static int connection_accept(struct listener *l)
{
	if (connection_list_reserve(&l->worker->connections) == -1)
		return -1;
	return accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/* Accepts at most `count` connections, each with one call or more. Only for the first one is a
 * lingering connection evicted, since the event says that one waits; accept4(2) itself fails with
 * EMFILE before it looks at the queue. */
static void listener_accept(struct listener *l, unsigned count)
{
	struct connection_list *list = &l->worker->connections;
	bool first = true, made_room = false;
	int error = 0;
	for (unsigned calls = count > CALLS ? count : CALLS; calls > 0 && count > 0; calls--) {
		if (connection_list_is_full(list) && (!first || !connection_evict(l->worker))) {
			if (first)
				listener_hold(l);
			return;
		}
		int fd = connection_accept(l);
		if (fd != -1) {
			connection_begin(l->worker, fd);
			gate_open(l);
			l->accepted++;
			first = false;
			count--;
			continue;
		}
		error = errno;
		if (error == EAGAIN)
			return;
		metrics_count_accept_error(&l->worker->metrics, error);
		if (error_is_pending(error))
			continue;
		if (!first)
			return;
		if (!made_room && connection_evict(l->worker)) {
			made_room = true;
			continue;
		}
		listener_fail(l, error);
		return;
	}
	/* Every call has returned an error of the network. Some of these leave the connection in
	 * the queue, so try again after a pause. */
	if (first) {
		log_event(LOG_PAUSE, "accepting pauses error=%s", strerrorname_np(error));
		listener_pause(l);
	}
}

/* How many connections this event accepts. A failing accept4(2) still allocates a socket and a file
 * in the kernel, so do not call it once too often. Where the loop slept, the one connection that
 * woke it is accepted. Where the loop did not sleep, more connections wait, and four times as many
 * are accepted as before. A wait shorter than half the time that one connection took was no sleep;
 * that holds on a slow machine and under a tracer, too. */
static unsigned batch_next(const struct listener *l)
{
	uint64_t connection_ns = l->accepted > 0 ? l->worker->turn_ns / l->accepted : 0;
	if (l->batch == 0 || worker_slept_ns(l->worker) > connection_ns / 2)
		return 1;
	return l->batch < BATCH ? 4 * l->batch : BATCH;
}

static void on_acceptable(evutil_socket_t fd, short what, void *argument)
{
	struct listener *l = argument;
	worker_clock(l->worker);
	l->batch = batch_next(l);
	l->accepted = 0;
	if (gate_passes(l))
		listener_accept(l, l->batch);
	else
		listener_rest(l, &look_time);
}

static void on_resume(evutil_socket_t fd, short what, void *argument)
{
	struct listener *l = argument;
	worker_clock(l->worker);
	/* Without memory for either event, listener_settle tries again after each turn of the loop.
	 */
	if (event_add(&l->acceptable, NULL) == -1)
		l->is_held = event_add(&l->resume, &pause_time) == -1;
}

int listener_start(struct listener *l, struct worker *worker, struct listener_gate *gate)
{
	l->worker = worker;
	l->gate = gate;
	event_assign(&l->acceptable, worker->base, l->fd, EV_READ | EV_PERSIST, on_acceptable, l);
	event_assign(&l->resume, worker->base, -1, 0, on_resume, l);
	return event_add(&l->acceptable, NULL);
}

void listener_drain(struct listener *l)
{
	if (l->fd != -1)
		listener_accept(l, DRAIN_MAX);
	listener_finish(l);
}

void listener_finish(struct listener *l)
{
	if (l->fd == -1)
		return;
	if (l->worker) {
		event_del(&l->acceptable);
		event_del(&l->resume);
	}
	close(l->fd);
	l->fd = -1;
	l->is_held = false;
}
