/* A connection of the client's host with itself: the wire does not see it. */
#include "bench/lab/pair.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Returns the listener, or -1 after a failure. */
static int loopback_listen(struct lab *lab, const struct address *at)
{
	int listener = lab_new_socket(lab, CLIENT);
	if (listener != -1 && (bind(listener, address_sockaddr(at), at->length) == -1 ||
				      listen(listener, 1) == -1))
		lab_fail(lab, "cannot listen on the loopback: %s", strerror(errno));
	return listener;
}

/* The first closer is the one that connected. */
static void both_close(struct lab *lab, int connected, int accepted)
{
	char byte;
	shutdown(connected, SHUT_WR);
	if (!pair_await(lab, accepted, POLLIN) || recv(accepted, &byte, 1, 0) != 0)
		lab_fail(lab, "no end of the stream came over the loopback");
	shutdown(accepted, SHUT_WR);
	if (!pair_await(lab, connected, POLLIN) || recv(connected, &byte, 1, 0) != 0)
		lab_fail(lab, "no end of the stream came back over the loopback");
}

int lab_loopback_connect(struct lab *lab)
{
	const struct in_addr loopback = {htonl(INADDR_LOOPBACK)};
	const struct address at = network_family(&lab->network) == AF_INET6
					  ? address_ipv6(&in6addr_loopback, LAB_PORT)
					  : address_ipv4(loopback, LAB_PORT);
	int error = 0, listener = loopback_listen(lab, &at), accepted = -1;
	int connected = lab_new_socket(lab, CLIENT);
	if (connected != -1 && connect(connected, address_sockaddr(&at), at.length) == -1 &&
		errno != EINPROGRESS)
		error = errno;
	else if (pair_await(lab, listener, POLLIN))
		accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (accepted != -1)
		both_close(lab, connected, accepted);
	else if (error == 0)
		lab_fail(lab, "no connection came over the loopback");
	const int fds[] = {accepted, connected, listener};
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] != -1)
			close(fds[i]);
	return error;
}
