#include "server/host/seccomp.h"

#include "common/error.h"

#include <errno.h>
#include <linux/sched.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Of the libraries: what one of them calls in a rare case is here as well. */
static const int allowed[] = {
	/* connections and the loop */
	SCMP_SYS(accept4),
	SCMP_SYS(close),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(getpeername),
	SCMP_SYS(getsockname),
	SCMP_SYS(getsockopt),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(setsockopt),
	SCMP_SYS(shutdown),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(pread64),
	SCMP_SYS(fcntl),
	SCMP_SYS(fstat),
	SCMP_SYS(lseek),
	/* memory, but see mmap and mprotect */
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(mremap),
	SCMP_SYS(munmap),
	/* threads and their end, but see clone */
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(futex),
	SCMP_SYS(getcpu),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(membarrier),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(rseq),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_yield),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(tgkill),
	SCMP_SYS(wait4),
	SCMP_SYS(waitid),
	/* time and chance */
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(getrandom),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(nanosleep),
	SCMP_SYS(time),
};

/* What libraries try now and then (a time zone, a setting of the allocator's, a thread's name) and
 * can go without. clone3: its arguments lie in memory that no filter reads, and the C library then
 * takes clone. */
static const struct {
	int call, error;
} refused[] = {
	{SCMP_SYS(open), EACCES},
	{SCMP_SYS(openat), EACCES},
	{SCMP_SYS(access), EACCES},
	{SCMP_SYS(newfstatat), EACCES},
	{SCMP_SYS(readlink), EACCES},
	{SCMP_SYS(prctl), EPERM},
	{SCMP_SYS(clone3), ENOSYS},
};

/* Of ioctl(2) the three that a socket is asked with. */
static const unsigned long requests[] = {SIOCINQ, SIOCOUTQ, FIONBIO};

static const char denied[] = "teardown-server: sandbox denied syscall=";

/* The last words: a system call that a server at work does not make. */
static void on_denied(int signal, siginfo_t *info, void *context)
{
	char line[sizeof(denied) + 12];
	char digits[12];
	size_t at = sizeof(digits), length = sizeof(denied) - 1;
	digits[--at] = '\n';
	unsigned number = (unsigned)info->si_syscall;
	do
		digits[--at] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	memcpy(line, denied, length);
	memcpy(line + length, digits + at, sizeof(digits) - at);
	ssize_t written = write(STDERR_FILENO, line, length + sizeof(digits) - at);
	(void)written;
	_exit(STATUS_FAILED);
}

/* A call that may be made when one of its arguments, masked, has a value. */
static int allow_when(
	scmp_filter_ctx filter, int call, unsigned argument, scmp_datum_t mask, scmp_datum_t value)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
		SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, value));
}

/* Returns 0 or a negative errno. */
static int rules_add(scmp_filter_ctx filter)
{
	int status = 0;
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]) && status == 0; i++)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]) && status == 0; i++)
		status = seccomp_rule_add(
			filter, SCMP_ACT_ERRNO((unsigned)refused[i].error), refused[i].call, 0);
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]) && status == 0; i++)
		status = allow_when(filter, SCMP_SYS(ioctl), 1, UINT32_MAX, requests[i]);
	if (status == 0)
		status = allow_when(filter, SCMP_SYS(mmap), 2, PROT_EXEC, 0);
	if (status == 0)
		status = allow_when(filter, SCMP_SYS(mprotect), 2, PROT_EXEC, 0);
	/* Threads, and no processes. */
	if (status == 0)
		status = allow_when(filter, SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD);
	/* The C library's own signals; but whoever takes over the program cannot go on after a
	 * denied call. */
	if (status == 0)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(rt_sigaction), 1,
			SCMP_A0(SCMP_CMP_NE, SIGSYS));
	return status;
}

static int attributes_set(scmp_filter_ctx filter)
{
	/* Errors as the kernel gives them; and the mitigation of speculative store bypass that old
	 * kernels tie to seccomp is for programs that run foreign code. */
	int status = seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1);
	if (status == 0 && seccomp_api_get() >= 4)
		status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
	/* A tree: a linear filter would be as long as the list, for each call that is not known to
	 * be allowed whatever its arguments. */
	if (status == 0)
		status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	return status;
}

int seccomp_enter(void)
{
	struct sigaction action = {.sa_sigaction = on_denied, .sa_flags = SA_SIGINFO};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
	int status = filter ? attributes_set(filter) : -ENOMEM;
	if (status == 0)
		status = rules_add(filter);
	if (status == 0 && sigaction(SIGSYS, &action, NULL) == -1)
		status = -errno;
	if (status == 0)
		status = seccomp_load(filter);
	seccomp_release(filter);
	if (status == 0)
		return 1;
	errno = -status;
	return status == -EINVAL || status == -ENOSYS ? 0 : -1;
}
