#include "bench/network/link_use.h"

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>

#define ANSWER_BYTES 16384

struct look {
	unsigned ifindex;
	bool is_used;
};

struct relations {
	unsigned below, master;
	bool is_below_elsewhere; /* in another namespace, whose links have numbers of their own */
};

static int relation_see(const struct nlattr *attribute, void *argument)
{
	struct relations *relations = argument;
	switch (mnl_attr_get_type(attribute)) {
	case IFLA_LINK:
		relations->below = mnl_attr_get_u32(attribute);
		break;
	case IFLA_MASTER:
		relations->master = mnl_attr_get_u32(attribute);
		break;
	case IFLA_LINK_NETNSID:
		relations->is_below_elsewhere = true;
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static int link_see(const struct nlmsghdr *message, void *argument)
{
	struct look *look = argument;
	struct relations relations = {.below = 0};
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);
	mnl_attr_parse(message, sizeof(*link), relation_see, &relations);
	if ((unsigned)link->ifi_index == look->ifindex)
		look->is_used |= relations.master != 0;
	else
		look->is_used |=
			relations.master == look->ifindex ||
			(relations.below == look->ifindex && !relations.is_below_elsewhere);
	return MNL_CB_OK;
}

static int links_see(struct mnl_socket *socket, struct look *look)
{
	char buffer[ANSWER_BYTES] __attribute__((aligned(8)));
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	int more = MNL_CB_OK;
	message->nlmsg_type = RTM_GETLINK;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == -1 ||
		mnl_socket_sendto(socket, message, message->nlmsg_len) == -1)
		return -1;
	while (more == MNL_CB_OK) {
		ssize_t got = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
		more = got == -1 ? -1 : mnl_cb_run(buffer, (size_t)got, 0, 0, link_see, look);
	}
	return more;
}

int link_use(unsigned ifindex, struct error *error)
{
	struct look look = {ifindex, false};
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int seen = socket ? links_see(socket, &look) : -1;
	if (seen == -1)
		error_set_errno(error, STATUS_HOST_CANNOT, "cannot read this host's links");
	if (socket)
		mnl_socket_close(socket);
	return seen == -1 ? -1 : look.is_used;
}
