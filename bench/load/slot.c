#include "bench/load/slot.h"

#include "bench/load/exchange.h"
#include "common/clock.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define BACKOFF_FIRST_NS (10 * NS_PER_MS)
#define BACKOFF_DOUBLINGS 3 /* up to 80 ms */
#define RECEIVE_CALLS 16

/* In an open loop what counts is when a connection began: what it waited for at the end of the
 * window is not left out. */
void slot_latency(struct lane *lane, const struct slot *slot, enum latency kind, uint64_t from_ns,
	uint64_t to_ns)
{
	if (schedule_is_open(&lane->schedule) ? slot->counted : lane->in_window)
		histogram_record(
			lane->tally.latencies[kind], to_ns > from_ns ? to_ns - from_ns : 0);
}

static void slot_release(struct lane *lane, struct slot *slot)
{
	slot->next_ready = lane->ready;
	lane->ready = slot;
	lane->busy--;
}

/* The connection is closed: counts what it came to. */
void slot_finish(struct lane *lane, struct slot *slot, enum outcome outcome)
{
	struct tally *tally = &lane->tally;
	exchange_end(lane, slot);
	tally_count(tally, outcome, lane->executor.now_ns);
	tally->resets_seen += slot->reset_seen;
	if (slot->delivered)
		slot_latency(lane, slot, LATENCY_CLOSE, slot->done_ns, lane->executor.now_ns);
	if (outcome == OUTCOME_COMPLETED) {
		__atomic_store_n(&lane->completed_now, lane->completed_now + 1, __ATOMIC_RELAXED);
		tally->window_completed += lane->in_window;
	}
	slot_release(lane, slot);
}

bool error_is_reset(int error)
{
	return error == ECONNRESET || error == EPIPE;
}

void slot_fail(struct lane *lane, struct slot *slot, int error, enum outcome outcome)
{
	slot->reset_seen |= error_is_reset(error);
	executor_error(&lane->executor, &slot->connection, error);
	slot_finish(lane, slot, outcome);
}

void slot_connect_failed(struct lane *lane, struct slot *slot, int error)
{
	lane->tally.connect_errors[error > 0 && error < TALLY_ERRNO_MAX ? error : 0]++;
	tally_count(&lane->tally, OUTCOME_CONNECT_ERROR, lane->executor.now_ns);
	if (slot->connection.state != EXECUTOR_ENDED)
		executor_error(&lane->executor, &slot->connection, error);
	uint32_t doublings =
		slot->refusals < BACKOFF_DOUBLINGS ? slot->refusals : BACKOFF_DOUBLINGS;
	slot->refusals++;
	wheel_arm(&lane->wheel, &slot->connection.timer,
		lane->executor.now_ns + (BACKOFF_FIRST_NS << doublings));
}

static uint32_t slot_interest(const struct slot *slot)
{
	/* EPOLLHUP cannot be masked: once both sides are shut a level-triggered loop would spin. */
	if (!executor_wants_input(&slot->connection))
		return 0;
	bool sending = slot->in_exchange && slot->request_sent < slot->request->size;
	return EPOLLIN | EPOLLRDHUP | (sending ? EPOLLOUT : 0u);
}

void slot_watch(struct lane *lane, struct slot *slot)
{
	if (slot->connection.state == EXECUTOR_ENDED)
		return;
	uint32_t interest = slot_interest(slot);
	if (interest == slot->interest)
		return;
	int operation = !slot->interest ? EPOLL_CTL_ADD : interest ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;
	struct epoll_event event = {.events = interest, .data.ptr = slot};
	slot->interest = interest;
	if (epoll_ctl(lane->epoll_fd, operation, slot->connection.fd, &event) == -1)
		slot_fail(lane, slot, errno, OUTCOME_RESET);
}

void slot_connected(struct lane *lane, struct slot *slot, uint64_t at_ns)
{
	slot->connected = true;
	slot->refusals = 0;
	lane->tally.established++;
	slot_latency(lane, slot, LATENCY_CONNECT, slot->started_ns, at_ns);
	uint32_t *bin = &lane->connect_bins[connect_bin(at_ns - slot->started_ns)];
	__atomic_store_n(bin, *bin + 1, __ATOMIC_RELAXED);
}

/* `at_end`: nothing is left to read but the end of the stream, which is known to be there. */
static void slot_discard(struct lane *lane, struct slot *slot, bool at_end)
{
	struct teardown *c = &slot->connection;
	uint64_t failed = lane->executor.counts.failed;
	uint64_t timed_out = lane->executor.counts.timed_out;
	enum executor_state state = at_end ? executor_peer_fin(&lane->executor, c)
					   : executor_readable(&lane->executor, c);
	if (state != EXECUTOR_ENDED)
		return;
	slot->reset_seen |= lane->executor.counts.failed != failed;
	bool late = lane->executor.counts.timed_out != timed_out;
	slot_finish(lane, slot, late ? OUTCOME_TIMED_OUT : OUTCOME_COMPLETED);
}

static bool slot_finish_connect(struct lane *lane, struct slot *slot)
{
	int error = 0;
	socklen_t size = sizeof(error);
	getsockopt(slot->connection.fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error && !error_is_reset(error)) {
		slot_connect_failed(lane, slot, error);
		return false;
	}
	slot->reset_seen |= error != 0;
	slot_connected(lane, slot, lane->executor.now_ns);
	return true;
}

