#include "bench/load/client_step.h"
#include "bench/load/client_stream.h"
#include "bench/load/connection_end.h"

#include <errno.h>
#include <sys/epoll.h>

/* 10 kB a second. */
#define READ_A_TURN 1000
#define INPUT (EPOLLIN | EPOLLRDHUP)

/* Of one response more the end was read. */
static void response_whole(struct client *client)
{
	struct connection_context *context = client_context(client);
	struct connection *c = &client->c;
	struct td_view *view = &c->teardown.view;
	connection_end_exchange(context, c);
	recorder_response(&context->recorder, c, context->executor.now_ns);
	view->exchanges++;
	c->close_announced = !c->exchange.response.keep_alive;
	view->last |= c->close_announced;
	c->done_ns = context->executor.now_ns;
	c->delivered = view->last && c->ahead == 0;
}

/* The next response of requests that were sent at once: their time counts from the first byte. */
static void response_next(struct client *client)
{
	struct exchange *exchange = &client->c.exchange;
	client->c.ahead--;
	exchange->under_way = true;
	response_init(&exchange->response, &client_context(client)->known_head,
		client_context(client)->spec->verify);
}

/* What has come may hold the ends of several responses. */
static enum step_result bytes_take(struct client *client, const char *bytes, size_t size)
{
	struct connection_context *context = client_context(client);
	struct connection *c = &client->c;
	for (;;) {
		struct response *response = &c->exchange.response;
		switch (response_parse(response, bytes, size)) {
		case RESPONSE_MORE:
			return STEP_WAITS;
		case RESPONSE_DONE:
			break;
		case RESPONSE_BROKEN:
			recorder_not_http(&context->recorder, c);
			connection_error(context, c, EPROTO, OUTCOME_SHORT);
			return STEP_ENDED;
		}
		size_t left = (size_t)response->surplus;
		if (c->ahead > 0)
			response->surplus = 0;
		response_whole(client);
		if (c->ahead == 0) {
			recorder_surplus(&context->recorder, c, context->executor.now_ns);
			return STEP_DONE;
		}
		response_next(client);
		if (left == 0)
			return STEP_WAITS;
		bytes += size - left;
		size = left;
	}
}

/* The end of stream ends a response that no length frames, or cuts it off; over TLS it ends one
 * behind close_notify alone. */
static enum step_result stream_end_take(struct client *client)
{
	struct connection *c = &client->c;
	bool is_end = !c->sealed || c->teardown.view.peer_notified;
	if (is_end && !c->reset_seen && response_end(&c->exchange.response) == RESPONSE_DONE) {
		c->teardown.view.last = true;
		response_whole(client);
		if (c->ahead == 0)
			return STEP_DONE;
		response_next(client);
	}
	connection_cut(client_context(client), c);
	return STEP_ENDED;
}

/* recv(2) has returned `result`, 0 or -1. */
static enum step_result nothing_take(struct client *client, ssize_t result)
{
	if (result == 0)
		return stream_end_take(client);
	if (errno == EAGAIN || errno == EINTR)
		return STEP_WAITS;
	connection_receive_failed(client_context(client), &client->c, errno);
	return STEP_ENDED;
}

static enum step_result read_once(struct client *client, size_t most)
{
	struct td_view *view = &client->c.teardown.view;
	struct client_bytes came;
	ssize_t n = client_stream_read(client, most, &came);
	if (n <= 0)
		return nothing_take(client, n);
	view->received_bytes += (uint64_t)n;
	enum step_result result =
		came.length > 0 ? bytes_take(client, came.bytes, came.length) : STEP_WAITS;
	return result == STEP_WAITS && view->peer_notified ? stream_end_take(client) : result;
}

static enum step_result read_go(struct client *client)
{
	return read_once(client, sizeof(client_context(client)->buffer));
}

static enum step_result read_enter(struct client *client)
{
	client_wait(client, client_context(client)->spec->timeout_ns);
	return read_go(client);
}

enum step_result client_shake_hands(struct client *client)
{
	return read_go(client);
}

static enum step_result read_begin_go(struct client *client)
{
	struct client_bytes came;
	ssize_t n = client_stream_peek(client, &came);
	if (n <= 0)
		return nothing_take(client, n);
	return came.length > 0 ? STEP_DONE : STEP_WAITS;
}

static enum step_result read_begin_enter(struct client *client)
{
	client_wait(client, client_context(client)->spec->timeout_ns);
	return read_begin_go(client);
}

static enum step_result read_slowly_go(struct client *client)
{
	if (client_context(client)->hurrying)
		return read_go(client);
	enum step_result result = read_once(client, READ_A_TURN);
	if (result == STEP_WAITS)
		client_wait(client, CLIENT_TURN_NS);
	return result;
}

const struct client_step client_step_read = {.enter = read_enter, .go = read_go, .interest = INPUT};

const struct client_step client_step_read_begin = {
	.enter = read_begin_enter, .go = read_begin_go, .interest = INPUT};

const struct client_step client_step_read_slowly = {
	.go = read_slowly_go, .expired = read_slowly_go, .hurry = read_slowly_go, .hurried = INPUT};
