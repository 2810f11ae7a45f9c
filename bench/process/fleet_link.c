#include "bench/process/fleet_link.h"

#include "common/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#define TURN_NS (20 * NS_PER_MS)

struct head {
	enum fleet_word word;
	size_t size;
};

static int all_send(int fd, const char *bytes, size_t size, struct error *error)
{
	while (size > 0) {
		ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
		if (sent == -1 && errno == EINTR)
			continue;
		if (sent == -1)
			return error_set_errno(error, STATUS_FAILED, "cannot speak to the fleet");
		bytes += sent;
		size -= (size_t)sent;
	}
	return 0;
}

int fleet_link_send(
	int fd, enum fleet_word word, const void *bytes, size_t size, struct error *error)
{
	const struct head head = {word, size};
	return all_send(fd, (const char *)&head, sizeof(head), error) == -1
		       ? -1
		       : all_send(fd, bytes, size, error);
}

/* Returns 1 once something can be read, or -1. */
static int readable_await(
	int fd, uint64_t due_ns, const volatile bool *interrupted, struct error *error)
{
	struct pollfd watched = {.fd = fd, .events = POLLIN};
	while (poll(&watched, 1, (int)(TURN_NS / NS_PER_MS)) != 1) {
		if (*interrupted)
			return error_set(error, STATUS_INTERRUPTED, "interrupted");
		if (clock_now_ns() >= due_ns)
			return error_set(error, STATUS_FAILED, "said nothing in its time");
	}
	return 1;
}

/* Returns how much was read: less than all at the end of the stream; or -1. */
static ssize_t all_take(int fd, char *bytes, size_t size, uint64_t due_ns,
	const volatile bool *interrupted, struct error *error)
{
	size_t have = 0;
	while (have < size) {
		if (readable_await(fd, due_ns, interrupted, error) == -1)
			return -1;
		ssize_t got = recv(fd, bytes + have, size - have, 0);
		if (got == -1 && errno != EINTR && errno != ECONNRESET)
			return error_set_errno(error, STATUS_FAILED, "recv");
		if (got == 0 || (got == -1 && errno == ECONNRESET))
			break;
		have += got > 0 ? (size_t)got : 0;
	}
	return (ssize_t)have;
}

int fleet_link_take(int fd, uint64_t due_ns, const volatile bool *interrupted,
	struct fleet_message *message, struct error *error)
{
	struct head head;
	*message = (struct fleet_message){.word = FLEET_OVER};
	ssize_t got = all_take(fd, (char *)&head, sizeof(head), due_ns, interrupted, error);
	if (got != (ssize_t)sizeof(head))
		return got == -1 ? -1 : 0;
	message->text = calloc(1, head.size + 1);
	if (!message->text)
		return error_set(error, STATUS_FAILED, "no memory for a message");
	got = all_take(fd, message->text, head.size, due_ns, interrupted, error);
	if (got != (ssize_t)head.size)
		return got == -1 ? -1 : 0;
	message->word = head.word;
	message->size = head.size;
	return 0;
}
