/* The requests of a behaviour, made of those of the load. */
#ifndef BENCH_LOAD_CLIENT_REQUEST_H
#define BENCH_LOAD_CLIENT_REQUEST_H

#include "bench/load/client.h"

#include <stdint.h>

/* Fills in the group's requests, which client_request_free releases. `parameter`: N of NAME=N.
 * Returns 0, or -1 when there is no memory. */
int client_request_make(struct client_group *group, uint32_t parameter);

void client_request_free(struct client_group *group);

#endif
