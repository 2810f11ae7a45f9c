/* Whether a test that needs a network of its own can run here. */
#ifndef UNIT_NETWORK_NAMESPACES_H
#define UNIT_NETWORK_NAMESPACES_H

#include "bench/network/netns.h"
#include "bench/network/network.h"

#include <stdio.h>

/* Returns 0 where it can. Else the reason is told, and this is the test's exit status: 77 where the
 * host cannot make a network, 1 where making one failed. */
static inline int namespaces_missing(void)
{
	const struct network_spec spec = {
		.client_addresses = 1, .port_low = 32768, .port_high = 60999};
	struct error error = {.text = ""};
	struct network network;
	if (netns_prepare(&error) == 0 && network_create(&network, &spec, &error) == 0) {
		network_destroy(&network);
		return 0;
	}
	fprintf(stderr, "no network: %s\n", error.text);
	return error.status == STATUS_HOST_CANNOT ? 77 : 1;
}

#endif
