/* The data path of an open connection: reads into the worker's input, lets http1 parse it and
 * append the responses to the worker's output, sends that. Between two events of a connection
 * neither buffer holds anything of it: what the socket did not take is the connection's own. */
#ifndef SERVER_FLOW_H
#define SERVER_FLOW_H

#include <stdbool.h>

struct connection;

/* Reads once and answers what is complete. */
void flow_readable(struct connection *c);

/* Sends what is left, then goes on with the input that waited for it. */
void flow_writable(struct connection *c);

/* Answers the request at hand with an error, as the connection's last exchange. Returns false when
 * there is none, or a part of its response is on its way already: then nothing was done. */
bool flow_refuse(struct connection *c, unsigned status);

#endif
