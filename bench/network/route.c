#include "bench/network/route.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <string.h>

#define MESSAGE_BYTES 8192

static size_t request_write(const struct address *to, char *buffer)
{
	size_t size;
	const uint8_t *bytes = address_bytes(to, &size);
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	message->nlmsg_type = RTM_GETROUTE;
	message->nlmsg_flags = NLM_F_REQUEST;
	struct rtmsg *asked = mnl_nlmsg_put_extra_header(message, sizeof(*asked));
	asked->rtm_family = (unsigned char)address_family(to);
	asked->rtm_dst_len = (unsigned char)(8 * size);
	mnl_attr_put(message, RTA_DST, size, bytes);
	return message->nlmsg_len;
}

static struct address address_of(int family, const void *bytes)
{
	struct in_addr ipv4;
	struct in6_addr ipv6;
	if (family == AF_INET6) {
		memcpy(&ipv6, bytes, sizeof(ipv6));
		return address_ipv6(&ipv6, 0);
	}
	memcpy(&ipv4, bytes, sizeof(ipv4));
	return address_ipv4(ipv4, 0);
}

static void answer_take(const struct nlmsghdr *message, struct route *route)
{
	const struct rtmsg *found = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;
	route->is_local = found->rtm_type == RTN_LOCAL;
	mnl_attr_for_each(attribute, message, sizeof(*found))
	{
		if (mnl_attr_get_type(attribute) == RTA_OIF)
			route->ifindex = mnl_attr_get_u32(attribute);
		if (mnl_attr_get_type(attribute) == RTA_PREFSRC)
			route->from =
				address_of(found->rtm_family, mnl_attr_get_payload(attribute));
	}
}

/* Returns 0, or -1 with errno. */
static int ask(struct mnl_socket *socket, const struct address *to, struct route *route)
{
	char buffer[MESSAGE_BYTES] __attribute__((aligned(8)));
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == -1 ||
		mnl_socket_sendto(socket, buffer, request_write(to, buffer)) == -1)
		return -1;
	ssize_t got = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
	const struct nlmsghdr *message = (const struct nlmsghdr *)buffer;
	if (got == -1 || !mnl_nlmsg_ok(message, (int)got))
		return -1;
	if (message->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *answer = mnl_nlmsg_get_payload(message);
		errno = -answer->error;
		return -1;
	}
	answer_take(message, route);
	return 0;
}

int route_find(const struct address *to, struct route *route, struct error *error)
{
	char host[INET6_ADDRSTRLEN];
	memset(route, 0, sizeof(*route));
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!socket)
		return error_set_errno(error, STATUS_HOST_CANNOT, "cannot open a rtnetlink socket");
	int result = ask(socket, to, route);
	if (result == -1)
		error_set_errno(
			error, STATUS_HOST_CANNOT, "no route to %s", address_host(to, host));
	else if (route->ifindex == 0 || route->from.length == 0)
		result = error_set(
			error, STATUS_HOST_CANNOT, "no route to %s", address_host(to, host));
	mnl_socket_close(socket);
	return result;
}
