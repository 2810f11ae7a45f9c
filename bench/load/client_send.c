#include "bench/load/client_step.h"
#include "bench/load/client_stream.h"
#include "bench/load/connection_end.h"

#include <errno.h>
#include <sys/epoll.h>

/* 100 bytes a second. */
#define SENT_A_TURN 10

static const struct loader_request *request_of(
	const struct client_group *group, bool announces, bool is_rest)
{
	if (is_rest)
		return announces ? &group->last_rest : &group->rest;
	return announces ? &group->last_request : &group->request;
}

static void request_begin(struct client *client)
{
	struct client_group *group = client->group;
	struct connection_context *context = &group->context;
	struct connection *c = &client->c;
	uint64_t now = context->executor.now_ns;
	uint32_t left = group->exchanges - client->asked;
	uint32_t depth = left < group->depth ? left : group->depth;
	bool last = context->hurrying || left <= group->depth;
	bool announce = context->hurrying || (last && context->spec->announce_close);
	c->teardown.view.last = last;
	if (client->asked > 0)
		c->due_ns = now;
	exchange_begin(&c->exchange, request_of(group, announce, depth < group->depth),
		&context->known_head, context->spec->verify, now);
	for (uint32_t i = 0; i < depth; i++)
		recorder_asked(&context->recorder);
	client->asked += depth;
	c->ahead = depth - 1;
}

static bool handshake_ends(struct client *client)
{
	return client_stream_shakes_hands(client) && client_shake_hands(client) == STEP_ENDED;
}

static enum step_result send_go(struct client *client)
{
	struct connection_context *context = client_context(client);
	struct connection *c = &client->c;
	if (handshake_ends(client))
		return STEP_ENDED;
	ssize_t n = client_stream_send(client);
	if (n == -1) {
		connection_error(context, c, errno, OUTCOME_RESET);
		return STEP_ENDED;
	}
	c->teardown.view.sent_bytes += (uint64_t)n;
	if (!exchange_is_sent(&c->exchange))
		return STEP_WAITS;
	if (!client_behaviour_follows(client->group->behaviour) ||
		executor_request_sent(&context->executor, &c->teardown) != EXECUTOR_ENDED)
		return STEP_DONE;
	connection_end(context, c, OUTCOME_SHORT);
	return STEP_ENDED;
}

static enum step_result send_enter(struct client *client)
{
	request_begin(client);
	client_wait(client, client_context(client)->spec->timeout_ns);
	return send_go(client);
}

/* One turn: sends of a request that ends SENT_A_TURN bytes behind what is sent. */
static enum step_result send_slowly_go(struct client *client)
{
	struct exchange *exchange = &client->c.exchange;
	const struct loader_request *whole = exchange->request;
	const struct loader_request part = {whole->text, exchange->sent + SENT_A_TURN};
	if (client_context(client)->hurrying)
		return send_go(client);
	if (handshake_ends(client))
		return STEP_ENDED;
	if (part.size >= whole->size) {
		enum step_result result = send_go(client);
		if (result == STEP_WAITS)
			client_wait(client, CLIENT_TURN_NS);
		return result;
	}
	exchange->request = &part;
	ssize_t n = client_stream_send(client);
	exchange->request = whole;
	if (n == -1) {
		connection_error(client_context(client), &client->c, errno, OUTCOME_RESET);
		return STEP_ENDED;
	}
	client_wait(client, CLIENT_TURN_NS);
	return STEP_WAITS;
}

static enum step_result send_slowly_enter(struct client *client)
{
	request_begin(client);
	return send_slowly_go(client);
}

static enum step_result send_surplus(struct client *client)
{
	/* Whether it arrives is what its strategy makes of it. */
	client_stream_write(client, "\r\n", 2);
	return STEP_DONE;
}

const struct client_step client_step_send = {
	.enter = send_enter, .go = send_go, .interest = EPOLLOUT};

const struct client_step client_step_send_slowly = {.enter = send_slowly_enter,
	.go = send_slowly_go,
	.expired = send_slowly_go,
	.hurry = send_slowly_go,
	.hurried = EPOLLOUT};

const struct client_step client_step_send_surplus = {.go = send_surplus};
