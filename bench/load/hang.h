/* Sees whether a thread of the loader hangs: a hook of a plug-in may never return. A hook that is
 * slow, but returns, is no such case: each call begins the time anew. */
#ifndef BENCH_LOAD_HANG_H
#define BENCH_LOAD_HANG_H

#include "strategies/core/hook.h"

#include <stdbool.h>
#include <stdint.h>

#define HANG_AFTER_S 5

struct hang {
	uint32_t calls;    /* the mark's, at the last look */
	uint64_t still_ns; /* how long the thread has not moved on */
	bool is_certain;
};

/* One look. `passed_ns`: since the look before. `is_due`: the thread was to have ended by now.
 * Returns whether the thread hangs. */
bool hang_look(struct hang *hang, const struct hook_mark *mark, uint64_t passed_ns, bool is_due);

#endif
