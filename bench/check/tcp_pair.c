#include "bench/check/tcp_pair.h"

#include "bench/network/netlink.h"
#include "bench/network/netns.h"

#include <sys/socket.h>
#include <unistd.h>

struct link_order {
	unsigned index;
	bool up;
};

/* On a thread within the namespace. */
static int socket_open(void *argument, struct error *error)
{
	const struct address *server = argument;
	int fd = socket(address_family(server), SOCK_STREAM | SOCK_CLOEXEC, 0);
	return fd == -1 ? error_set_errno(error, STATUS_FAILED, "cannot make a socket") : fd;
}

static int listener_open(struct address *address, const struct network *network,
	const struct td_strategy *strategy, enum td_who who, struct error *error)
{
	int on = 1, fd = netns_run(network->server_netns, socket_open, address, error);
	if (fd == -1)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	bool hook = who == TD_SERVER && strategy->server.configure_listener;
	if (bind(fd, address_sockaddr(address), address->length) == 0 &&
		(!hook || strategy->server.configure_listener(fd) == 0) && listen(fd, 1) == 0)
		return fd;
	error_set_errno(error, STATUS_FAILED, "cannot listen");
	close(fd);
	return -1;
}

int tcp_pair_open(struct tcp_pair *pair, const struct network *network,
	const struct td_strategy *strategy, enum td_who who, struct error *error)
{
	struct timeval patience = {.tv_sec = 5};
	*pair = (struct tcp_pair){.server_fd = -1, .client_fd = -1};
	pair->address = network->server_address;
	address_set_port(&pair->address, TCP_PAIR_PORT);
	pair->listener_fd = listener_open(&pair->address, network, strategy, who, error);
	if (pair->listener_fd == -1)
		return -1;
	pair->client_fd = netns_run(network->client_netns, socket_open, &pair->address, error);
	if (pair->client_fd == -1)
		return -1;
	setsockopt(pair->client_fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	return 0;
}

int tcp_pair_connect(struct tcp_pair *pair, struct error *error)
{
	const struct address *address = &pair->address;
	if (connect(pair->client_fd, address_sockaddr(address), address->length) == 0)
		pair->server_fd = accept4(pair->listener_fd, NULL, NULL, SOCK_CLOEXEC);
	return pair->server_fd != -1
		       ? 0
		       : error_set_errno(error, STATUS_FAILED, "cannot connect the two hosts");
}

void tcp_pair_close(const struct tcp_pair *pair)
{
	const int fds[] = {pair->listener_fd, pair->server_fd, pair->client_fd};
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] != -1)
			close(fds[i]);
}

static int link_change(void *argument, struct error *error)
{
	const struct link_order *order = argument;
	struct netlink *netlink = netlink_create(error);
	if (!netlink)
		return -1;
	if (order->up)
		netlink_set_up(netlink, order->index);
	else
		netlink_set_down(netlink, order->index);
	int result = netlink_commit(netlink, "take a link down or up", error);
	netlink_destroy(netlink);
	return result;
}

int tcp_pair_link_set(const struct network *network, enum td_who who, bool up, struct error *error)
{
	bool server = who == TD_SERVER;
	struct link_order order = {server ? network->server_ifindex : network->client_ifindex, up};
	return netns_run(
		server ? network->server_netns : network->client_netns, link_change, &order, error);
}
