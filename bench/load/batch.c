#include "bench/load/batch.h"

#include <stddef.h>

bool batch_add(struct batch *batch, struct connection *c)
{
	batch->connections[batch->count++] = c;
	return batch->count >= batch->size;
}

struct connection *batch_take(struct batch *batch)
{
	if (batch->taken < batch->count)
		return batch->connections[batch->taken++];
	batch->count = batch->taken = 0;
	return NULL;
}
