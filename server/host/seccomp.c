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

/* The system calls that serving needs, also those that a library makes in a rare case. */
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
	SCMP_SYS(timerfd_settime),
};

/* System calls that libraries try now and then (for a time zone, a setting of the allocator, a
 * thread's name) and can do without. clone3: its arguments lie in memory, which no filter can read;
 * after ENOSYS the C library uses clone. */
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

/* The requests of ioctl(2) that are made on sockets. */
static const unsigned long requests[] = {SIOCINQ, SIOCOUTQ, FIONBIO};

static const char denied[] = "teardown-server: sandbox denied syscall=";

/* Logs a system call that the filter does not allow, and ends the program. */
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

/* Allows a call where one of its arguments, masked, has this value. */
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
	/* New threads, but no new processes. */
	if (status == 0)
		status = allow_when(filter, SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD);
	/* The C library handles signals of its own. A handler for SIGSYS is not allowed: code of an
	 * attacker could go on after a denied call. */
	if (status == 0)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(rt_sigaction), 1,
			SCMP_A0(SCMP_CMP_NE, SIGSYS));
	return status;
}

static int attributes_set(scmp_filter_ctx filter)
{
	/* SYSRAWRC: errors as the kernel returns them. CTL_SSB: without the mitigation of
	 * speculative store bypass, which old kernels switch on with seccomp; it protects from
	 * foreign code in the same process, and there is none here. */
	int status = seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1);
	if (status == 0 && seccomp_api_get() >= 4)
		status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
	/* OPTIMIZE 2: a binary tree. A linear filter compares with the whole list at each call that
	 * is allowed by its arguments only. */
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
