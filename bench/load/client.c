#include "bench/load/client.h"

#include "bench/load/client_step.h"
#include "bench/load/client_stream.h"
#include "bench/load/connection_end.h"
#include "common/clock.h"

#include <sys/epoll.h>

static const struct client_step *step_of(const struct client *client)
{
	return client_step_of(client->group->behaviour->steps[client->at]);
}

/* Of requests that were sent at once the recorder knows one to be over. */
static enum connection_status client_ended(struct client *client)
{
	for (; client->c.ahead > 0; client->c.ahead--)
		recorder_over(&client->group->context.recorder);
	return CONNECTION_CLOSED;
}

/* From the step's result on, as far as the client comes without waiting. */
static enum connection_status client_go_on(struct client *client, enum step_result result)
{
	for (;;) {
		if (result == STEP_ENDED)
			return client_ended(client);
		if (result == STEP_WAITS)
			return CONNECTION_GOES_ON;
		client->at = result == STEP_REPEAT ? 0 : client->at + 1;
		const struct client_step *step = step_of(client);
		result = step->enter ? step->enter(client) : step->go(client);
	}
}

enum connection_status client_start(struct client *client)
{
	struct client_group *group = client->group;
	client->at = 0;
	client->asked = client->c.ahead = 0;
	client->record = (struct record_place){.had = 0};
	enum connection_status status = connection_start(&group->context, &client->c, 0);
	if (status != CONNECTION_GOES_ON)
		return status;
	wheel_arm(&group->context.wheel, &client->c.teardown.timer,
		client->c.started_ns + group->context.spec->timeout_ns);
	return CONNECTION_GOES_ON;
}

enum connection_status client_event(struct client *client, uint32_t events)
{
	struct connection_context *context = &client->group->context;
	event_watch_look(&context->events);
	context->executor.now_ns = clock_now_ns();
	if ((events & EPOLLOUT) && executor_wants_output(&client->c.teardown))
		return connection_seal(context, &client->c) == CONNECTION_CLOSED
			       ? client_ended(client)
			       : CONNECTION_GOES_ON;
	if (client->c.connected)
		return client_go_on(client, step_of(client)->go(client));
	enum connection_status status = connection_finish_connect(context, &client->c);
	if (status != CONNECTION_GOES_ON)
		return status;
	const struct client_step *step = step_of(client);
	return client_go_on(client, step->enter ? step->enter(client) : step->go(client));
}

enum connection_status client_expired(struct client *client)
{
	struct connection_context *context = &client->group->context;
	event_watch_look(&context->events);
	context->executor.now_ns = clock_now_ns();
	const struct client_step *step = step_of(client);
	if (client->c.connected && step->expired)
		return client_go_on(client, step->expired(client));
	return connection_expired(context, &client->c);
}

/* `told`: of its step, what it does when it is told so; NULL: it goes on as before. */
static enum connection_status client_told(
	struct client *client, enum step_result (*told)(struct client *client))
{
	client->group->context.executor.now_ns = clock_now_ns();
	if (!client->c.connected || !told)
		return CONNECTION_GOES_ON;
	return client_go_on(client, told(client));
}

enum connection_status client_hurry(struct client *client)
{
	return client_told(client, step_of(client)->hurry);
}

enum connection_status client_release(struct client *client)
{
	return client_told(client, step_of(client)->release);
}

uint32_t client_interest(const struct client *client)
{
	const struct connection *c = &client->c;
	if (c->teardown.state == EXECUTOR_ENDED)
		return 0;
	if (!c->connected)
		return EPOLLOUT;
	if (c->teardown.state != EXECUTOR_OPEN)
		return connection_interest(c);
	if (client_stream_shakes_hands(client))
		return EPOLLIN | EPOLLRDHUP | (sealed_wants_output(c->sealed) ? EPOLLOUT : 0u);
	const struct client_step *step = step_of(client);
	return step->interest | (client->group->context.hurrying ? step->hurried : 0u);
}
