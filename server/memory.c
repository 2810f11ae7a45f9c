#include "server/memory.h"

#include <stddef.h>

/* A function of jemalloc, where the program is linked with it. */
extern int mallctl(const char *name, void *old, size_t *old_size, void *new, size_t new_size)
	__attribute__((weak));

static int statistic(const char *name, uint64_t *value)
{
	size_t bytes;
	size_t size = sizeof(bytes);
	if (mallctl(name, &bytes, &size, NULL, 0) != 0)
		return -1;
	*value = bytes;
	return 0;
}

int memory_read(struct memory *memory)
{
	/* Starts a new epoch: jemalloc's statistics are those of the last one (jemalloc(3),
	 * "epoch"). */
	uint64_t epoch = 1;
	if (!mallctl || mallctl("epoch", NULL, NULL, &epoch, sizeof(epoch)) != 0)
		return -1;
	if (statistic("stats.allocated", &memory->allocated_bytes) == -1 ||
		statistic("stats.active", &memory->active_bytes) == -1)
		return -1;
	return statistic("stats.resident", &memory->resident_bytes);
}