/* Takes the next start from the schedule. */
static void slot_begin(struct lane *lane, struct slot *slot)
{
	*slot = (struct slot){.refusals = slot->refusals,
		.counted = lane->in_window,
		.glanced = slot->glanced,
		.next_glanced = slot->next_glanced};
	slot->connection.fd = -1;
	slot->connection.state = EXECUTOR_ENDED;
	slot->started_ns = slot->intended_ns = lane->executor.now_ns = clock_now_ns();
	lane->tally.attempted++;
	lane->quota--;
	lane->busy++;
	if (lane->busy > lane->tally.slots_peak)
		lane->tally.slots_peak = lane->busy;
	if (!schedule_is_open(&lane->schedule))
		return;
	slot->intended_ns = schedule_due_ns(&lane->schedule);
	schedule_advance(&lane->schedule);
	slot_latency(lane, slot, LATENCY_START, slot->intended_ns, slot->started_ns);
	if (slot->started_ns < slot->intended_ns + TALLY_LATE_NS)
		return;
	lane->tally.late++;
	lane->tally.starved += slot->intended_ns <= lane->dry_ns;
}

void slot_start(struct lane *lane, struct slot *slot)
{
	struct executor *x = &lane->executor;
	slot_begin(lane, slot);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1 || executor_begin(x, &slot->connection, fd) == -1 ||
		source_apply(&lane->source, fd) == -1 ||
		(connect(fd, (struct sockaddr *)&lane->server, sizeof(lane->server)) == -1 &&
			errno != EINPROGRESS)) {
		int error = errno;
		x->now_ns = clock_now_ns();
		slot_connect_failed(lane, slot, error);
		/* Where there are no ports each failure takes long: those that have one do not
		 * wait. */
		batch_send(lane);
		return;
	}
	x->now_ns = slot->returned_ns = clock_now_ns();
	if (schedule_is_open(&lane->schedule))
		slot_ask(lane, slot);
	else
		batch_add(lane, slot);
}

void slot_ask(struct lane *lane, struct slot *slot)
{
	lane->executor.now_ns = clock_now_ns();
	exchange_begin(lane, slot);
	/* Over veth the handshake is over when connect(2) returns, and is taken to have ended then:
	 * of 270,000 connections that sent at once none was later. Where it still is not over,
	 * send(2) says EAGAIN. */
	if (!exchange_send(lane, slot))
		return;
	bool waits = slot->connected && slot->request_sent == slot->request->size;
	if (!waits || !glance_later(&lane->glances, slot))
		slot_watch(lane, slot);
}

static bool slot_is_waiting(const struct slot *slot)
{
	enum executor_state state = slot->connection.state;
	return state == EXECUTOR_WAITING || state == EXECUTOR_HALF_CLOSED;
}

/* `discard`: a FIN may be there as well; `fin`: it is. One that came with the last bytes is dealt
 * with at once: no need to be told once more. Nor does it have to be read where the last read took
 * less than it could have: recv(2) takes all that is there, so the FIN is next. */
static void slot_read(struct lane *lane, struct slot *slot, bool discard, bool fin)
{
	struct teardown *c = &slot->connection;
	int calls = 0;
	lane->emptied = false;
	while (c->state == EXECUTOR_OPEN && ++calls < RECEIVE_CALLS && exchange_receive(lane, slot))
		continue;
	if (slot_is_waiting(slot) && executor_wants_input(c) && discard)
		slot_discard(lane, slot, fin && lane->emptied);
	slot_watch(lane, slot);
}

void slot_event(struct lane *lane, struct slot *slot, uint32_t events)
{
	struct teardown *c = &slot->connection;
	lane->executor.now_ns = clock_now_ns();
	if (!slot->connected && !slot_finish_connect(lane, slot))
		return;
	if (c->state == EXECUTOR_OPEN && (events & EPOLLOUT) && !exchange_send(lane, slot))
		return;
	if (events & ~(uint32_t)EPOLLOUT)
		slot_read(lane, slot, slot_is_waiting(slot) || (events & (EPOLLRDHUP | EPOLLERR)),
			(events & EPOLLRDHUP) && !(events & EPOLLERR));
	else
		slot_watch(lane, slot);
}

bool slot_look(struct lane *lane, struct slot *slot)
{
	struct teardown *c = &slot->connection;
	uint64_t received = c->view.received_bytes;
	if (c->state != EXECUTOR_OPEN || slot->interest)
		return true;
	lane->executor.now_ns = clock_now_ns();
	slot_read(lane, slot, true, false);
	return !slot_is_waiting(slot) &&
	       (c->state == EXECUTOR_ENDED || c->view.received_bytes > received);
}

void slot_expired(struct lane *lane, struct slot *slot)
{
	struct teardown *c = &slot->connection;
	lane->executor.now_ns = clock_now_ns();
	if (c->state == EXECUTOR_ENDED) {
		slot_release(lane, slot); /* A back-off is over. */
		return;
	}
	if (c->state == EXECUTOR_OPEN)
		executor_timeout(&lane->executor, c);
	else if (executor_expired(&lane->executor, c) != EXECUTOR_ENDED)
		return;
	slot_finish(lane, slot, OUTCOME_TIMED_OUT);
}

void slot_abandon(struct lane *lane, struct slot *slot)
{
	if (slot->connection.state != EXECUTOR_ENDED) {
		executor_abandon(&lane->executor, &slot->connection);
		slot_finish(lane, slot, OUTCOME_TIMED_OUT);
	}
}
