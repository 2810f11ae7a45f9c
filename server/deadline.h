/* The deadlines of open connections. Each phase has one, and no byte that a peer sends moves it but
 * progress of a transfer. Deadlines of lingering connections are the executor's. */
#ifndef SERVER_DEADLINE_H
#define SERVER_DEADLINE_H

#include <stdbool.h>

/* What an open connection waits for. */
enum connection_phase {
	CONNECTION_NEW,   /* the first byte of the first request */
	CONNECTION_HEAD,  /* the rest of a request's head */
	CONNECTION_BODY,  /* the rest of a request's body */
	CONNECTION_WRITE, /* room in the socket's send buffer */
	CONNECTION_IDLE,  /* the next request */
	CONNECTION_DONE,  /* the peer's FIN: the last response is sent, and the strategy keeps the
		       connection */
};

struct connection;

/* The connection is in this phase: arms the phase's deadline, unless the phase goes on. */
void deadline_set(struct connection *c, enum connection_phase phase);

/* Arms the deadline of the current phase anew, since its limit has changed. */
void deadline_restart(struct connection *c);

/* The connection's timer expired. Returns whether the deadline has passed; otherwise arms the timer
 * again. */
bool deadline_has_passed(struct connection *c);

#endif
