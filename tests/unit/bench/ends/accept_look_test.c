/* Looks at a queue whose owner has no descriptor left: one that waits for a descriptor is told from
 * one that was accepted between the two looks, and took the last. Exits 77 where namespaces are
 * impossible. */
#include "bench/ends/accept_look.h"
#include "bench/network/netns.h"
#include "tests/unit/bench/network/namespaces.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PORT 8080
#define DESCRIPTORS 64
#define TRIES 1000

static const struct network_spec plain = {
	.client_addresses = 1, .port_low = 32768, .port_high = 60999};

static struct network network;
static struct address to;
static struct error error;
/* The server is this process, which has no listener any more, and a child, which does as it is
 * told: 'a': close what was accepted before, and accept. It then has no descriptor left. */
static struct process server;
static pid_t child;
static int orders;
static struct accept_look look;

#define CHECK(call)                                                                                \
	do {                                                                                       \
		if ((call) == -1)                                                                  \
			fail_msg("%s: %s", #call, error.text[0] ? error.text : strerror(errno));   \
	} while (0)

static int socket_make(void *fd, struct error *reason)
{
	*(int *)fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return *(int *)fd == -1 ? error_set_errno(reason, STATUS_FAILED, "socket") : 0;
}

_Noreturn static void accept_when_told(int listener, int own)
{
	char order;
	struct rlimit limit = {DESCRIPTORS, DESCRIPTORS};
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || setrlimit(RLIMIT_NOFILE, &limit) == -1)
		_exit(1);
	int accepted = dup(own);
	while (dup(own) != -1)
		;
	while (write(own, "", 1) == 1 && read(own, &order, 1) == 1) {
		close(accepted);
		accepted = accept(listener, NULL, NULL);
	}
	_exit(1);
}

static void child_await(void)
{
	char ready;
	assert_int_equal(read(orders, &ready, 1), 1);
}

static void child_start(int listener)
{
	int ends[2];
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	child = fork();
	if (child == 0)
		accept_when_told(listener, ends[1]);
	CHECK(child);
	close(ends[1]);
	orders = ends[0];
	child_await();
	assert_int_equal(process_tree_init(&server.tree, getpid(), true), 0);
	server.pid = getpid();
	server.tree.members[server.tree.count++] = child;
}

static int set_up(void **state)
{
	int listener;
	CHECK(network_create(&network, &plain, &error));
	to = network.server_address;
	address_set_port(&to, PORT);
	CHECK(netns_run(network.server_netns, socket_make, &listener, &error));
	CHECK(bind(listener, address_sockaddr(&to), to.length));
	CHECK(listen(listener, 8));
	child_start(listener);
	CHECK(accept_look_begin(&look, &network, &to, &server, &error));
	close(listener);
	return 0;
}

static int tear_down(void **state)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	accept_look_clear(&look);
	process_tree_finish(&server.tree);
	network_destroy(&network);
	return 0;
}

/* A connection that waits, as a look has seen. */
static int connection_open(void)
{
	int one;
	CHECK(netns_run(network.client_netns, socket_make, &one, &error));
	CHECK(connect(one, address_sockaddr(&to), to.length));
	while (accept_look_waiting(&look, &error) != 1)
		assert_string_equal(error.text, "");
	return one;
}

/* Until the owner's descriptors were looked at: whether they are depends on what looks cost. */
static bool turn(void)
{
	look.limit_due_ns = 0;
	CHECK(accept_look_turn(&look, &server, &error));
	return look.limit_due_ns != 0;
}

static void one_that_was_accepted_meanwhile(void **state)
{
	bool looked = false;
	for (int i = 0; i < TRIES && !looked; i++) {
		int one = connection_open();
		CHECK(write(orders, "a", 1));
		child_await();
		looked = turn();
		close(one);
	}
	assert_true(looked);
	assert_int_equal(look.limit.reached, 0);
}

static void one_that_waits(void **state)
{
	int one = connection_open();
	for (int i = 1; i <= 3; i++) {
		assert_true(turn());
		assert_int_equal(look.limit.reached, i);
	}
	assert_int_equal(look.limit.limit, DESCRIPTORS);
	assert_int_equal(look.limit.holder.pid, child);
	close(one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_was_accepted_meanwhile),
		cmocka_unit_test(one_that_waits),
	};
	int missing = namespaces_missing();
	return missing ? missing : cmocka_run_group_tests(tests, set_up, tear_down);
}
