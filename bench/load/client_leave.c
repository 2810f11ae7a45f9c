#include "bench/load/client_step.h"
#include "bench/load/connection_end.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

enum step_result client_leave(struct client *client, enum td_verdict verdict)
{
	struct connection_context *context = client_context(client);
	struct connection *c = &client->c;
	if (c->exchange.under_way) {
		c->exchange.under_way = false;
		recorder_over(&context->recorder);
	}
	executor_decide(&context->executor, &c->teardown, verdict);
	connection_end(context, c, OUTCOME_COMPLETED);
	return STEP_ENDED;
}

static enum step_result close_step(struct client *client)
{
	return client_leave(client, TD_CLOSE);
}

static enum step_result reset_step(struct client *client)
{
	/* Nothing is known of how the server would have closed. */
	client->c.delivered = false;
	return client_leave(client, TD_RESET);
}

/* A socket under repair closes without a segment (net/ipv4/tcp.c, __tcp_close). */
static enum step_result vanish_step(struct client *client)
{
	int on = 1, fd = client->c.teardown.fd;
	/* Nor is there a close_notify. */
	sealed_end(client_context(client), &client->c);
	if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)) == 0)
		return client_leave(client, TD_CLOSE);
	connection_error(client_context(client), &client->c, errno, OUTCOME_RESET);
	return STEP_ENDED;
}

static enum step_result shut(struct client *client)
{
	struct connection_context *context = client_context(client);
	if (executor_decide(&context->executor, &client->c.teardown, TD_HALF_CLOSE) !=
		EXECUTOR_ENDED)
		return STEP_DONE;
	client->c.reset_seen = true;
	connection_end(context, &client->c, OUTCOME_RESET);
	return STEP_ENDED;
}

static enum step_result follow_enter(struct client *client)
{
	struct connection_context *context = client_context(client);
	struct connection *c = &client->c;
	c->teardown.view.last = c->delivered = true;
	switch (executor_exchange_done(&context->executor, &c->teardown)) {
	case EXECUTOR_OPEN: /* The strategy would keep it: there is no request left. */
		return client_leave(client, TD_CLOSE);
	case EXECUTOR_ENDED:
		connection_end(context, c, OUTCOME_COMPLETED);
		return STEP_ENDED;
	case EXECUTOR_WAITING:
	case EXECUTOR_HALF_CLOSED:
		break;
	}
	return STEP_WAITS;
}

static enum step_result follow_go(struct client *client)
{
	return connection_discard(client_context(client), &client->c, false) == CONNECTION_CLOSED
		       ? STEP_ENDED
		       : STEP_WAITS;
}

static enum step_result follow_expired(struct client *client)
{
	return connection_expired(client_context(client), &client->c) == CONNECTION_CLOSED
		       ? STEP_ENDED
		       : STEP_WAITS;
}

const struct client_step client_step_shut = {.go = shut};

const struct client_step client_step_follow = {
	.enter = follow_enter, .go = follow_go, .expired = follow_expired};

const struct client_step client_step_close = {.go = close_step};

const struct client_step client_step_reset = {.go = reset_step};

const struct client_step client_step_vanish = {.go = vanish_step};
