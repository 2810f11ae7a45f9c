/* The memory that the allocator holds. */
#ifndef SERVER_MEMORY_H
#define SERVER_MEMORY_H

#include <stdint.h>

struct memory {
	uint64_t allocated_bytes; /* allocated by the program */
	uint64_t active_bytes;    /* in pages with an allocation */
	uint64_t resident_bytes;  /* mapped and not returned to the kernel */
};

/* Reads jemalloc's statistics. Returns 0; or -1 where the allocator is another one, as in a
 * sanitizer build. From any thread. */
int memory_read(struct memory *memory);

#endif
