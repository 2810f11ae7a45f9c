/* The listening sockets of the program: opened by it, or inherited from whoever started it.
 *
 * Inherited ones come as systemd hands them over (sd_listen_fds(3)): LISTEN_PID, LISTEN_FDS,
 * LISTEN_FDNAMES. A server that reloads starts its successor in the same way. A socket named
 * "metrics" answers /metrics, every other one serves. */
#ifndef SERVER_HOST_SOCKETS_H
#define SERVER_HOST_SOCKETS_H

#include "common/error.h"
#include "server/listener.h"
#include "server/worker.h"

#include <stdbool.h>
#include <stddef.h>

#define SOCKETS_FIRST_FD 3 /* SD_LISTEN_FDS_START */
#define SOCKETS_METRICS_NAME "metrics"

struct sockets {
	int *fds; /* those that serve */
	size_t count;
	int metrics_fd; /* -1: none */
	struct listener_address address, metrics_address;
	bool inherited;
};

void sockets_init(struct sockets *s);

/* Opens one listening socket a thread; or takes what was inherited, in whose place --listen and
 * --metrics are not looked at. LISTEN_* leave the environment. Returns 0 or -1; sockets_close
 * releases in either case. */
int sockets_open(struct sockets *s, const struct role *serving, const struct role *metrics,
	struct error *error);

/* A descriptor of its own for the thread of this number; several threads share a socket where there
 * are more of them. Returns -1 with errno. */
int sockets_share(const struct sockets *s, size_t thread);

/* Closes the descriptors; what is known of them stays. */
void sockets_close(struct sockets *s);

#endif
