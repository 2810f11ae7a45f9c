#include "bench/check/delivery.h"

#include "bench/check/tcp_pair.h"
#include "common/clock.h"
#include "strategies/core/executor.h"
#include "strategies/core/socket_queue.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#define REQUEST_BYTES 64
#define LARGE_BYTES 300000
/* The kernel makes at least its own least of it: some thousand bytes. */
#define CLIENT_BUFFER_BYTES 4096
#define TURN_MS 10
/* Without a byte, an ACK or an end for so long, nothing more will come. */
#define PATIENCE_NS (10 * NS_PER_S)

struct side {
	struct executor executor;
	struct teardown end;
};

struct delivery {
	const struct delivery_spec *spec;
	struct wheel wheel;
	struct side server, client;
	struct delivery_result result;
	uint64_t moved_ns; /* when something moved last */
};

const char *const delivery_client_texts[DELIVERY_CLIENTS] = {
	[DELIVERY_READS_LATE] = "reads late",
	[DELIVERY_SENDS_ON] = "reads late and sends on",
	[DELIVERY_ACTS_FIRST] = "acts before the server",
};

const uint32_t delivery_bytes[DELIVERY_CLIENTS] = {
	[DELIVERY_READS_LATE] = LARGE_BYTES,
	[DELIVERY_SENDS_ON] = LARGE_BYTES,
	[DELIVERY_ACTS_FIRST] = 2000,
};

static bool is_open(const struct side *side)
{
	return side->end.state != EXECUTOR_ENDED;
}

static uint32_t bytes_of(const struct delivery *d)
{
	return delivery_bytes[d->spec->client];
}

static bool has_closed(const struct side *side)
{
	return !is_open(side) || side->end.shut;
}

/* After each step, in which one end acts at most. */
static void closer_note(struct delivery *d)
{
	if (d->result.first_closer == TD_NONE)
		d->result.first_closer = has_closed(&d->server)   ? TD_SERVER
					 : has_closed(&d->client) ? TD_CLIENT
								  : TD_NONE;
}

static void moved(struct delivery *d)
{
	d->moved_ns = clock_now_ns();
}

/* Nothing moves: waits for what the socket may have a little later. Returns -1 when that has gone
 * on for too long. */
static int await(struct delivery *d, int fd, short events, struct error *error)
{
	struct pollfd watched = {.fd = fd, .events = events};
	if (poll(&watched, 1, TURN_MS) == 1 || clock_now_ns() - d->moved_ns < PATIENCE_NS)
		return 0;
	return error_set(error, STATUS_FAILED, "no byte moved for 10 s: %llu of %u had arrived",
		(unsigned long long)d->result.received, bytes_of(d));
}

/* Returns whether the client goes on to read: not at its end, nor when nothing is there. */
static bool client_read(struct delivery *d)
{
	char room[CLIENT_BUFFER_BYTES];
	ssize_t n = recv(d->client.end.fd, room, sizeof(room), MSG_DONTWAIT);
	if (n <= 0)
		return false;
	d->result.received += (uint64_t)n;
	moved(d);
	return true;
}

/* What the server's end does with what has arrived: input, and ACKs. */
static void server_turn(struct delivery *d)
{
	struct side *s = &d->server;
	if (!is_open(s) || s->end.state == EXECUTOR_OPEN)
		return;
	if (executor_wants_input(&s->end))
		executor_readable(&s->executor, &s->end);
	if (is_open(s))
		executor_expired(&s->executor, &s->end);
	closer_note(d);
}

static int request_move(struct delivery *d, struct error *error)
{
	static const char request[REQUEST_BYTES];
	char room[REQUEST_BYTES];
	struct side *c = &d->client;
	if (send(c->end.fd, request, sizeof(request), MSG_NOSIGNAL) != sizeof(request))
		return error_set_errno(error, STATUS_FAILED, "the request cannot be sent");
	c->end.view.sent_bytes += sizeof(request);
	c->end.view.last = true;
	executor_request_sent(&c->executor, &c->end);
	closer_note(d);
	while (recv(d->server.end.fd, room, sizeof(room), MSG_DONTWAIT) == -1) {
		if (errno != EAGAIN)
			return error_set_errno(error, STATUS_FAILED, "the request did not arrive");
		if (await(d, d->server.end.fd, POLLIN, error) == -1)
			return -1;
	}
	d->server.end.view.received_bytes += sizeof(room);
	moved(d);
	return 0;
}

/* Hands the response to the server's kernel. Where there is no room for all of it the client reads,
 * and no more than is needed. Returns 0; also when the client's end has closed. */
static int response_send(struct delivery *d, struct error *error)
{
	static const char response[LARGE_BYTES];
	struct side *s = &d->server;
	struct td_view *view = &s->end.view;
	int flags = executor_send_flags(&s->executor, true) | MSG_NOSIGNAL | MSG_DONTWAIT;
	while (view->sent_bytes < bytes_of(d)) {
		ssize_t n = send(s->end.fd, response, bytes_of(d) - view->sent_bytes, flags);
		if (n > 0) {
			view->sent_bytes += (uint64_t)n;
			moved(d);
		} else if (errno != EAGAIN) {
			executor_error(&s->executor, &s->end, errno);
			return 0;
		} else if (!is_open(&d->client) || !client_read(d)) {
			if (await(d, s->end.fd, POLLOUT, error) == -1)
				return -1;
		}
	}
	return 0;
}

