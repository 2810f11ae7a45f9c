#include "bench/network/netlink.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_BYTES 16384
#define MESSAGE_BYTES 512 /* The longest message, a veth pair, has fewer. */
#define ANSWER_BYTES 8192

struct netlink {
	struct mnl_socket *socket;
	unsigned sequence;
	size_t used;
	struct nlmsghdr *last;
	int failure; /* errno of the first refusal since the last commit */
	char batch[BATCH_BYTES] __attribute__((aligned(8)));
};

struct netlink *netlink_create(struct error *error)
{
	struct netlink *netlink = calloc(1, sizeof(*netlink));
	if (!netlink) {
		error_set_errno(error, STATUS_FAILED, "netlink");
		return NULL;
	}
	netlink->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!netlink->socket || mnl_socket_bind(netlink->socket, 0, MNL_SOCKET_AUTOPID) == -1) {
		error_set_errno(error, STATUS_HOST_CANNOT, "cannot open a rtnetlink socket");
		netlink_destroy(netlink);
		return NULL;
	}
	return netlink;
}

void netlink_destroy(struct netlink *netlink)
{
	if (!netlink)
		return;
	if (netlink->socket)
		mnl_socket_close(netlink->socket);
	free(netlink);
}

/* Reads answers up to that of `sequence`. Returns 0, or -1 when the socket failed. */
static int answers_read(struct netlink *netlink, unsigned sequence)
{
	char buffer[ANSWER_BYTES] __attribute__((aligned(8)));
	for (;;) {
		ssize_t got = mnl_socket_recvfrom(netlink->socket, buffer, sizeof(buffer));
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return -1;
		int left = (int)got;
		const struct nlmsghdr *message = (const struct nlmsghdr *)buffer;
		for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
			if (message->nlmsg_type != NLMSG_ERROR)
				continue;
			const struct nlmsgerr *answer = mnl_nlmsg_get_payload(message);
			if (answer->error != 0 && netlink->failure == 0)
				netlink->failure = -answer->error;
			if (message->nlmsg_seq == sequence)
				return 0;
		}
	}
}

/* Only the last message asks for an answer: the others answer when they are refused. */
static void batch_send(struct netlink *netlink)
{
	if (!netlink->last)
		return;
	unsigned sequence = netlink->last->nlmsg_seq;
	netlink->last->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(netlink->socket, netlink->batch, netlink->used) == -1 ||
		answers_read(netlink, sequence) == -1) {
		if (netlink->failure == 0)
			netlink->failure = errno;
	}
	netlink->used = 0;
	netlink->last = NULL;
}

/* Returns the family header, zeroed, of a new message at the end of the batch. */
static void *message_begin(struct netlink *netlink, uint16_t type, uint16_t flags, size_t size)
{
	if (netlink->used + MESSAGE_BYTES > sizeof(netlink->batch))
		batch_send(netlink);
	struct nlmsghdr *message = mnl_nlmsg_put_header(netlink->batch + netlink->used);
	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	message->nlmsg_seq = ++netlink->sequence;
	netlink->last = message;
	return mnl_nlmsg_put_extra_header(message, size);
}

static void message_end(struct netlink *netlink)
{
	netlink->used += MNL_ALIGN(netlink->last->nlmsg_len);
}

void netlink_add_veth(struct netlink *netlink, const struct netlink_veth *veth)
{
	message_begin(netlink, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifinfomsg));
	struct nlmsghdr *message = netlink->last;
	mnl_attr_put_strz(message, IFLA_IFNAME, veth->name);
	mnl_attr_put(message, IFLA_ADDRESS, sizeof(veth->mac), veth->mac);
	struct nlattr *info = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, "veth");
	struct nlattr *data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	struct nlattr *peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(message, IFLA_IFNAME, veth->peer_name);
	mnl_attr_put(message, IFLA_ADDRESS, sizeof(veth->peer_mac), veth->peer_mac);
	mnl_attr_put_u32(message, IFLA_NET_NS_FD, (uint32_t)veth->peer_netns);
	mnl_attr_nest_end(message, peer);
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, info);
	message_end(netlink);
}

void netlink_add_macvlan(struct netlink *netlink, const struct netlink_macvlan *macvlan)
{
	message_begin(netlink, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifinfomsg));
	struct nlmsghdr *message = netlink->last;
	mnl_attr_put_strz(message, IFLA_IFNAME, macvlan->name);
	mnl_attr_put(message, IFLA_ADDRESS, sizeof(macvlan->mac), macvlan->mac);
	mnl_attr_put_u32(message, IFLA_LINK, macvlan->below);
	mnl_attr_put_u32(message, IFLA_NET_NS_FD, (uint32_t)macvlan->netns);
	struct nlattr *info = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, "macvlan");
	struct nlattr *data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	mnl_attr_put_u32(message, IFLA_MACVLAN_MODE, MACVLAN_MODE_PRIVATE);
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, info);
	message_end(netlink);
}

void netlink_move(struct netlink *netlink, unsigned ifindex, int netns)
{
	struct ifinfomsg *link = message_begin(netlink, RTM_NEWLINK, 0, sizeof(*link));
	link->ifi_index = (int)ifindex;
	mnl_attr_put_u32(netlink->last, IFLA_NET_NS_FD, (uint32_t)netns);
	message_end(netlink);
}

