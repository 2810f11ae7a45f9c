#include "bench/ends/way.h"

#include "common/clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAY_WITHIN_NS (12 * NS_PER_S)
#define PING_NS NS_PER_S
/* A SYN of a socket of its own each: the kernel would send the next one of the same only a second
 * later. */
#define TRY_MS 100

/* errno of a connect(2); ETIMEDOUT where there is no answer yet. */
static int connect_ask(int fd, const struct address *to)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
	int failure = 0;
	socklen_t size = sizeof(failure);
	if (connect(fd, address_sockaddr(to), to->length) == -1 && errno != EINPROGRESS)
		return errno;
	if (poll(&poll_fd, 1, TRY_MS) < 1)
		return ETIMEDOUT;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size) == -1 ? errno : failure;
}

/* Where something listens there already the way is open, too: the server says why it cannot. */
static bool is_open(const struct address *to)
{
	int fd = socket(address_family(to), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int failure = fd == -1 ? errno : connect_ask(fd, to);
	if (fd != -1)
		close(fd);
	return failure == 0 || failure == ECONNREFUSED;
}

int way_await(
	struct agent_link *link, const struct network *network, uint16_t port, struct error *error)
{
	char host[INET6_ADDRSTRLEN];
	const struct agent_request ping = {.word = AGENT_PING};
	struct address to = network->server_address;
	uint64_t from_ns = clock_now_ns();
	address_set_port(&to, port);
	address_host(&to, host);
	while (!is_open(&to)) {
		if (link->interrupted && *link->interrupted)
			return error_set(error, STATUS_INTERRUPTED, "interrupted");
		if (clock_now_ns() - from_ns > WAY_WITHIN_NS)
			return error_set(error, STATUS_FAILED,
				"--network isolated: %s has not answered for %d s: this network "
				"does not lead to its link and back (a switch that lets no second "
				"link address in at a port, or no --gateway of the agent's)",
				host, (int)(WAY_WITHIN_NS / NS_PER_S));
		if (clock_now_ns() - link->said_ns > PING_NS &&
			agent_link_ask(link, &ping, error) == -1)
			return -1;
		clock_pause(10 * NS_PER_MS);
	}
	return 0;
}
