/* Which process of a server holds most of the sockets in a state. */
#include "bench/ends/holders.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void hold(struct held_sockets *sockets, int fd, enum socket_state in)
{
	struct stat status;
	assert_int_equal(fstat(fd, &status), 0);
	sockets->inodes[sockets->count] = (uint32_t)status.st_ino;
	sockets->states[sockets->count++] = (uint8_t)in;
}

static int socket_make(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_not_equal(fd, -1);
	return fd;
}

/* The first process has one of two in CLOSE_WAIT; its child has that one too, and the other. */
static void who_holds_most(void **state)
{
	static struct held_sockets sockets;
	struct holder holders[SOCKET_STATES];
	struct process process = {.pid = getpid()};
	char text[HOLDER_TEXT_SIZE], wanted[HOLDER_TEXT_SIZE];
	int fds[4];
	for (int i = 0; i < 4; i++)
		fds[i] = socket_make();
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	assert_int_equal(process_tree_init(&process.tree, process.pid, true), 0);
	process.tree.members[process.tree.count++] = child;
	hold(&sockets, fds[0], SOCKET_ESTABLISHED);
	for (int i = 1; i < 4; i++)
		hold(&sockets, fds[i], SOCKET_CLOSE_WAIT_OWNED);
	close(fds[2]);
	close(fds[3]);

	assert_int_equal(holders_find(&sockets, &process, holders), 0);
	const struct holder *closing = &holders[SOCKET_CLOSE_WAIT_OWNED];
	assert_int_equal(closing->pid, child);
	assert_int_equal(closing->held, 2);
	assert_int_equal(closing->processes, 2);
	assert_string_equal(closing->name, "unit-holders");
	snprintf(wanted, sizeof(wanted), "unit-holders (pid %d) and 1 other process", (int)child);
	assert_string_equal(holder_text(closing, "", text), wanted);
	assert_int_equal(holders[SOCKET_ESTABLISHED].pid, getpid());
	assert_int_equal(holders[SOCKET_ESTABLISHED].processes, 1);
	snprintf(wanted, sizeof(wanted), "unit-holders (pid %d)", (int)getpid());
	assert_string_equal(holder_text(&holders[SOCKET_ESTABLISHED], "", text), wanted);
	assert_int_equal(holders[SOCKET_LAST_ACK].pid, 0);
	assert_string_equal(
		holder_text(&holders[SOCKET_LAST_ACK], "its process", text), "its process");

	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(fds[0]);
	close(fds[1]);
	process_tree_finish(&process.tree);
}

/* The first process holds more than the second, which comes later. */
static void the_first_may_hold_most(void **state)
{
	static struct held_sockets sockets;
	struct holder holders[SOCKET_STATES];
	struct process process = {.pid = getpid()};
	int first = socket_make(), second = socket_make(), of_child[2], told[2];
	char byte;
	assert_int_equal(pipe(told), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, of_child), 0);
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(first);
		close(second);
		if (write(told[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(told[0], &byte, 1), 1);
	hold(&sockets, first, SOCKET_CLOSE_WAIT_OWNED);
	hold(&sockets, second, SOCKET_CLOSE_WAIT_OWNED);
	hold(&sockets, of_child[0], SOCKET_CLOSE_WAIT_OWNED);
	close(of_child[0]);
	assert_int_equal(process_tree_init(&process.tree, process.pid, true), 0);
	process.tree.members[process.tree.count++] = child;
	assert_int_equal(holders_find(&sockets, &process, holders), 0);
	assert_int_equal(holders[SOCKET_CLOSE_WAIT_OWNED].pid, getpid());
	assert_int_equal(holders[SOCKET_CLOSE_WAIT_OWNED].held, 2);
	assert_int_equal(holders[SOCKET_CLOSE_WAIT_OWNED].processes, 2);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(of_child[1]);
	close(first);
	close(second);
	close(told[0]);
	close(told[1]);
	process_tree_finish(&process.tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_holds_most),
		cmocka_unit_test(the_first_may_hold_most),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