static void link_set(struct netlink *netlink, unsigned ifindex, unsigned flags)
{
	struct ifinfomsg *link = message_begin(netlink, RTM_NEWLINK, 0, sizeof(*link));
	link->ifi_index = (int)ifindex;
	link->ifi_flags = flags;
	link->ifi_change = IFF_UP;
	message_end(netlink);
}

void netlink_set_up(struct netlink *netlink, unsigned ifindex)
{
	link_set(netlink, ifindex, IFF_UP);
}

void netlink_set_down(struct netlink *netlink, unsigned ifindex)
{
	link_set(netlink, ifindex, 0);
}

static void address_put(struct netlink *netlink, uint16_t attribute, const struct address *address)
{
	size_t size;
	const uint8_t *bytes = address_bytes(address, &size);
	mnl_attr_put(netlink->last, attribute, size, bytes);
}

void netlink_add_address(
	struct netlink *netlink, unsigned ifindex, const struct address *address, uint8_t prefix)
{
	struct ifaddrmsg *header =
		message_begin(netlink, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof(*header));
	header->ifa_family = (uint8_t)address_family(address);
	header->ifa_prefixlen = prefix;
	header->ifa_flags = address_family(address) == AF_INET6 ? IFA_F_NODAD : 0;
	header->ifa_index = ifindex;
	address_put(netlink, IFA_LOCAL, address);
	address_put(netlink, IFA_ADDRESS, address);
	message_end(netlink);
}

static struct rtmsg *route_begin(
	struct netlink *netlink, const struct address *destination, uint8_t prefix)
{
	struct rtmsg *route =
		message_begin(netlink, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, sizeof(*route));
	route->rtm_family = (uint8_t)address_family(destination);
	route->rtm_dst_len = prefix;
	route->rtm_protocol = RTPROT_STATIC;
	address_put(netlink, RTA_DST, destination);
	return route;
}

static void route_end(struct netlink *netlink, unsigned ifindex)
{
	mnl_attr_put_u32(netlink->last, RTA_OIF, ifindex);
	message_end(netlink);
}

void netlink_add_route(struct netlink *netlink, unsigned ifindex, const struct address *destination,
	uint8_t prefix, const struct address *gateway)
{
	struct rtmsg *route = route_begin(netlink, destination, prefix);
	route->rtm_table = RT_TABLE_MAIN;
	route->rtm_scope = gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	route->rtm_type = RTN_UNICAST;
	if (gateway)
		address_put(netlink, RTA_GATEWAY, gateway);
	route_end(netlink, ifindex);
}

void netlink_add_local_route(struct netlink *netlink, unsigned ifindex,
	const struct address *destination, uint8_t prefix)
{
	struct rtmsg *route = route_begin(netlink, destination, prefix);
	route->rtm_table = RT_TABLE_LOCAL;
	route->rtm_scope = RT_SCOPE_HOST;
	route->rtm_type = RTN_LOCAL;
	route_end(netlink, ifindex);
}

void netlink_add_neighbour(struct netlink *netlink, unsigned ifindex, const struct address *address,
	const uint8_t mac[NETLINK_MAC_BYTES])
{
	struct ndmsg *neighbour = message_begin(
		netlink, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, sizeof(*neighbour));
	neighbour->ndm_family = (uint8_t)address_family(address);
	neighbour->ndm_ifindex = (int)ifindex;
	neighbour->ndm_state = NUD_PERMANENT;
	address_put(netlink, NDA_DST, address);
	mnl_attr_put(netlink->last, NDA_LLADDR, NETLINK_MAC_BYTES, mac);
	message_end(netlink);
}

int netlink_commit(struct netlink *netlink, const char *what, struct error *error)
{
	batch_send(netlink);
	errno = netlink->failure;
	netlink->failure = 0;
	return errno == 0 ? 0 : error_set_errno(error, STATUS_HOST_CANNOT, "cannot %s", what);
}

static int operstate_see(const struct nlattr *attribute, void *state)
{
	if (mnl_attr_get_type(attribute) == IFLA_OPERSTATE)
		*(int *)state = mnl_attr_get_u8(attribute);
	return MNL_CB_OK;
}

static int link_see(const struct nlmsghdr *message, void *state)
{
	return mnl_attr_parse(message, sizeof(struct ifinfomsg), operstate_see, state);
}

int netlink_is_running(struct netlink *netlink, unsigned ifindex, struct error *error)
{
	char buffer[ANSWER_BYTES] __attribute__((aligned(8)));
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	message->nlmsg_type = RTM_GETLINK;
	message->nlmsg_flags = NLM_F_REQUEST;
	message->nlmsg_seq = ++netlink->sequence;
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(message, sizeof(*link));
	link->ifi_index = (int)ifindex;
	int state = IF_OPER_UNKNOWN;
	ssize_t got = mnl_socket_sendto(netlink->socket, message, message->nlmsg_len);
	if (got != -1)
		got = mnl_socket_recvfrom(netlink->socket, buffer, sizeof(buffer));
	if (got == -1 || mnl_cb_run(buffer, (size_t)got, netlink->sequence,
				 mnl_socket_get_portid(netlink->socket), link_see, &state) == -1)
		return error_set_errno(error, STATUS_HOST_CANNOT, "cannot read a link's state");
	return state == IF_OPER_UP ? 1 : 0;
}
