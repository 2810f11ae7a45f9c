#include "bench/load/client_step.h"
#include "bench/load/client_stream.h"
#include "bench/load/connection_end.h"
#include "common/random.h"

#include <errno.h>
#include <math.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define INPUT (EPOLLIN | EPOLLRDHUP)

static uint64_t pause_of(struct client_group *group)
{
	double mean_ns = (double)group->thinking.mean_ns;
	if (!group->thinking.is_exponential)
		return group->thinking.mean_ns;
	return (uint64_t)(-mean_ns * log(random_share(&group->random)));
}

/* The next request is sent at once. */
static enum step_result think_hurry(struct client *client)
{
	client->group->pauses_cut++;
	return STEP_DONE;
}

static enum step_result think_enter(struct client *client)
{
	if (!client_asks_again(client))
		return STEP_DONE;
	client->group->pauses++;
	if (client_context(client)->hurrying)
		return think_hurry(client);
	client_wait(client, pause_of(client->group));
	return STEP_WAITS;
}

/* The server has closed or reset, or says what nobody asked for: no request is lost. */
static enum step_result think_go(struct client *client)
{
	char first;
	ssize_t n = recv(client->c.teardown.fd, &first, 1, MSG_DONTWAIT | MSG_PEEK);
	bool is_reset = n == -1 && error_is_reset(errno);
	client->group->reset_idle += is_reset;
	client->group->closed_idle += !is_reset;
	connection_end_idle(client_context(client), &client->c, is_reset ? EPOLLERR : 0);
	return STEP_ENDED;
}

static enum step_result done(struct client *client)
{
	return STEP_DONE;
}

static enum step_result again(struct client *client)
{
	return client_asks_again(client) ? STEP_REPEAT : STEP_DONE;
}

static enum step_result await_fin_go(struct client *client)
{
	struct connection *c = &client->c;
	for (;;) {
		struct client_bytes came;
		ssize_t n =
			client_stream_read(client, sizeof(client_context(client)->buffer), &came);
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			return STEP_WAITS;
		c->reset_seen |= n == -1;
		if (n <= 0)
			return STEP_DONE;
		c->teardown.view.drained_bytes += (uint64_t)n;
		if (c->sealed)
			c->sealed->discarded_bytes += came.length;
	}
}

static enum step_result held_end(struct client *client)
{
	client->group->held++;
	client->c.delivered = false;
	return client_leave(client, TD_CLOSE);
}

static enum step_result waits(struct client *client)
{
	return STEP_WAITS;
}

static enum step_result hold_enter(struct client *client)
{
	wheel_cancel(&client_context(client)->wheel, &client->c.teardown.timer);
	return client->group->may_leave ? held_end(client) : STEP_WAITS;
}

/* A client that has asked for nothing waits for as long as the server lets it. */
static enum step_result await_fin_enter(struct client *client)
{
	if (client->asked == 0 && hold_enter(client) == STEP_ENDED)
		return STEP_ENDED;
	if (client->asked > 0)
		client_wait(client, client_context(client)->spec->timeout_ns);
	return await_fin_go(client);
}

static enum step_result await_fin_release(struct client *client)
{
	return client->asked > 0 ? STEP_WAITS : held_end(client);
}

const struct client_step client_step_think = {.enter = think_enter,
	.go = think_go,
	.expired = done,
	.hurry = think_hurry,
	.interest = INPUT};

const struct client_step client_step_again = {.go = again};

const struct client_step client_step_await_fin = {.enter = await_fin_enter,
	.go = await_fin_go,
	.release = await_fin_release,
	.interest = INPUT};

const struct client_step client_step_hold = {.enter = hold_enter, .go = waits, .release = held_end};
