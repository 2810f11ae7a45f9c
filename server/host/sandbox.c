#include "server/host/sandbox.h"

#include "server/host/landlock.h"
#include "server/host/seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int sandbox_keep_privileges_low(struct error *error)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		return 0;
	return error_set_errno(error, STATUS_FAILED, "cannot set no_new_privs");
}

/* Whether a tracer is attached. strace(1) and gdb(1) make system calls of the program fail, or make
 * calls of their own in the program. */
static bool traced(void)
{
	char status[4096];
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	ssize_t n = read(fd, status, sizeof(status) - 1);
	close(fd);
	status[n > 0 ? n : 0] = '\0';
	const char *tracer = strstr(status, "\nTracerPid:");
	return tracer && atoi(tracer + strlen("\nTracerPid:")) != 0;
}

/* Whether valgrind(1) runs the program: it is preloaded into the process and makes system calls of
 * its own. */
static bool valgrind_runs(void)
{
	const char *preloaded = getenv("LD_PRELOAD");
	return preloaded && strstr(preloaded, "vgpreload");
}

static const char *reason_against(bool unwanted)
{
	if (unwanted)
		return "option";
#ifdef SANDBOX_OFF
	return SANDBOX_OFF;
#endif
	if (valgrind_runs())
		return "valgrind";
	return traced() ? "traced" : NULL;
}

/* `status` is 1, 0, or -1 with errno. */
static const char *status_name(int status)
{
	if (status == -1)
		return strerrorname_np(errno);
	return status == 1 ? "on" : "unavailable";
}

bool sandbox_enter(bool unwanted, char *said, size_t size)
{
	const char *reason = reason_against(unwanted);
	if (reason) {
		snprintf(said, size, "seccomp=off landlock=off reason=%s", reason);
		return true;
	}
	/* In this order: the seccomp filter does not allow the system calls of Landlock. */
	int landlock = landlock_enter();
	const char *landlock_name = status_name(landlock);
	int seccomp = seccomp_enter();
	snprintf(said, size, "seccomp=%s landlock=%s", status_name(seccomp), landlock_name);
	return landlock != -1 && seccomp != -1;
}
