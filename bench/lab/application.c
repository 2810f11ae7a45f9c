/* What the applications of a scene do with their sockets. */
#include "bench/lab/pair.h"
#include "common/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool pair_is_open(const struct pair *pair, enum lab_end end)
{
	if (!pair || lab_is_over(pair->lab))
		return false;
	if (pair->fds[end] == -1)
		lab_fail(pair->lab, "the scene uses a socket that is closed");
	return pair->fds[end] != -1;
}

static void option_set(struct lab *lab, int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)) == -1)
		lab_skip(lab, "the kernel refuses option %d of level %d: %s", name, level,
			strerror(errno));
}

void lab_option(struct pair *pair, enum lab_end end, int level, int name, int value)
{
	if (pair_is_open(pair, end))
		option_set(pair->lab, pair->fds[end], level, name, value);
}

void lab_listener_option(struct lab *lab, int level, int name, int value)
{
	if (!lab_is_over(lab))
		option_set(lab, lab->listener, level, name, value);
}

int lab_error(const struct pair *pair, enum lab_end end)
{
	int error = 0;
	socklen_t size = sizeof(error);
	if (pair_is_open(pair, end))
		getsockopt(pair->fds[end], SOL_SOCKET, SO_ERROR, &error, &size);
	return error;
}

static const char *end_text(enum lab_end end)
{
	return end == SERVER ? "server" : "client";
}

/* What applications send. */
static const char zeros[65536];

/* Returns how many; -1 with errno. */
static ssize_t send_once(const struct pair *pair, enum lab_end end, size_t bytes)
{
	return send(
		pair->fds[end], zeros, bytes < sizeof(zeros) ? bytes : sizeof(zeros), MSG_NOSIGNAL);
}

unsigned lab_send_some(struct pair *pair, enum lab_end end, unsigned bytes)
{
	unsigned sent = 0;
	while (sent < bytes && pair_is_open(pair, end)) {
		ssize_t now = send_once(pair, end, bytes - sent);
		if (now == -1)
			break;
		sent += (unsigned)now;
	}
	return sent;
}

void pair_send(struct pair *pair, enum lab_end end, const char *bytes, size_t length, int flags)
{
	for (size_t sent = 0; sent < length && pair_is_open(pair, end);) {
		ssize_t now =
			send(pair->fds[end], bytes + sent, length - sent, MSG_NOSIGNAL | flags);
		if (now >= 0)
			sent += (size_t)now;
		else if (errno != EAGAIN || !pair_await(pair->lab, pair->fds[end], POLLOUT))
			lab_fail(pair->lab, "the %s could not send: %s", end_text(end),
				strerror(errno));
	}
}

static void send_all(struct pair *pair, enum lab_end end, size_t bytes, int flags)
{
	while (bytes > 0 && pair_is_open(pair, end)) {
		size_t now = bytes < sizeof(zeros) ? bytes : sizeof(zeros);
		pair_send(pair, end, zeros, now, flags);
		bytes -= now;
	}
}

void lab_send(struct pair *pair, enum lab_end end, unsigned bytes)
{
	send_all(pair, end, bytes, 0);
}

void lab_send_more(struct pair *pair, enum lab_end end, unsigned bytes)
{
	send_all(pair, end, bytes, MSG_MORE);
}

void lab_read(struct pair *pair, enum lab_end end, unsigned bytes)
{
	char data[65536];
	for (size_t got = 0; got < bytes && pair_is_open(pair, end);) {
		size_t left = bytes - got;
		ssize_t now =
			recv(pair->fds[end], data, left < sizeof(data) ? left : sizeof(data), 0);
		if (now > 0)
			got += (size_t)now;
		else if (now == 0 || errno != EAGAIN ||
			 !pair_await(pair->lab, pair->fds[end], POLLIN))
			lab_fail(pair->lab, "the %s got %zu of %u bytes: %s", end_text(end), got,
				bytes, now == 0 ? "end of the stream" : strerror(errno));
	}
}

void lab_exchange(struct pair *pair)
{
	lab_send(pair, CLIENT, 100);
	lab_read(pair, SERVER, 100);
	lab_send(pair, SERVER, 200);
	lab_read(pair, CLIENT, 200);
}

/* How far an echo is: bytes. */
struct echo {
	size_t asked, heard, answered, done;
};

/* Moves what can be moved at once. Returns whether anything could. */
static bool echo_step(struct pair *pair, struct echo *echo, size_t bytes)
{
	static char data[65536];
	const struct echo before = *echo;
	ssize_t now = send_once(pair, CLIENT, bytes - echo->asked);
	echo->asked += now > 0 ? (size_t)now : 0;
	now = recv(pair->fds[SERVER], data, sizeof(data), 0);
	echo->heard += now > 0 ? (size_t)now : 0;
	now = send_once(pair, SERVER, echo->heard - echo->answered);
	echo->answered += now > 0 ? (size_t)now : 0;
	now = recv(pair->fds[CLIENT], data, sizeof(data), 0);
	echo->done += now > 0 ? (size_t)now : 0;
	return memcmp(&before, echo, sizeof(before)) != 0;
}

