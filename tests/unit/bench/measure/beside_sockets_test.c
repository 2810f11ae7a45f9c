/* What the server has of clients that have left, and which of it no client has. */
#include "bench/measure/beside_sockets.h"

#include "bench/network/addresses.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define INODE 77

static struct beside_sockets sockets;

static int start(void **state)
{
	sockets = (struct beside_sockets){.closed = port_set_create()};
	return sockets.closed ? 0 : -1;
}

static int finish(void **state)
{
	port_set_destroy(sockets.closed);
	return 0;
}

static void beside_address(uint32_t words[4])
{
	const struct address address = addresses_beside(AF_INET);
	struct sockaddr_in in;
	memcpy(&in, &address.storage, sizeof(in));
	memset(words, 0, 4 * sizeof(words[0]));
	words[0] = in.sin_addr.s_addr;
}

static void client_end(uint8_t state, uint16_t port)
{
	struct inet_diag_msg found = {.idiag_family = AF_INET, .idiag_state = state};
	beside_address(found.id.idiag_src);
	found.id.idiag_sport = htons(port);
	assert_int_equal(beside_sockets_see_client(&sockets, &found), 0);
}

static void server_end(uint8_t state, uint16_t port, uint32_t inode)
{
	struct inet_diag_msg found = {
		.idiag_family = AF_INET, .idiag_state = state, .idiag_inode = inode};
	beside_address(found.id.idiag_dst);
	found.id.idiag_sport = htons(8080);
	found.id.idiag_dport = htons(port);
	beside_sockets_see_server(&sockets, &found);
}

static void counts_are(uint64_t open, uint64_t reopened)
{
	assert_int_equal(sockets.open, open);
	assert_int_equal(sockets.reopened, reopened);
}

static void open_while_the_clients_end_has_had_the_fin(void **state)
{
	client_end(TCP_TIME_WAIT, 1001);
	client_end(TCP_TIME_WAIT, 1002);
	server_end(TCP_ESTABLISHED, 1001, INODE);
	counts_are(1, 1);
	server_end(TCP_ESTABLISHED, 1002, INODE + 1);
	counts_are(2, 2);
}

static void the_client_is_there_or_gone_without_a_fin(void **state)
{
	client_end(TCP_TIME_WAIT, 1001);
	server_end(TCP_ESTABLISHED, 1002, INODE);
	counts_are(1, 0);
}

/* Its FIN was acknowledged, and the server's has not come. */
static void the_client_waits_for_the_fin(void **state)
{
	client_end(TCP_FIN_WAIT2, 1001);
	server_end(TCP_CLOSE_WAIT, 1001, INODE);
	server_end(TCP_ESTABLISHED, 1001, INODE);
	counts_are(2, 0);
}

static void the_server_closes_or_does_not(void **state)
{
	client_end(TCP_TIME_WAIT, 1001);
	server_end(TCP_CLOSE_WAIT, 1001, INODE);
	server_end(TCP_LAST_ACK, 1001, INODE);
	counts_are(2, 0);
}

static void nobody_has_accepted_it(void **state)
{
	client_end(TCP_TIME_WAIT, 1001);
	server_end(TCP_ESTABLISHED, 1001, 0);
	counts_are(1, 0);
}

/* Of the load's clients, whose ports are the same. */
static void another_address(void **state)
{
	struct inet_diag_msg found = {
		.idiag_family = AF_INET, .idiag_state = TCP_ESTABLISHED, .idiag_inode = INODE};
	found.id.idiag_dst[0] = htonl(0xc6130001);
	found.id.idiag_dport = htons(1001);
	client_end(TCP_TIME_WAIT, 1001);
	beside_sockets_see_server(&sockets, &found);
	counts_are(0, 0);
	memcpy(found.id.idiag_src, found.id.idiag_dst, sizeof(found.id.idiag_src));
	found.id.idiag_sport = htons(1002);
	found.idiag_state = TCP_TIME_WAIT;
	assert_int_equal(beside_sockets_see_client(&sockets, &found), 0);
	server_end(TCP_ESTABLISHED, 1002, INODE);
	counts_are(1, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(open_while_the_clients_end_has_had_the_fin),
		TEST(the_client_is_there_or_gone_without_a_fin),
		TEST(the_client_waits_for_the_fin),
		TEST(the_server_closes_or_does_not),
		TEST(nobody_has_accepted_it),
		TEST(another_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
