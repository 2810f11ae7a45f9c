#include "strategies/core/wait.h"

#include "strategies/core/socket_queue.h"

/* How soon SIOCOUTQ is read again at first; later after a quarter of the time waited. */
#define LOOK_NS TD_MILLISECONDS(1)
/* A shorter half of a round trip is not waited for: waking up takes about as long. */
#define ARRIVAL_LEAST_US 50

static uint64_t deadline(const struct executor *x, const struct teardown *t)
{
	uint64_t grace = t->waiting_since_ns + x->grace_ns;
	uint64_t idle = t->active_ns + x->idle_ns;
	return grace < idle ? grace : idle;
}

bool wait_has_arrived(const struct executor *x, const struct teardown *t)
{
	return x->now_ns >= executor_arrives_ns(t);
}

bool wait_is_over(const struct executor *x, const struct teardown *t)
{
	return x->now_ns >= deadline(x, t);
}

/* When a connection that waits is looked at next. */
static uint64_t look_time(const struct executor *x, const struct teardown *t)
{
	uint64_t due = deadline(x, t);
	uint64_t arrives = executor_arrives_ns(t);
	due = arrives < due ? arrives : due;
	if (!x->end->wants_acked)
		return due;
	uint64_t quarter = (x->now_ns - t->waiting_since_ns) / 4;
	uint64_t look = x->now_ns + (quarter > LOOK_NS ? quarter : LOOK_NS);
	return look < due ? look : due;
}

void wait_arm(struct executor *x, struct teardown *t)
{
	bool waits = t->state == EXECUTOR_WAITING;
	wheel_arm(x->wheel, &t->timer, waits ? look_time(x, t) : deadline(x, t));
}

void wait_begin(struct executor *x, struct teardown *t)
{
	if (t->state == EXECUTOR_OPEN) {
		t->state = t->shut ? EXECUTOR_HALF_CLOSED : EXECUTOR_WAITING;
		t->waiting_since_ns = t->active_ns = x->now_ns;
	}
	wait_arm(x, t);
}

/* What a window holds back goes on when an acknowledgment comes, round trip for round trip. Half a
 * round trip behind the last of these is the middle of the time in which the FINs cross. */
bool wait_for_the_rest(struct teardown *t)
{
	struct socket_way way = socket_way_of(t->fd);
	if (way.unsent_bytes == 0)
		return false;
	t->arrival_us += way.round_trip_us;
	return true;
}

bool wait_for_arrival(struct teardown *t)
{
	uint32_t half_us = socket_way_of(t->fd).round_trip_us / 2;
	if (half_us < ARRIVAL_LEAST_US)
		return false;
	t->arrival_us = half_us;
	return true;
}
