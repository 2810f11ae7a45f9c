#include "bench/load/batch.h"

#include "bench/load/slot.h"

void volley_add(struct lane *lane, struct slot *slot)
{
	struct volley *volley = &lane->volley;
	volley->slots[volley->count++] = slot;
	if (volley->count >= volley->size)
		volley_send(lane);
}

void volley_send(struct lane *lane)
{
	struct volley *volley = &lane->volley;
	for (unsigned i = 0; i < volley->count; i++)
		slot_ask(lane, volley->slots[i]);
	volley->count = 0;
}