/* The server's host has received the byte when it has acknowledged it, or has answered with RST. */
static int client_send_on(struct delivery *d, struct error *error)
{
	int fd = d->client.end.fd;
	struct pollfd watched = {.fd = fd};
	if (!is_open(&d->client) || d->client.end.shut || send(fd, "x", 1, MSG_NOSIGNAL) != 1)
		return 0;
	moved(d);
	while (socket_unacked_bytes(fd) > 0 && poll(&watched, 1, 0) == 0)
		if (await(d, fd, 0, error) == -1)
			return -1;
	return 0;
}

/* The server's end acts, on all that it can learn while nobody reads. */
static int server_act(struct delivery *d, struct error *error)
{
	struct side *s = &d->server;
	if (!is_open(s))
		return 0;
	s->end.view.exchanges = 1;
	s->end.view.last = true;
	executor_exchange_done(&s->executor, &s->end);
	closer_note(d);
	/* The client's FIN may be on its way. */
	while (is_open(s) && s->end.state != EXECUTOR_OPEN && d->client.end.shut &&
		!s->end.view.peer_fin) {
		if (await(d, s->end.fd, POLLIN, error) == -1)
			return -1;
		server_turn(d);
	}
	if (d->spec->client == DELIVERY_SENDS_ON && client_send_on(d, error) == -1)
		return -1;
	server_turn(d);
	return 0;
}

/* What the server's end waits for may be the ACK of what was read last. */
static int acks_await(struct delivery *d, struct error *error)
{
	struct pollfd watched = {.fd = d->server.end.fd};
	while (is_open(&d->server) && is_open(&d->client) && poll(&watched, 1, 0) == 0 &&
		socket_unacked_bytes(watched.fd) > 0)
		if (await(d, watched.fd, 0, error) == -1)
			return -1;
	server_turn(d);
	return 0;
}

/* To the end of the response, or of the stream; each part may be what the server's end waits for.
 */
static int response_read(struct delivery *d, struct error *error)
{
	while (is_open(&d->client) && d->result.received < bytes_of(d)) {
		char byte;
		int fd = d->client.end.fd;
		if (!client_read(d)) {
			/* A byte may have come since. */
			ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK);
			if (n == 0 || (n == -1 && errno != EAGAIN))
				return 0;
			if (await(d, fd, POLLIN, error) == -1)
				return -1;
		}
		server_turn(d);
	}
	return acks_await(d, error);
}

static void client_act(struct delivery *d)
{
	struct side *c = &d->client;
	if (!is_open(c) || d->result.received < bytes_of(d))
		return;
	c->end.view.received_bytes = d->result.received;
	c->end.view.exchanges = 1;
	executor_exchange_done(&c->executor, &c->end);
	closer_note(d);
}

static int side_begin(struct side *side, int *fd, struct error *error)
{
	int own = *fd;
	*fd = -1;
	return executor_begin(&side->executor, &side->end, own) == 0
		       ? 0
		       : error_set_errno(error, STATUS_FAILED, "an end cannot be configured");
}

/* The buffer's size is set after the strategy has set its options, and before the window is
 * announced. */
static int connection_begin(struct delivery *d, struct tcp_pair *pair, struct error *error)
{
	const struct delivery_spec *spec = d->spec;
	int size = CLIENT_BUFFER_BYTES;
	if (tcp_pair_open(pair, spec->network, spec->strategy, TD_SERVER, error) == -1)
		return -1;
	int fd = pair->client_fd;
	if (side_begin(&d->client, &pair->client_fd, error) == -1)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	pair->client_fd = fd;
	int result = tcp_pair_connect(pair, error);
	pair->client_fd = -1;
	return result == 0 ? side_begin(&d->server, &pair->server_fd, error) : -1;
}

static void side_init(struct delivery *d, struct side *side, enum td_who who)
{
	side->end = (struct teardown){.fd = -1, .state = EXECUTOR_ENDED};
	executor_init(&side->executor, d->spec->strategy, who, &d->wheel, 0, 0);
	side->executor.now_ns = NS_PER_S;
}

/* A last segment that leaves with the FIN alone cannot be read before the server's end has acted.
 */
static bool client_is_first(const struct delivery *d)
{
	return d->spec->client == DELIVERY_ACTS_FIRST && !d->spec->strategy->fin_on_data;
}

static int exchange_play(struct delivery *d, struct error *error)
{
	if (request_move(d, error) == -1)
		return -1;
	if (is_open(&d->server) && response_send(d, error) == -1)
		return -1;
	if (client_is_first(d)) {
		if (response_read(d, error) == -1)
			return -1;
		client_act(d);
		return server_act(d, error);
	}
	if (server_act(d, error) == -1 || response_read(d, error) == -1)
		return -1;
	client_act(d);
	return 0;
}

int delivery_run(
	const struct delivery_spec *spec, struct delivery_result *result, struct error *error)
{
	struct delivery d = {.spec = spec, .moved_ns = clock_now_ns()};
	struct tcp_pair pair;
	wheel_init(&d.wheel, NS_PER_MS, NS_PER_S);
	side_init(&d, &d.server, TD_SERVER);
	side_init(&d, &d.client, TD_CLIENT);
	int status = connection_begin(&d, &pair, error);
	if (status == 0)
		status = exchange_play(&d, error);
	struct side *const sides[] = {&d.client, &d.server};
	for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++)
		if (is_open(sides[i]))
			executor_abandon(&sides[i]->executor, &sides[i]->end);
	tcp_pair_close(&pair);
	*result = d.result;
	return status;
}
