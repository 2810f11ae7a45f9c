#include "bench/load/batch.h"

#include "bench/load/slot.h"

void batch_add(struct lane *lane, struct slot *slot)
{
	struct batch *batch = &lane->batch;
	batch->slots[batch->count++] = slot;
	if (batch->count >= batch->size)
		batch_send(lane);
}

void batch_send(struct lane *lane)
{
	struct batch *batch = &lane->batch;
	for (unsigned i = 0; i < batch->count; i++)
		slot_ask(lane, batch->slots[i]);
	batch->count = 0;
}
