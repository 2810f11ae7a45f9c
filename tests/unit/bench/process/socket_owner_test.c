/* Sockets of several processes, each found at the one that holds it. */
#include "bench/process/socket_owner.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define EACH 3 /* sockets of a child */

static uint32_t inode_of(int fd)
{
	struct stat status;
	assert_int_equal(fstat(fd, &status), 0);
	return (uint32_t)status.st_ino;
}

/* A child that has sockets of its own, and tells their inodes. */
static pid_t child_start(uint32_t inodes[EACH])
{
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	if (pid == 0) {
		uint32_t own[EACH];
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int i = 0; i < EACH; i++)
			own[i] = inode_of(socket(AF_INET, SOCK_STREAM, 0));
		if (write(fds[1], own, sizeof(own)) != sizeof(own))
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(fds[0], inodes, EACH * sizeof(*inodes)), EACH * sizeof(*inodes));
	close(fds[0]);
	close(fds[1]);
	return pid;
}

static void child_end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void each_socket_has_its_process(void **state)
{
	enum { OWN = 2 * EACH, SHARED, GONE, COUNT };
	uint32_t inodes[COUNT];
	pid_t owners[COUNT], pids[3] = {0, 0, getpid()};
	int shared = socket(AF_INET, SOCK_STREAM, 0), gone = socket(AF_INET, SOCK_STREAM, 0);
	inodes[SHARED] = inode_of(shared);
	inodes[GONE] = inode_of(gone);
	close(gone);
	/* Not in the order of their numbers. */
	pids[1] = child_start(&inodes[EACH]);
	pids[0] = child_start(inodes);
	int own = socket(AF_INET, SOCK_STREAM, 0);
	inodes[OWN] = inode_of(own);
	assert_int_equal(socket_owners_find(pids, 3, inodes, COUNT, owners), 0);
	for (int i = 0; i < EACH; i++) {
		assert_int_equal(owners[i], pids[0]);
		assert_int_equal(owners[EACH + i], pids[1]);
	}
	assert_int_equal(owners[OWN], getpid());
	assert_int_equal(owners[SHARED], pids[0]); /* both children have it, too */
	assert_int_equal(owners[GONE], 0);
	child_end(pids[0]);
	assert_int_equal(socket_owners_find(pids, 3, inodes, COUNT, owners), 0);
	assert_int_equal(owners[0], 0);
	assert_int_equal(owners[SHARED], pids[1]);
	child_end(pids[1]);
	close(own);
	close(shared);
}

static void nothing_to_find(void **state)
{
	pid_t own = getpid();
	assert_int_equal(socket_owners_find(&own, 1, NULL, 0, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_socket_has_its_process),
		cmocka_unit_test(nothing_to_find),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
