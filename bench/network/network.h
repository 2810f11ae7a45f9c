/* The network of a trial: two fresh namespaces joined by veth, addresses, pinned settings; or two
 * hosts' own, of which nothing is made or set. */
#ifndef BENCH_NETWORK_NETWORK_H
#define BENCH_NETWORK_NETWORK_H

#include "common/address.h"
#include "common/error.h"
#include "common/sysctl.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NETWORK_SETTINGS_MAX 128
#define NETWORK_CLIENT_ADDRESSES_MAX 4096
#define NETWORK_SERVER_ADDRESSES_MAX 16

/* One net.* setting of one host, as it was read back. */
struct network_setting {
	enum td_who end; /* TD_SERVER or TD_CLIENT; TD_NONE: the NAT between them */
	char name[SYSCTL_NAME_MAX];
	char value[SYSCTL_VALUE_MAX];
	bool of_proxy; /* the server of a first hop and the client of a second are one */
};

struct network_spec {
	int family;                /* AF_INET6; anything else is IPv4, in which alone has_nat is */
	uint32_t client_addresses; /* 1 to NETWORK_CLIENT_ADDRESSES_MAX */
	/* 1 to NETWORK_SERVER_ADDRESSES_MAX. Optional: default 1. */
	uint32_t server_addresses;
	uint16_t port_low, port_high; /* the client's ip_local_port_range */
	/* Settings beyond the pinned ones: the strategy's requirements, then the user's --sysctl. A
	 * later one of the same end and name wins. */
	const struct network_setting *settings;
	size_t setting_count;
	/* The ends are not joined by one pair of links: each has a pair of its own to a namespace
	 * in the middle, and nothing goes from one to the other unless it is relayed (bench/wire).
	 */
	bool has_wire;
	/* The same, and the one in the middle forwards what comes, as a NAT: what it translates is
	 * bench/nat's. Not both. */
	bool has_nat;
	/* The client has one address more, for connections that are not the load's. */
	bool has_beside_address;
	/* The hop before this one: its server's namespace is this one's client's, since it is a
	 * proxy that connects on. It outlives this network. Optional: default NULL, both
	 * namespaces are new. */
	const struct network *before;
	/* The server is on another host, at this address: the network is both hosts' own, and
	 * settings are read and recorded, never written. Optional: default NULL, all is made. */
	const struct address *shared_server;
	bool has_isolated_server; /* There, the agent has made a network of its own for it. */
	/* The client binds its ports itself: on a shared network those that connect(2) does not
	 * give (ports_outside.h). */
	bool has_bound_ports;
};

struct network {
	/* Descriptors; -1 when there is none; NETNS_OWN (netns.h): the end is on a host of its own,
	 * whose namespace is not the network's to close. */
	int server_netns, client_netns;
	int middle_netns;              /* of a wire, or of a NAT; -1 when there is none */
	bool has_nat;                  /* it is a NAT's */
	bool has_any_client;           /* the client is on another host: any address is its own */
	bool is_shared;                /* the hosts' own */
	bool has_isolated_server;      /* of these, the client's alone */
	bool has_bound_ports;          /* the client binds its ports itself */
	struct address own_client;     /* of a shared network: the client's only one */
	uint32_t hop;                  /* 0; 1 behind a proxy */
	struct address server_address; /* the first one, without a port */
	uint32_t server_addresses, client_addresses;
	unsigned server_ifindex, client_ifindex; /* of the veth end in each namespace */
	/* In the middle, of the links to either end. */
	unsigned middle_server_ifindex, middle_client_ifindex;
	/* Every pinned or asked for setting, read back. */
	struct network_setting settings[NETWORK_SETTINGS_MAX];
	size_t setting_count;
};

/* Before it is made. */
#define NETWORK_NONE                                                                               \
	{                                                                                          \
		.server_netns = -1, .client_netns = -1, .middle_netns = -1                         \
	}

/* Returns 0; or -1 with nothing left behind. */
int network_create(struct network *network, const struct network_spec *spec, struct error *error);

/* Applies the settings of both ends, and of a NAT, in a namespace of its own, which is gone then:
 * what a network of this spec could not set is refused in the same words. Returns 0 or -1. */
int network_try_settings(const struct network_spec *spec, struct error *error);

/* Adds what another host has set. Returns 0 or -1. */
int network_add_settings(struct network *network, const struct network *there, struct error *error);

/* Closes the namespaces that were made for it, and returns when the kernel has taken them down.
 * NULL and a failed one are tolerated. */
void network_destroy(struct network *network);

static inline int network_family(const struct network *network)
{
	return address_family(&network->server_address);
}

/* Where the load's source ports are from: the client's ip_local_port_range, as it was read back; on
 * a shared network those that the client binds itself are outside of it. */
void network_port_range(const struct network *network, uint16_t *low, uint16_t *high);

/* The one that the server sees instead of the client's, where a NAT is between; without a port. */
struct address network_nat_address(void);

/* Where what the server sends to the client is seen before any of it is translated: the
 * namespace, and the link at which it arrives. */
int network_client_side(const struct network *network, unsigned *ifindex);

/* The server's address number `index`, from 0, the first one; without a port. */
struct address network_server_address_at(const struct network *network, uint32_t index);

/* Where the server has to listen: all addresses (0.0.0.0, or ::) if it has several; without a port.
 */
struct address network_listen_address(const struct network *network);

/* Which of the server's addresses it is, as in6_addr's words; -1: none. */
int network_server_index(const struct network *network, const uint32_t address[4]);

/* The client's address number `index`, from 0; without a port. */
struct address network_client_address(const struct network *network, uint32_t index);

/* The one that is not the load's (has_beside_address); without a port. */
struct address network_beside_address(const struct network *network);

/* Whether it is that one, of either family; as in6_addr's words, of which an IPv4 address is the
 * first. */
bool network_is_beside_address(const uint32_t address[4]);

/* The subnet, behind the client's first address, of its others. */
struct address network_other_client_addresses(const struct network *network, uint8_t *prefix);

/* Whether it is one of the client's addresses, or that of the NAT which stands for them; as
 * in6_addr's words, of which an IPv4 address is the first. */
bool network_has_client_address(const struct network *network, const uint32_t address[4]);

#endif
