/* The way from this host to another, as its routing table says. */
#ifndef BENCH_NETWORK_ROUTE_H
#define BENCH_NETWORK_ROUTE_H

#include "common/address.h"
#include "common/error.h"

#include <stdbool.h>

struct route {
	struct address from; /* without a port */
	unsigned ifindex;    /* of the link that packets leave by */
	bool is_local;       /* the other is this host */
};

/* In the calling thread's namespace. Returns 0; or -1, where no route leads there. */
int route_find(const struct address *to, struct route *route, struct error *error);

#endif
