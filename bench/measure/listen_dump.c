#include "bench/measure/listen_dump.h"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

/* Connection requests that a listener has dropped: tcp_listendrop (net/ipv4/tcp_input.c). */
static uint64_t drops_of(const struct nlmsghdr *message)
{
	uint32_t values[SK_MEMINFO_VARS] = {0};
	diag_dump_extension(message, INET_DIAG_SKMEMINFO, values, sizeof(values));
	return values[SK_MEMINFO_DROPS];
}

/* inet_diag_msg_attrs_fill (net/ipv4/inet_diag.c) says it of each listener of IPv6. */
static bool is_ipv6_only(const struct nlmsghdr *message)
{
	uint8_t is_only = 0;
	diag_dump_extension(message, INET_DIAG_SKV6ONLY, &is_only, sizeof(is_only));
	return is_only != 0;
}

static int listener_see(const struct nlmsghdr *message, void *argument)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	if (found->idiag_state != TCP_LISTEN)
		return 0;
	struct address address = diag_dump_address(found);
	/* tcp_diag_get_info (net/ipv4/tcp_diag.c): sk_max_ack_backlog. */
	listeners_add(argument, &address, found->idiag_wqueue, drops_of(message));
	if (is_ipv6_only(message))
		listeners_ipv6_only(argument, &address);
	return 0;
}

int listen_dump_listeners(struct diag_dump *dump, struct listeners *listeners, struct error *error)
{
	bool interrupted = false;
	*listeners = (struct listeners){.count = 0};
	if (diag_dump(dump, 1u << TCP_LISTEN, 1u << (INET_DIAG_SKMEMINFO - 1), listener_see,
		    listeners, &interrupted) == -1)
		return error_set_errno(
			error, STATUS_HOST_CANNOT, "cannot list listeners by sock_diag");
	return 0;
}

struct queues_of {
	const struct address *server;
	struct accept_queues *queues;
};

static int queue_see(const struct nlmsghdr *message, void *argument)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	struct queues_of *of = argument;
	struct accept_queues *queues = of->queues;
	if (found->idiag_state != TCP_LISTEN || queues->count == ACCEPT_QUEUES_MAX)
		return 0;
	struct address address = diag_dump_address(found);
	/* tcp_diag_get_info (net/ipv4/tcp_diag.c): sk_ack_backlog, which counts connections that
	 * have ended, too, until accept(2) takes them. */
	if (listeners_take(&address, is_ipv6_only(message), of->server))
		queues->list[queues->count++] = (struct accept_queue){.address = address,
			.inode = found->idiag_inode,
			.waiting = found->idiag_rqueue,
			.backlog = found->idiag_wqueue};
	return 0;
}

int listen_dump_queues(struct diag_dump *dump, const struct address *server,
	struct accept_queues *queues, struct error *error)
{
	bool interrupted = false;
	struct queues_of of = {server, queues};
	queues->count = 0;
	if (diag_dump(dump, 1u << TCP_LISTEN, 0, queue_see, &of, &interrupted) == -1)
		return error_set_errno(
			error, STATUS_HOST_CANNOT, "cannot list accept queues by sock_diag");
	return 0;
}