void lab_echo(struct pair *pair, unsigned bytes)
{
	struct echo echo = {0};
	uint64_t deadline_ns = lab_deadline_ns();
	while (echo.done < bytes && pair_is_open(pair, CLIENT) && pair_is_open(pair, SERVER)) {
		struct pollfd fds[] = {
			{pair->fds[CLIENT], POLLIN, 0}, {pair->fds[SERVER], POLLIN, 0}};
		if (!echo_step(pair, &echo, bytes))
			poll(fds, 2, 1);
		if (clock_now_ns() > deadline_ns)
			lab_fail(pair->lab, "%zu of %u bytes were echoed in %d s", echo.done, bytes,
				LAB_DEADLINE_S);
	}
}

static struct reading read_on(struct pair *pair, enum lab_end end, bool waits)
{
	struct reading reading = {0, READ_OPEN};
	char data[65536];
	while (pair_is_open(pair, end)) {
		ssize_t now = recv(pair->fds[end], data, sizeof(data), 0);
		if (now > 0)
			reading.bytes += (unsigned)now;
		else if (now == 0 || errno != EAGAIN) {
			reading.end = now == 0              ? READ_EOF
				      : errno == ECONNRESET ? READ_RESET
							    : READ_ERROR;
			break;
		} else if (!waits || !pair_await(pair->lab, pair->fds[end], POLLIN))
			break;
	}
	return reading;
}

struct reading lab_read_to_end(struct pair *pair, enum lab_end end)
{
	return read_on(pair, end, true);
}

struct reading lab_read_now(struct pair *pair, enum lab_end end)
{
	return read_on(pair, end, false);
}

struct reading lab_drain(struct pair *pair, enum lab_end end)
{
	struct reading reading = lab_read_to_end(pair, end);
	lab_close(pair, end);
	return reading;
}

void lab_shut(struct pair *pair, enum lab_end end)
{
	if (pair_is_open(pair, end))
		shutdown(pair->fds[end], SHUT_WR);
}

void lab_shut_read(struct pair *pair, enum lab_end end)
{
	if (pair_is_open(pair, end))
		shutdown(pair->fds[end], SHUT_RD);
}

void lab_close(struct pair *pair, enum lab_end end)
{
	if (!pair_is_open(pair, end))
		return;
	close(pair->fds[end]);
	pair->fds[end] = -1;
}

void lab_block(struct pair *pair, enum lab_end end)
{
	if (pair_is_open(pair, end))
		fcntl(pair->fds[end], F_SETFL, 0);
}

void lab_linger(struct pair *pair, enum lab_end end, int seconds)
{
	const struct linger linger = {1, seconds};
	if (pair_is_open(pair, end))
		setsockopt(pair->fds[end], SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

void lab_keep_alive(struct pair *pair, enum lab_end end, int idle_s, int interval_s, int count)
{
	lab_option(pair, end, IPPROTO_TCP, TCP_KEEPIDLE, idle_s);
	lab_option(pair, end, IPPROTO_TCP, TCP_KEEPINTVL, interval_s);
	lab_option(pair, end, IPPROTO_TCP, TCP_KEEPCNT, count);
	lab_option(pair, end, SOL_SOCKET, SO_KEEPALIVE, 1);
}

void lab_reset(struct pair *pair, enum lab_end end)
{
	lab_linger(pair, end, 0);
	lab_close(pair, end);
}

void lab_reset_both(struct pair *pair)
{
	lab_reset(pair, CLIENT);
	lab_reset(pair, SERVER);
}

/* The ACK of the first FIN could leave just behind the second FIN, and meet nobody, or TIME-WAIT: a
 * RST would follow. So it is asked for, once the FIN was read, and waited for. */
void lab_close_both(struct pair *pair, enum lab_end first)
{
	lab_shut(pair, first);
	lab_expect(pair, !first, STATE_CLOSE_WAIT);
	lab_read_to_end(pair, !first);
	lab_option(pair, !first, IPPROTO_TCP, TCP_QUICKACK, 1);
	lab_expect(pair, first, STATE_FIN_WAIT_2);
	lab_close(pair, !first);
	lab_expect(pair, !first, STATE_CLOSED);
	lab_close(pair, first);
}

struct pair *lab_time_wait(struct lab *lab, enum lab_end first)
{
	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);
	lab_close_both(pair, first);
	lab_expect(pair, first, STATE_TIME_WAIT);
	return pair;
}

void lab_think(struct lab *lab, unsigned milliseconds)
{
	if (!lab_is_over(lab))
		clock_pause(milliseconds * NS_PER_MS);
}
