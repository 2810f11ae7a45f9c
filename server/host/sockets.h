/* The listening sockets of the program: opened by it, or inherited from the process that started
 * it.
 *
 * Inherited sockets come as systemd hands them over (sd_listen_fds(3)), in LISTEN_PID, LISTEN_FDS
 * and LISTEN_FDNAMES. A reload starts the new process in the same way. The socket named "metrics"
 * is for /metrics, every other one is for serving. */
#ifndef SERVER_HOST_SOCKETS_H
#define SERVER_HOST_SOCKETS_H

#include "common/error.h"
#include "server/host/listen_addresses.h"
#include "server/host/listen_socket.h"

#include <stdbool.h>
#include <stddef.h>

#define SOCKETS_FIRST_FD 3 /* SD_LISTEN_FDS_START */
#define SOCKETS_METRICS_NAME "metrics"
/* Threads that serve, each with a socket of its own at each address. */
#define SOCKETS_THREADS_MAX 256

struct sockets {
	int *fds; /* for serving */
	size_t count;
	int metrics_fd; /* -1: none */
	bool inherited;
	/* Where the server serves, and what --listen stands for as well and this host does not
	 * have. Of inherited sockets as many as there is room for. */
	struct listen_addresses addresses, lacking;
	struct address metrics_address;
};

void sockets_init(struct sockets *s);

/* Opens the listening sockets that the two specs ask for. Inherited sockets are taken in place of
 * those, and the addresses of the specs are then not looked at. Removes LISTEN_* from the
 * environment. Returns 0 or -1; sockets_close releases in either case. */
int sockets_open(struct sockets *s, const struct listen_spec *serving,
	const struct listen_spec *metrics, struct error *error);

/* Duplicates a serving socket for the thread of this number. Where there are more threads than
 * sockets, several threads share one. Returns the descriptor, or -1 with errno. */
int sockets_share(const struct sockets *s, size_t thread);

/* Closes the descriptors. The addresses stay readable. */
void sockets_close(struct sockets *s);

#endif
