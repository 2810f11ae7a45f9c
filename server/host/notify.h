/* Tells whoever started the program that it serves: the server that it replaces (starter.h), and a
 * service manager (sd_notify(3), NOTIFY_SOCKET). */
#ifndef SERVER_HOST_NOTIFY_H
#define SERVER_HOST_NOTIFY_H

/* The environment names the descriptor that a starter waits at. */
#define NOTIFY_READY_FD "TEARDOWN_READY_FD"

struct notify {
	int ready_fd;  /* of a starter; -1: none */
	int socket_fd; /* of a service manager; -1: none */
};

/* Opens what the environment names, before the program gives up its rights to. A manager that
 * cannot be reached is not told: it will say so itself. */
void notify_open(struct notify *n);

/* The program serves: its process is the service's main one from here. */
void notify_ready(struct notify *n);

/* The program ends, and no other takes its place. */
void notify_stopping(const struct notify *n);

void notify_close(struct notify *n);

#endif
