/* One link of a trial's network: its name, its own address, and when it carries packets. */
#ifndef BENCH_NETWORK_LINK_H
#define BENCH_NETWORK_LINK_H

#include "bench/network/netlink.h"
#include "common/address.h"
#include "common/error.h"

#include <stdint.h>

#define LINK_OF_SERVER "td-server"
#define LINK_OF_CLIENT "td-client"
/* In the middle. */
#define LINK_TO_SERVER "td-to-server"
#define LINK_TO_CLIENT "td-to-client"

/* The link address of the host that has this address: its last four bytes behind the "locally
 * administered" bit. */
void link_address(uint8_t mac[NETLINK_MAC_BYTES], const struct address *address);

/* In the calling thread's namespace. Returns 0 or -1. */
int link_find(const char *name, unsigned *ifindex, struct error *error);

/* Has the kernel tell the other hosts again which link address those of the link have, where
 * net.ipv4.conf.all.arp_notify and net.ipv6.conf.all.ndisc_notify are 1: they may know others of
 * them. A link that refuses has told it only as it came up. In the calling thread's namespace. */
void link_announce(unsigned ifindex);

/* Until the link carries packets. Returns 0 or -1. */
int link_wait(struct netlink *netlink, unsigned ifindex, struct error *error);

#endif
