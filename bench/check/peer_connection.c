#include "bench/check/peer_connection.h"

#include "bench/check/tcp_pair.h"
#include "common/clock.h"
#include "strategies/core/defaults.h"
#include "strategies/core/executor.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_BYTES 64
#define RESPONSE_BYTES 2000
/* Two exchanges show what a strategy of many does in between. */
#define EXCHANGES_MOST 2
/* More than enough: each turn without input brings the next deadline. */
#define TURNS_MOST 2000
#define TICK_NS NS_PER_MS
/* What is on its way between two hosts of one machine has arrived by then. */
#define ARRIVAL_MS 20

struct peer_connection {
	const struct peer_connection_spec *spec;
	struct executor executor;
	struct wheel wheel;
	struct teardown end; /* the strategy's */
	int peer_fd;
};

static bool is_open(const struct peer_connection *p)
{
	return p->end.state != EXECUTOR_ENDED;
}

/* Moves `bytes` from one socket to the other. The strategy's end may send its last ones with
 * MSG_MORE, which arrive when it closes: they are not waited for. */
static int bytes_move(int from, int to, size_t bytes, int flags)
{
	static const char zeros[RESPONSE_BYTES];
	char room[RESPONSE_BYTES];
	if (send(from, zeros, bytes, flags | MSG_NOSIGNAL) != (ssize_t)bytes)
		return -1;
	if (flags & MSG_MORE)
		return 0;
	for (size_t n = 0; n < bytes;) {
		struct pollfd arrives = {.fd = to, .events = POLLIN};
		if (poll(&arrives, 1, 1000) != 1)
			return -1;
		ssize_t part = recv(to, room, bytes - n, MSG_DONTWAIT);
		if (part <= 0)
			return -1;
		n += (size_t)part;
	}
	return 0;
}

/* The request, and what the client's end is asked after it. */
static int request_move(struct peer_connection *p)
{
	bool ours = p->spec->who == TD_CLIENT;
	int from = ours ? p->end.fd : p->peer_fd, to = ours ? p->peer_fd : p->end.fd;
	if (bytes_move(from, to, REQUEST_BYTES, 0) == -1)
		return -1;
	if (ours) {
		p->end.view.sent_bytes += REQUEST_BYTES;
		executor_request_sent(&p->executor, &p->end);
	} else {
		p->end.view.received_bytes += REQUEST_BYTES;
	}
	return 0;
}

static int response_move(struct peer_connection *p, bool last)
{
	bool ours = p->spec->who == TD_SERVER;
	int from = ours ? p->end.fd : p->peer_fd, to = ours ? p->peer_fd : p->end.fd;
	bool lost = last && ours && p->spec->peer->act == PEER_VANISHES;
	/* Nobody is there to read it. */
	int flags = ours ? executor_send_flags(&p->executor, last) | (lost ? MSG_MORE : 0) : 0;
	if (bytes_move(from, to, RESPONSE_BYTES, flags) == -1)
		return -1;
	*(ours ? &p->end.view.sent_bytes : &p->end.view.received_bytes) += RESPONSE_BYTES;
	return 0;
}

/* The host of the peer goes, or comes back. */
static int peer_host_set(const struct peer_connection *p, bool up, struct error *error)
{
	bool is_client = p->spec->who == TD_SERVER;
	return tcp_pair_link_set(p->spec->network, is_client ? TD_CLIENT : TD_SERVER, up, error);
}

/* Request, response, and what the strategy answers to it. Returns 0; also when it ended early. */
static int exchange(struct peer_connection *p, bool last, struct error *error)
{
	bool vanishes = last && p->spec->peer->act == PEER_VANISHES;
	bool early = p->spec->who == TD_SERVER;
	if (request_move(p) == -1)
		return error_set_errno(error, STATUS_FAILED, "the request did not arrive");
	if (vanishes && early && peer_host_set(p, false, error) == -1)
		return -1;
	if (is_open(p) && response_move(p, last) == -1)
		return error_set_errno(error, STATUS_FAILED, "the response did not arrive");
	if (vanishes && !early && peer_host_set(p, false, error) == -1)
		return -1;
	if (!is_open(p))
		return 0;
	p->end.view.exchanges++;
	p->end.view.last = last;
	executor_exchange_done(&p->executor, &p->end);
	return 0;
}

static void peer_reset(struct peer_connection *p)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};
	setsockopt(p->peer_fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(p->peer_fd);
	p->peer_fd = -1;
}

static void peer_read(struct peer_connection *p)
{
	char room[RESPONSE_BYTES];
	while (recv(p->peer_fd, room, sizeof(room), MSG_DONTWAIT) > 0)
		;
}

