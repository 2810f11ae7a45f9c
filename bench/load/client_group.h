/* Clients of one behaviour, as one item of --clients or --beside asks for them (client.h has the
 * struct). */
#ifndef BENCH_LOAD_CLIENT_GROUP_H
#define BENCH_LOAD_CLIENT_GROUP_H

#include "bench/load/builtin_loader_spec.h"
#include "bench/load/client.h"
#include "bench/load/client_count.h"
#include "common/error.h"

#include <stdint.h>

/* Number `index` of the list, without clients. Timers expire in steps of `tick_ns`. Returns 0 or -1
 * with `error`; to be finished in either case. */
int client_group_init(struct client_group *group, const struct builtin_loader_spec *spec,
	const struct client_list *list, uint32_t index, uint64_t tick_ns, struct error *error);

/* The client is free for its next connection. */
void client_group_put(struct client *client);

/* A client for a next connection, which is counted; NULL: none is free, or all were made. */
struct client *client_group_take(struct client_group *group);

/* The load is to end: no more connections begin. */
void client_group_hurry(struct client_group *group);

/* What its clients have come to. */
void client_group_count(const struct client_group *group, struct client_count *count);

void client_group_finish(struct client_group *group);

#endif
