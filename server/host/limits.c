#include "server/host/limits.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define MIB ((size_t)1 << 20)
/* Twice what the main thread was seen to use. */
#define STACK_LEAST ((rlim_t)256 << 10)
/* What a thread's allocator maps before its first allocation, and while it aligns that.
 * jemalloc 5.3 dereferences a null pointer where it cannot. */
#define ALLOCATOR_BYTES (6 * MIB)

static int stack_check(struct error *error)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_STACK, &limit) == -1 || limit.rlim_cur >= STACK_LEAST)
		return 0;
	limit.rlim_cur = limit.rlim_max < STACK_LEAST ? limit.rlim_max : STACK_LEAST;
	if (limit.rlim_cur == STACK_LEAST && setrlimit(RLIMIT_STACK, &limit) == 0)
		return 0;
	return error_set(error, STATUS_HOST_CANNOT,
		"RLIMIT_STACK: its hard limit is %llu bytes, and the program needs %llu",
		(unsigned long long)limit.rlim_max, (unsigned long long)STACK_LEAST);
}

/* The kernel counts what is mapped, used or not: RLIMIT_AS all of it, RLIMIT_DATA what is private
 * and writable. */
static int address_space_check(size_t threads, struct error *error)
{
	size_t bytes = threads * ALLOCATOR_BYTES + (threads - 1) * LIMITS_STACK_SIZE;
	void *probe = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (probe == MAP_FAILED)
		return error_set(error, STATUS_HOST_CANNOT,
			"%zu MiB of address space are needed for threads=%zu, and there are not as "
			"many (RLIMIT_AS, RLIMIT_DATA)",
			bytes / MIB, threads);
	munmap(probe, bytes);
	return 0;
}

int limits_check(size_t threads, struct error *error)
{
	/* A log that reaches RLIMIT_FSIZE ends there, and not the program. */
	signal(SIGXFSZ, SIG_IGN);
	return stack_check(error) == -1 ? -1 : address_space_check(threads, error);
}