/* What the peer does this turn. */
static void peer_act(struct peer_connection *p, unsigned turn)
{
	static const char byte[] = "x";
	switch (p->spec->peer->act) {
	case PEER_CLOSES:
		peer_read(p);
		if (turn == 0)
			shutdown(p->peer_fd, SHUT_WR);
		break;
	case PEER_TALKS_ON:
		peer_read(p);
		send(p->peer_fd, byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
		break;
	case PEER_RESETS:
		if (turn == 0)
			peer_reset(p);
		break;
	case PEER_IS_MUTE:
	case PEER_VANISHES:
		break;
	}
}

static bool input_arrives(struct peer_connection *p)
{
	struct pollfd arrives = {.fd = p->end.fd, .events = POLLIN};
	return executor_wants_input(&p->end) && poll(&arrives, 1, ARRIVAL_MS) == 1;
}

/* An open connection is read by its owner, not by the executor. */
static void input_take(struct peer_connection *p)
{
	char room[RESPONSE_BYTES];
	if (p->end.state != EXECUTOR_OPEN) {
		executor_readable(&p->executor, &p->end);
		return;
	}
	ssize_t n = recv(p->end.fd, room, sizeof(room), MSG_DONTWAIT);
	if (n == 0)
		executor_peer_fin(&p->executor, &p->end);
	else if (n > 0)
		p->end.view.received_bytes += (uint64_t)n;
	else if (errno != EAGAIN)
		executor_error(&p->executor, &p->end, errno);
}

/* The clock goes on to the next deadline; of an open connection that is the owner's own. Between
 * bytes of a peer that talks on it goes half way to the deadline for silence. */
static void time_pass(struct peer_connection *p, bool input)
{
	struct executor *x = &p->executor;
	if (p->end.state == EXECUTOR_OPEN) {
		executor_timeout(x, &p->end);
		return;
	}
	uint64_t step = x->idle_ns / 2 > x->grace_ns / 64 ? x->idle_ns / 2 : x->grace_ns / 64;
	uint64_t due = p->end.timer.due_ns + TICK_NS;
	x->now_ns =
		!input ? (due > x->now_ns ? due : x->now_ns + TICK_NS) : x->now_ns + step + TICK_NS;
	if (wheel_expired(&p->wheel, x->now_ns))
		executor_expired(x, &p->end);
}

/* Until the strategy's end is closed. */
static int ending_run(struct peer_connection *p, struct error *error)
{
	for (unsigned turn = 0; is_open(p); turn++) {
		if (turn == TURNS_MOST)
			return error_set(error, STATUS_FAILED,
				"the connection does not end, whatever deadline passes");
		peer_act(p, turn);
		bool input = input_arrives(p);
		if (input)
			input_take(p);
		/* Input that goes on must not keep the deadlines from passing. */
		if (is_open(p) && (!input || p->spec->peer->act == PEER_TALKS_ON))
			time_pass(p, input);
	}
	return 0;
}

static int connection_exchanges(struct peer_connection *p, struct error *error)
{
	uint32_t most = strategy_exchanges(p->spec->strategy);
	uint32_t count = most < EXCHANGES_MOST ? most : EXCHANGES_MOST;
	for (uint32_t i = 0; i < count && is_open(p) && p->end.state == EXECUTOR_OPEN; i++)
		if (exchange(p, i + 1 == count, error) == -1)
			return -1;
	return 0;
}

/* The strategy's end begins after accept, or before connect. A configure hook that fails ends it
 * there, and is not this function's failure. */
static int connection_begin(struct peer_connection *p, struct tcp_pair *pair, struct error *error)
{
	const struct peer_connection_spec *spec = p->spec;
	bool server = spec->who == TD_SERVER;
	int *own = server ? &pair->server_fd : &pair->client_fd;
	int *other = server ? &pair->client_fd : &pair->server_fd;
	if (tcp_pair_open(pair, spec->network, spec->strategy, spec->who, error) == -1)
		return -1;
	if (server && tcp_pair_connect(pair, error) == -1)
		return -1;
	int fd = *own, begun = executor_begin(&p->executor, &p->end, fd);
	int result = begun == 0 && !server ? tcp_pair_connect(pair, error) : 0;
	*own = -1;
	p->peer_fd = *other;
	*other = -1;
	return result;
}

static int connection_middle(struct peer_connection *p, struct error *error)
{
	int result = p->spec->peer->moment == PEER_AFTER ? connection_exchanges(p, error) : 0;
	return result == 0 ? ending_run(p, error) : -1;
}

int peer_connection_run(const struct peer_connection_spec *spec, struct error *error)
{
	struct peer_connection p = {
		.spec = spec, .end = {.fd = -1, .state = EXECUTOR_ENDED}, .peer_fd = -1};
	struct tcp_pair pair;
	executor_init(&p.executor, spec->strategy, spec->who, &p.wheel, 0, 0);
	p.executor.now_ns = NS_PER_S;
	wheel_init(&p.wheel, TICK_NS, p.executor.now_ns);
	int result = connection_begin(&p, &pair, error);
	if (result == 0 && is_open(&p))
		result = connection_middle(&p, error);
	if (is_open(&p))
		executor_abandon(&p.executor, &p.end);
	tcp_pair_close(&pair);
	if (p.peer_fd != -1)
		close(p.peer_fd);
	if (spec->peer->act == PEER_VANISHES && peer_host_set(&p, true, error) == -1)
		return -1;
	return result;
}
