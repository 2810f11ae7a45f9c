/* Two namespaces joined by veth, with addresses of either family: a network of the bench's has IPv4
 * addresses alone. */
#ifndef UNIT_NETWORK_NETWORK_OF_FAMILY_H
#define UNIT_NETWORK_NETWORK_OF_FAMILY_H

#include "bench/network/network.h"

/* `family` is AF_INET or AF_INET6. A failure fails the test. network_destroy destroys it. */
void network_of_family_create(struct network *network, int family);

/* An address of the client's that is on no link: the server has a route to it by the client. */
struct address network_of_family_routed(int family);

#endif
