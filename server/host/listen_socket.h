/* One listening TCP socket: its address, and the options that accepted sockets inherit from it. */
#ifndef SERVER_HOST_LISTEN_SOCKET_H
#define SERVER_HOST_LISTEN_SOCKET_H

#include "common/address.h"
#include "common/error.h"
#include "strategies/core/hook.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stddef.h>

/* What sockets of one purpose are opened with. */
struct listen_spec {
	const char *option;  /* the option that gives the address, without "--": for errors */
	const char *address; /* listen_addresses.h; NULL: no socket is opened */
	size_t count;        /* sockets at each address that it stands for */
	int backlog;
	bool defer_accept;        /* TCP_DEFER_ACCEPT: accept when the request is there */
	unsigned user_timeout_ms; /* TCP_USER_TIMEOUT */
	int send_buffer; /* bytes of memory, as SO_SNDBUF is read back; 0: the kernel's own */
	const struct td_strategy *strategy;
	struct hook_mark
		*mark; /* set while the strategy's hook is called. Optional: default none */
};

/* Fails when another socket listens at the address. With SO_REUSEPORT, bind(2) would share the port
 * with another process of this user without an error. Returns 0 or -1. */
int listen_socket_probe(const struct address *address, struct error *error);

/* Opens a listening socket, and puts the port that the kernel chose into `address`. Returns the
 * descriptor or -1. */
int listen_socket_open(
	struct address *address, const struct listen_spec *spec, struct error *error);

/* Sets the options of `spec` on a bound socket, calls listen(2), which may be the second time, and
 * puts the socket's address into `address`. Returns 0 or -1. */
int listen_socket_adopt(
	int fd, struct address *address, const struct listen_spec *spec, struct error *error);

#endif
