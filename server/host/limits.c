#include "server/host/limits.h"

#include "common/stack_limit.h"

#include <sys/mman.h>

#define MIB ((size_t)1 << 20)
/* Twice what the main thread was seen to use. */
#define STACK_LEAST ((size_t)256 << 10)
/* What a thread's allocator maps before its first allocation, and while it aligns that.
 * jemalloc 5.3 dereferences a null pointer where it cannot. */
#define ALLOCATOR_BYTES (6 * MIB)

/* The kernel counts what is mapped, used or not: RLIMIT_AS all of it, RLIMIT_DATA what is private
 * and writable. */
static int address_space_check(size_t threads, struct error *error)
{
	size_t bytes = threads * ALLOCATOR_BYTES + (threads - 1) * STACK_LIMIT_THREAD;
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
	return stack_limit_settle(STACK_LEAST, error) == -1 ? -1
							    : address_space_check(threads, error);
}
