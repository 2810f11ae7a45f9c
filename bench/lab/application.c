/* What the applications of a scene do with their sockets. */
#include "bench/lab/pair.h"
#include "common/clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_open(const struct pair *pair, enum lab_end end)
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
	if (is_open(pair, end))
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
	if (is_open(pair, end))
		getsockopt(pair->fds[end], SOL_SOCKET, SO_ERROR, &error, &size);
	return error;
}

static const char *end_text(enum lab_end end)
{
	return end == SERVER ? "server" : "client";
}

/* Returns how many; -1 with errno. */
static ssize_t send_once(const struct pair *pair, enum lab_end end, size_t bytes)
{
	static const char data[65536];
	return send(
		pair->fds[end], data, bytes < sizeof(data) ? bytes : sizeof(data), MSG_NOSIGNAL);
}

size_t lab_send_some(struct pair *pair, enum lab_end end, size_t bytes)
{
	size_t sent = 0;
	while (sent < bytes && is_open(pair, end)) {
		ssize_t now = send_once(pair, end, bytes - sent);
		if (now == -1)
			break;
		sent += (size_t)now;
	}
	return sent;
}

void lab_send(struct pair *pair, enum lab_end end, size_t bytes)
{
	for (size_t sent = 0; sent < bytes && is_open(pair, end);) {
		ssize_t now = send_once(pair, end, bytes - sent);
		if (now >= 0)
			sent += (size_t)now;
		else if (errno != EAGAIN || !pair_await(pair->lab, pair->fds[end], POLLOUT))
			lab_fail(pair->lab, "the %s could not send: %s", end_text(end),
				strerror(errno));
	}
}

void lab_read(struct pair *pair, enum lab_end end, size_t bytes)
{
	char data[65536];
	for (size_t got = 0; got < bytes && is_open(pair, end);) {
		size_t left = bytes - got;
		ssize_t now =
			recv(pair->fds[end], data, left < sizeof(data) ? left : sizeof(data), 0);
		if (now > 0)
			got += (size_t)now;
		else if (now == 0 || errno != EAGAIN ||
			 !pair_await(pair->lab, pair->fds[end], POLLIN))
			lab_fail(pair->lab, "the %s got %zu of %zu bytes: %s", end_text(end), got,
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

void lab_echo(struct pair *pair, size_t bytes)
{
	struct echo echo = {0};
	uint64_t deadline_ns = lab_deadline_ns();
	while (echo.done < bytes && is_open(pair, CLIENT) && is_open(pair, SERVER)) {
		struct pollfd fds[] = {
			{pair->fds[CLIENT], POLLIN, 0}, {pair->fds[SERVER], POLLIN, 0}};
		if (!echo_step(pair, &echo, bytes))
			poll(fds, 2, 1);
		if (clock_now_ns() > deadline_ns)
			lab_fail(pair->lab, "%zu of %zu bytes were echoed in %d s", echo.done,
				bytes, LAB_DEADLINE_S);
	}
}

static enum reading read_on(struct pair *pair, enum lab_end end, size_t *bytes, bool waits)
{
	char data[65536];
	size_t unasked;
	bytes = bytes ? bytes : &unasked;
	*bytes = 0;
	while (is_open(pair, end)) {
		ssize_t now = recv(pair->fds[end], data, sizeof(data), 0);
		if (now == 0)
			return READ_EOF;
		if (now > 0)
			*bytes += (size_t)now;
		else if (errno == ECONNRESET)
			return READ_RESET;
		else if (errno != EAGAIN)
			return READ_ERROR;
		else if (!waits || !pair_await(pair->lab, pair->fds[end], POLLIN))
			return READ_OPEN;
	}
	return READ_OPEN;
}

enum reading lab_read_to_end(struct pair *pair, enum lab_end end, size_t *bytes)
{
	return read_on(pair, end, bytes, true);
}

enum reading lab_read_now(struct pair *pair, enum lab_end end, size_t *bytes)
{
	return read_on(pair, end, bytes, false);
}

const char *lab_reading_text(enum reading reading)
{
	static const char *const texts[] = {
		[READ_EOF] = "end of the stream",
		[READ_RESET] = "ECONNRESET",
		[READ_ERROR] = "an error",
		[READ_OPEN] = "no end",
	};
	return texts[reading];
}

void lab_shut(struct pair *pair, enum lab_end end)
{
	if (is_open(pair, end))
		shutdown(pair->fds[end], SHUT_WR);
}

void lab_shut_read(struct pair *pair, enum lab_end end)
{
	if (is_open(pair, end))
		shutdown(pair->fds[end], SHUT_RD);
}

void lab_close(struct pair *pair, enum lab_end end)
{
	if (!is_open(pair, end))
		return;
	close(pair->fds[end]);
	pair->fds[end] = -1;
}

void lab_linger(struct pair *pair, enum lab_end end, int seconds)
{
	const struct linger linger = {1, seconds};
	if (is_open(pair, end))
		setsockopt(pair->fds[end], SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

void lab_reset(struct pair *pair, enum lab_end end)
{
	lab_linger(pair, end, 0);
	lab_close(pair, end);
}

void lab_think(struct lab *lab, unsigned milliseconds)
{
	if (!lab_is_over(lab))
		clock_pause(milliseconds * NS_PER_MS);
}
