/* Changes to links, addresses, routes and neighbours of one namespace, through rtnetlink. Changes
 * are queued and go to the kernel many at a time, so that thousands of addresses take milliseconds.
 */
#ifndef BENCH_NETWORK_NETLINK_H
#define BENCH_NETWORK_NETLINK_H

#include "common/address.h"
#include "common/error.h"

#include <stdint.h>

#define NETLINK_MAC_BYTES 6

struct netlink;

struct netlink_macvlan {
	const char *name;
	unsigned below; /* the link that it lies on, in the calling thread's namespace */
	int netns;      /* where it is to live */
	uint8_t mac[NETLINK_MAC_BYTES];
};

struct netlink_veth {
	const char *name, *peer_name;
	int peer_netns; /* where the peer is to live */
	uint8_t mac[NETLINK_MAC_BYTES], peer_mac[NETLINK_MAC_BYTES];
};

/* Works in the calling thread's namespace, for good. Returns NULL on failure. */
struct netlink *netlink_create(struct error *error);
void netlink_destroy(struct netlink *netlink);

void netlink_add_veth(struct netlink *netlink, const struct netlink_veth *veth);
/* It hears the link below it, and no other macvlan there. */
void netlink_add_macvlan(struct netlink *netlink, const struct netlink_macvlan *macvlan);
/* There it is down, and has lost its addresses. */
void netlink_move(struct netlink *netlink, unsigned ifindex, int netns);
void netlink_set_up(struct netlink *netlink, unsigned ifindex);
/* The kernel removes the link's IPv6 addresses and routes, and keeps those of IPv4. */
void netlink_set_down(struct netlink *netlink, unsigned ifindex);

/* Addresses are IPv4 or IPv6; their ports do not count. An IPv6 address is not looked for on the
 * link first (duplicate address detection, RFC 4862, 5.4), so bind(2) takes it at once; but its
 * host route, without which the kernel drops what arrives, is made by a work queue when the link is
 * up (net/ipv6/addrconf.c, addrconf_dad_work). */
void netlink_add_address(
	struct netlink *netlink, unsigned ifindex, const struct address *address, uint8_t prefix);
/* Without a gateway, NULL, the destination is on the link. */
void netlink_add_route(struct netlink *netlink, unsigned ifindex, const struct address *destination,
	uint8_t prefix, const struct address *gateway);
/* What is sent to the destination is for this host. */
void netlink_add_local_route(struct netlink *netlink, unsigned ifindex,
	const struct address *destination, uint8_t prefix);
/* A neighbour that is known for good: neither ARP nor Neighbor Discovery. */
void netlink_add_neighbour(struct netlink *netlink, unsigned ifindex, const struct address *address,
	const uint8_t mac[NETLINK_MAC_BYTES]);

/* Whether the link can carry packets: 1, 0, or -1 on failure. Nothing may be queued. */
int netlink_is_running(struct netlink *netlink, unsigned ifindex, struct error *error);

/* Sends what is queued and waits for the kernel's answers. `what` completes "cannot …". Returns 0,
 * or -1 for the first change since the last commit that was refused. */
int netlink_commit(struct netlink *netlink, const char *what, struct error *error);

#endif
