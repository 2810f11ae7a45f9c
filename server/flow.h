/* The data path of an open connection: reads into the worker's input buffer, has http1.c parse it
 * and append responses to the worker's output buffer, and sends those. Between two events both
 * buffers are empty: bytes that the socket did not take, and input that waits, are copied to the
 * connection. */
#ifndef SERVER_FLOW_H
#define SERVER_FLOW_H

#include <stdbool.h>

struct connection;

/* Calls recv(2) once, and responds to the complete requests. */
void flow_readable(struct connection *c);

/* Sends the bytes that the socket did not take before, then parses the input that waited. */
void flow_writable(struct connection *c);

/* Responds to the incomplete request with an error, as the connection's last exchange. Returns
 * false, and does nothing, when there is no such request or when a part of its response was sent
 * already. */
bool flow_refuse(struct connection *c, unsigned status);

#endif
