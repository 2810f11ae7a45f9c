#include "bench/measure/sock_diag.h"

#include "bench/measure/port_set.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* The kernel fills up to 32 KiB a read when it is offered as much. */
#define DUMP_BYTES 32768
#define DUMP_ATTEMPTS 4
#define ALL_STATES ((1u << DIAG_STATES) - 1)

struct diag {
	struct mnl_socket *socket;
	unsigned sequence;
	struct port_set *ports;
	char buffer[DUMP_BYTES] __attribute__((aligned(8)));
};

typedef int visit(const struct inet_diag_msg *found, void *argument);

struct diag *diag_create(struct error *error)
{
	struct diag *diag = calloc(1, sizeof(*diag));
	if (!diag) {
		error_set_errno(error, STATUS_FAILED, "sock_diag");
		return NULL;
	}
	diag->ports = port_set_create();
	diag->socket = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	if (!diag->ports || !diag->socket ||
		mnl_socket_bind(diag->socket, 0, MNL_SOCKET_AUTOPID) == -1) {
		error_set_errno(error, STATUS_HOST_CANNOT, "cannot open a sock_diag socket");
		diag_destroy(diag);
		return NULL;
	}
	return diag;
}

void diag_destroy(struct diag *diag)
{
	if (!diag)
		return;
	if (diag->socket)
		mnl_socket_close(diag->socket);
	port_set_destroy(diag->ports);
	free(diag);
}

/* The request of old (TCPDIAG_GETSOCK) knows no address family, so that one walk through the
 * kernel's table, which has hundreds of thousands of buckets, finds IPv4 and IPv6 alike. */
static int dump_request(struct diag *diag, uint32_t states)
{
	char buffer[MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(struct inet_diag_req))]
		__attribute__((aligned(8)));
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	message->nlmsg_type = TCPDIAG_GETSOCK;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = ++diag->sequence;
	struct inet_diag_req *request = mnl_nlmsg_put_extra_header(message, sizeof(*request));
	request->idiag_states = states;
	return mnl_socket_sendto(diag->socket, message, message->nlmsg_len) == -1 ? -1 : 0;
}

/* Returns 1 at the end of the dump, 0 when more is to come, -1 with errno. `interrupted` is set
 * when the kernel says that its table changed under the dump. */
static int message_see(
	const struct nlmsghdr *message, visit *see, void *argument, bool *interrupted)
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
	return see(mnl_nlmsg_get_payload(message), argument);
}

/* Returns 0, or -1 with errno. */
static int dump_read(struct diag *diag, visit *see, void *argument, bool *interrupted)
{
	for (;;) {
		ssize_t got = mnl_socket_recvfrom(diag->socket, diag->buffer, DUMP_BYTES);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return -1;
		int left = (int)got;
		const struct nlmsghdr *message = (const struct nlmsghdr *)diag->buffer;
		for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
			if (message->nlmsg_seq != diag->sequence)
				continue;
			int result = message_see(message, see, argument, interrupted);
			if (result != 0)
				return result == 1 ? 0 : -1;
		}
	}
}

struct count {
	struct diag_census *census;
	struct port_set *ports; /* NULL: not asked for */
};

static int socket_count(const struct inet_diag_msg *found, void *argument)
{
	struct count *count = argument;
	if (found->idiag_state < DIAG_STATES)
		count->census->states[found->idiag_state]++;
	if (!count->ports || found->idiag_state == TCP_LISTEN)
		return 0;
	uint32_t address[4];
	memcpy(address, found->id.idiag_src, sizeof(address));
	/* An IPv4 address has the first word; the kernel leaves the others 0. An IPv6 socket that
	 * speaks IPv4 holds the same port of the same address. */
	if (found->idiag_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(address)) {
		address[0] = address[3];
		memset(address + 1, 0, 3 * sizeof(address[0]));
	}
	return port_set_add(count->ports, address, ntohs(found->id.idiag_sport));
}

int diag_census(
	struct diag *diag, bool distinct_ports, struct diag_census *census, struct error *error)
{
	struct count count = {census, distinct_ports ? diag->ports : NULL};
	for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
		bool interrupted = false;
		memset(census, 0, sizeof(*census));
		port_set_clear(diag->ports);
		if (dump_request(diag, ALL_STATES) == -1 ||
			dump_read(diag, socket_count, &count, &interrupted) == -1)
			return error_set_errno(
				error, STATUS_HOST_CANNOT, "cannot list TCP sockets by sock_diag");
		if (!interrupted)
			break;
	}
	census->ports_in_use = port_set_count(diag->ports);
	return 0;
}

struct listener {
	uint16_t port;
	bool found;
};

static int listener_see(const struct inet_diag_msg *found, void *argument)
{
	struct listener *listener = argument;
	if (found->idiag_state == TCP_LISTEN && ntohs(found->id.idiag_sport) == listener->port)
		listener->found = true;
	return 0;
}

int diag_listens(struct diag *diag, uint16_t port, struct error *error)
{
	struct listener listener = {.port = port};
	bool interrupted = false;
	if (dump_request(diag, 1u << TCP_LISTEN) == -1 ||
		dump_read(diag, listener_see, &listener, &interrupted) == -1)
		return error_set_errno(
			error, STATUS_HOST_CANNOT, "cannot list listeners by sock_diag");
	return listener.found ? 1 : 0;
}
