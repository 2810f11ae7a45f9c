/* Stands in for ring.c where the program is built without liburing: no scene is played. */
#include "bench/lab/ring_verbs.h"

#include <stdlib.h>

void lab_ring(struct lab *lab, void (*scene)(struct lab *lab))
{
	lab_skip(lab, "this program was built without liburing");
}

void lab_ring_receive(struct pair *pair, enum lab_end end)
{
	abort();
}

int lab_ring_received(struct lab *lab)
{
	abort();
}

int lab_ring_cancel(struct lab *lab)
{
	abort();
}

struct lab_ring_closed lab_ring_close(struct pair *pair, enum lab_end end, bool by_worker)
{
	abort();
}

int lab_ring_shut(struct pair *pair, enum lab_end end)
{
	abort();
}

struct lab_ring_sent lab_ring_send_close(
	struct pair *pair, enum lab_end end, unsigned bytes, bool waits_for_all)
{
	abort();
}

unsigned lab_ring_workers(struct lab *lab)
{
	abort();
}
