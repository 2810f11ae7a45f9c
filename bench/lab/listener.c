/* The server's listener, and what it accepts. */
#include "bench/lab/pair.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 128

struct address pair_server_address(const struct lab *lab)
{
	struct address address = lab->network.server_address;
	address_set_port(&address, LAB_PORT);
	return address;
}

void lab_stop_listening(struct lab *lab)
{
	if (lab->listener != -1)
		close(lab->listener);
	lab->listener = -1;
}

int lab_bind_listener(struct lab *lab, int fd)
{
	const struct address at = pair_server_address(lab);
	if (bind(fd, address_sockaddr(&at), at.length) == -1 || listen(fd, BACKLOG) == -1)
		return errno;
	return 0;
}

void lab_listen(struct lab *lab)
{
	int yes = 1;
	lab_stop_listening(lab);
	lab->listener = lab_new_socket(lab, SERVER);
	if (lab->listener == -1)
		return;
	/* A second listener of the port may be wanted. */
	setsockopt(lab->listener, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes));
	int error = lab_bind_listener(lab, lab->listener);
	if (error != 0)
		lab_fail(lab, "the server cannot listen: %s", strerror(error));
}

void lab_accept(struct lab *lab, bool accepts)
{
	lab->accepts = accepts;
}

static struct pair *pair_of_port(struct lab *lab, uint16_t port)
{
	for (struct pair *pair = lab->first; pair; pair = pair->next)
		if (lab_client_port(pair) == port && pair->mark_end == UINT64_MAX &&
			pair->fds[SERVER] == -1)
			return pair;
	return NULL;
}

void pair_accept(struct lab *lab)
{
	struct address from = {.length = sizeof(from.storage)};
	int fd = accept4(lab->listener, (struct sockaddr *)&from.storage, &from.length,
		SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd == -1)
		return;
	struct pair *pair = pair_of_port(lab, address_port(&from));
	if (pair)
		pair->fds[SERVER] = fd;
	else
		close(fd);
}
