/* Addresses, routes and neighbours of both families, set for real: connections find their way by
 * them. Exits 77 where namespaces are impossible. */
#include "bench/network/netlink.h"

#include "bench/network/netns.h"
#include "tests/unit/bench/network/namespaces.h"
#include "tests/unit/bench/network/network_of_family.h"

#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define PORT 8080

static int socket_make(void *family, struct error *error)
{
	int fd = socket(*(int *)family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return fd == -1 ? error_set_errno(error, STATUS_FAILED, "socket") : fd;
}

static int socket_in(int netns_fd, int family)
{
	int fd = netns_run(netns_fd, socket_make, &family, NULL);
	assert_int_not_equal(fd, -1);
	return fd;
}

/* A connection from the address, or from the one that the kernel takes (NULL). Nothing had to be
 * sent twice: neither was a neighbour looked for, nor an address proven to be nobody else's. */
static void talk(const struct network *network, int listener, const struct address *from)
{
	struct address to = network->server_address, seen = {.length = sizeof(seen.storage)};
	address_set_port(&to, PORT);
	int client = socket_in(network->client_netns, address_family(&to));
	if (from)
		assert_int_equal(bind(client, address_sockaddr(from), from->length), 0);
	assert_int_equal(connect(client, address_sockaddr(&to), to.length), 0);
	int server = accept(listener, (struct sockaddr *)&seen.storage, &seen.length);
	assert_int_not_equal(server, -1);
	address_set_port(&seen, 0);
	if (from)
		assert_true(address_equals(&seen, from));
	struct tcp_info info;
	socklen_t size = sizeof(info);
	assert_int_equal(getsockopt(client, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
	assert_int_equal(info.tcpi_total_retrans, 0);
	close(client);
	close(server);
}

static void either_family_talks(void **state)
{
	static const int families[] = {AF_INET, AF_INET6};
	for (size_t i = 0; i < 2; i++) {
		struct network network;
		network_of_family_create(&network, families[i]);
		struct address address = network.server_address;
		struct address routed = network_of_family_routed(families[i]);
		address_set_port(&address, PORT);
		int listener = socket_in(network.server_netns, families[i]);
		assert_int_equal(bind(listener, address_sockaddr(&address), address.length), 0);
		assert_int_equal(listen(listener, 16), 0);
		talk(&network, listener, NULL);
		talk(&network, listener, &routed);
		close(listener);
		network_destroy(&network);
	}
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(either_family_talks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
