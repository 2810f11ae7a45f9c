/* The server's end alone, on a host that others use: a fresh namespace with a link and an address
 * of its own on the host's network, beside the host's. */
#ifndef BENCH_NETWORK_ISOLATED_H
#define BENCH_NETWORK_ISOLATED_H

#include "bench/network/network.h"
#include "bench/network/restorer.h"
#include "common/address.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct isolated_spec {
	const char *link; /* of this host: a macvlan is laid on it */
	bool is_spare;    /* instead, the link itself goes there: this host has no use for it */
	struct address address; /* of the macvlan, or of that link; without a port */
	uint8_t prefix;
	struct address gateway; /* Optional: default of length 0, none leads beyond the link. */
};

/* Reads ADDRESS/PREFIX, and ADDRESS or NULL. Returns 0 or -1 (STATUS_USAGE). */
int isolated_parse(
	struct isolated_spec *spec, const char *address, const char *gateway, struct error *error);

/* Makes the namespace and its link, and pins the settings of the server there, and those that the
 * strategy requires of it; NULL: none does. Behind netns_prepare. restorer_end, for a spare link,
 * and network_destroy are due, and are not needed for cleaning up: all of it is taken down, or
 * given back, with the process. Returns 0 or -1. */
int isolated_create(struct network *network, struct restorer *spare,
	const struct isolated_spec *spec, const struct td_strategy *strategy, struct error *error);

#endif
