/* One request and its response, in a slot. What ends the connection is the slot's: it is told. */
#ifndef BENCH_LOAD_EXCHANGE_H
#define BENCH_LOAD_EXCHANGE_H

#include <stdbool.h>

struct lane;
struct slot;

/* The request that is to be sent next. */
void exchange_begin(struct lane *lane, struct slot *slot);

/* Sends what the kernel takes. Returns false when the connection ended. */
bool exchange_send(struct lane *lane, struct slot *slot);

/* Reads once. Returns true when there may be more to read of this response. */
bool exchange_receive(struct lane *lane, struct slot *slot);

/* Counts what came of the exchange at hand, if there is one: all of it, or what there was when the
 * connection ended. */
void exchange_end(struct lane *lane, struct slot *slot);

#endif
