/* Says that the program serves: to the reload helper that started it (reload.h), and to a service
 * manager (sd_notify(3), NOTIFY_SOCKET). */
#ifndef SERVER_HOST_NOTIFY_H
#define SERVER_HOST_NOTIFY_H

/* The environment variable that names the descriptor which a reload helper reads from. */
#define NOTIFY_READY_FD "TEARDOWN_READY_FD"

struct notify {
	int ready_fd;  /* to a reload helper; -1: none */
	int socket_fd; /* to a service manager; -1: none */
	int error; /* errno where NOTIFY_SOCKET is set and cannot be connected to; otherwise 0 */
};

/* Opens what the environment names; the program still has the rights to. A service manager that
 * cannot be reached is left out. */
void notify_open(struct notify *n);

/* The program serves. Its process is the service's main process from here. */
void notify_ready(struct notify *n);

/* The program ends, and no other process takes its place. */
void notify_stopping(const struct notify *n);

void notify_close(struct notify *n);

#endif
