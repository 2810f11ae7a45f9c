#include "bench/load/connection.h"

#include "bench/load/connection_end.h"
#include "common/clock.h"

#include <errno.h>
#include <sys/socket.h>

/* Before connect(2): the handshake announces a window by it. */
static int receive_buffer_apply(int bytes, int fd)
{
	return bytes > 0 ? setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)) : 0;
}

static int connection_open(struct connection_context *context, struct connection *c)
{
	const struct address *server = &context->server;
	int fd = socket(address_family(server), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1 || executor_begin(&context->executor, &c->teardown, fd) == -1 ||
		source_address_apply(&context->source, fd) == -1 ||
		receive_buffer_apply(context->receive_buffer, fd) == -1)
		return -1;
	int result = connect(fd, address_sockaddr(server), server->length);
	return result == -1 && errno != EINPROGRESS ? -1 : 0;
}

enum connection_status connection_start(
	struct connection_context *context, struct connection *c, uint64_t intended_ns)
{
	struct executor *x = &context->executor;
	event_watch_look(&context->events);
	c->teardown = (struct teardown){.fd = -1, .state = EXECUTOR_ENDED};
	c->exchange.under_way = false;
	c->sealed = NULL;
	c->fin_behind_ns = 0;
	c->connected = c->delivered = c->reset_seen = c->is_idle = false;
	c->interest = 0;
	c->started_ns = x->now_ns = clock_now_ns();
	c->intended_ns = c->due_ns = intended_ns ? intended_ns : c->started_ns;
	context->recorder.totals.attempted++;
	event_watch_began(&context->events, c);
	if (connection_open(context, c) == -1 ||
		(context->sealed && sealed_begin(context, c) == -1)) {
		int error = errno;
		x->now_ns = clock_now_ns();
		return connection_refused(context, c, error);
	}
	x->now_ns = c->returned_ns = clock_now_ns();
	return CONNECTION_GOES_ON;
}
