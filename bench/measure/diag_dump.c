#include "bench/measure/diag_dump.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

int diag_dump_open(struct diag_dump *dump, struct error *error)
{
	dump->sequence = 0;
	dump->socket = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	if (dump->socket && mnl_socket_bind(dump->socket, 0, MNL_SOCKET_AUTOPID) == 0)
		return 0;
	error_set_errno(error, STATUS_HOST_CANNOT, "cannot open a sock_diag socket");
	diag_dump_close(dump);
	return -1;
}

void diag_dump_close(struct diag_dump *dump)
{
	if (dump->socket)
		mnl_socket_close(dump->socket);
	dump->socket = NULL;
}

/* The request of old (TCPDIAG_GETSOCK) knows no address family, so that one walk through the
 * kernel's table, which has hundreds of thousands of buckets, finds IPv4 and IPv6 alike. */
static int request_send(struct diag_dump *dump, uint32_t states, uint8_t extensions)
{
	char buffer[MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(struct inet_diag_req))]
		__attribute__((aligned(8)));
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	message->nlmsg_type = TCPDIAG_GETSOCK;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = ++dump->sequence;
	struct inet_diag_req *request = mnl_nlmsg_put_extra_header(message, sizeof(*request));
	request->idiag_states = states;
	request->idiag_ext = extensions;
	return mnl_socket_sendto(dump->socket, message, message->nlmsg_len) == -1 ? -1 : 0;
}

/* Returns 1 at the end of the dump, 0 when more is to come, -1 with errno. */
static int message_see(
	const struct nlmsghdr *message, diag_dump_visit *visit, void *argument, bool *interrupted)
{
	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		*interrupted = true;
	if (message->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *answer = mnl_nlmsg_get_payload(message);
		errno = -answer->error;
		return answer->error == 0 ? 1 : -1;
	}
	if (message->nlmsg_type == NLMSG_DONE) {
		const int *result = mnl_nlmsg_get_payload(message);
		errno = mnl_nlmsg_get_payload_len(message) >= sizeof(*result) && *result < 0
				? -*result
				: 0;
		return errno == 0 ? 1 : -1;
	}
	if (mnl_nlmsg_get_payload_len(message) < sizeof(struct inet_diag_msg))
		return 0;
	return visit(message, argument);
}

int diag_dump(struct diag_dump *dump, uint32_t states, uint8_t extensions, diag_dump_visit *visit,
	void *argument, bool *interrupted)
{
	if (request_send(dump, states, extensions) == -1)
		return -1;
	for (;;) {
		ssize_t got = mnl_socket_recvfrom(dump->socket, dump->buffer, DIAG_DUMP_BYTES);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return -1;
		int left = (int)got;
		const struct nlmsghdr *message = (const struct nlmsghdr *)dump->buffer;
		for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
			if (message->nlmsg_seq != dump->sequence)
				continue;
			int result = message_see(message, visit, argument, interrupted);
			if (result != 0)
				return result == 1 ? 0 : -1;
		}
	}
}

void diag_dump_extension(
	const struct nlmsghdr *message, uint16_t extension, void *value, size_t size)
{
	const struct nlattr *attribute;
	mnl_attr_for_each(attribute, message, sizeof(struct inet_diag_msg))
	{
		size_t bytes = mnl_attr_get_payload_len(attribute);
		if (mnl_attr_get_type(attribute) == extension)
			memcpy(value, mnl_attr_get_payload(attribute), bytes < size ? bytes : size);
	}
}

struct address diag_dump_address(const struct inet_diag_msg *found)
{
	struct address address = {.length = 0};
	if (found->idiag_family == AF_INET) {
		struct in_addr host;
		memcpy(&host, found->id.idiag_src, sizeof(host));
		return address_ipv4(host, ntohs(found->id.idiag_sport));
	}
	struct sockaddr_in6 own = {.sin6_family = AF_INET6, .sin6_port = found->id.idiag_sport};
	memcpy(&own.sin6_addr, found->id.idiag_src, sizeof(own.sin6_addr));
	memcpy(&address.storage, &own, sizeof(own));
	address.length = sizeof(own);
	return address;
}
