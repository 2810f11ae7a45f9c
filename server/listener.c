#include "server/listener.h"

#include "common/clock.h"
#include "server/connection.h"
#include "server/log.h"
#include "server/worker.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Connections that one event accepts before others have their turn; calls that an event makes for
 * them, where the network's errors are in the queue too. */
#define BATCH 64
#define CALLS 64
/* The most that is accepted when the listener closes. */
#define DRAIN_MAX 65536
/* After a failure nobody calls accept(2) for PAUSE_NS, and then one thread for all; the others look
 * every LOOK_NS what became of it: at most nine failures in 2 s, and at most 350 ms from a
 * descriptor that is free to service by every thread. */
#define PAUSE_NS (250 * NS_PER_MS)
#define LOOK_NS (50 * NS_PER_MS)

static const struct timeval pause_time = {.tv_usec = PAUSE_NS / NS_PER_US};
static const struct timeval look_time = {.tv_usec = LOOK_NS / NS_PER_US};

/* Errors of the connection that was to be accepted, not of the listener (accept(2), "Error
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

/* A level-triggered listener would spin until a descriptor is free: it is looked at again later. */
static void listener_rest(struct listener *l, const struct timeval *time)
{
	/* Short of memory for the timer, spinning is what is left. */
	if (event_add(&l->resume, time) == 0)
		event_del(&l->acceptable);
}

static void listener_pause(struct listener *l)
{
	listener_rest(l, &pause_time);
	l->worker->metrics.counts.accept_pauses++;
}

/* Of threads that come at the same time one tries for all. */
static bool gate_passes(const struct listener *l)
{
	uint64_t tried_ns = __atomic_load_n(&l->gate->tried_ns, __ATOMIC_RELAXED);
	uint64_t now_ns = worker_clock(l->worker);
	/* Another thread's clock may have been read later. */
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

/* As many connections are open as may be, and none lingers: the next one waits in the queue. */
static void listener_hold(struct listener *l)
{
	l->is_held = true;
	event_del(&l->acceptable);
	l->worker->metrics.counts.accept_pauses++;
	log_event(LOG_PAUSE, "accepting pauses open=%zu: --max-connections allows no more",
		l->worker->connections.count);
}

/* What another thread finds none of may lie in a connection that lingers here. */
static void listener_relieve(struct listener *l)
{
	uint64_t failures = __atomic_load_n(&l->gate->failures, __ATOMIC_RELAXED);
	if (failures != l->failures_seen)
		connection_evict(l->worker);
	l->failures_seen = failures;
}

void listener_settle(struct listener *l)
{
	const struct connection_list *r = &l->worker->connections;
	listener_relieve(l);
	if (l->is_held && (!connection_list_is_full(r) || r->lingering_count > 0))
		l->is_held = event_add(&l->acceptable, NULL) == -1;
}

/* Returns a descriptor, or -1 with errno. */
static int connection_accept(struct listener *l)
{
	if (connection_list_reserve(&l->worker->connections) == -1)
		return -1;
	return accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/* Accepts at most `count` connections, each with a call or more. Where room has to be made for one,
 * it is the first of its event, so that one is known to wait: accept(2) says EMFILE before it
 * looks. */
static void listener_accept(struct listener *l, unsigned count)
{
	struct connection_list *r = &l->worker->connections;
	bool first = true, made_room = false;
	int error = 0;
	for (unsigned calls = count > CALLS ? count : CALLS; calls > 0 && count > 0; calls--) {
		if (connection_list_is_full(r) && (!first || !connection_evict(l->worker))) {
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
	/* Nothing but errors of the network: some do not take the connection from the queue. */
	if (first) {
		log_event(LOG_PAUSE, "accepting pauses error=%s", strerrorname_np(error));
		listener_pause(l);
	}
}

/* An accept4(2) that finds nobody has made a socket and a file all the same: where the loop slept,
 * and so was woken by the one connection that it finds, one is accepted; where it did not, more
 * wait, and four times as many as before are. A wait of less than half of what a connection took
 * was no sleep, on a slow machine and under a tracer alike. */
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
	/* Short of memory for either, it is tried again after each turn of the loop. */
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
