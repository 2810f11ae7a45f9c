#include "bench/load/connection_pool.h"

#include <stdlib.h>

int connection_pool_init(struct connection_pool *pool, size_t count)
{
	*pool = (struct connection_pool){
		.connections = calloc(count + 1, sizeof(*pool->connections)),
		.count = count,
		.busy = count};
	if (!pool->connections)
		return -1;
	for (size_t i = count; i-- > 0;) {
		pool->connections[i].teardown.state = EXECUTOR_ENDED;
		connection_pool_release(pool, &pool->connections[i]);
	}
	return 0;
}

void connection_pool_finish(struct connection_pool *pool)
{
	free(pool->connections);
}
