#include "bench/load/hang.h"

#include "common/clock.h"

/* Who looks may have been stopped in between, and the thread with it. */
#define PASSED_MAX_NS (100 * NS_PER_MS)

bool hang_look(struct hang *hang, const struct hook_mark *mark, uint64_t passed_ns, bool is_due)
{
	uint32_t calls = atomic_load_explicit(&mark->calls, memory_order_relaxed);
	bool is_called = hook_mark_read(mark) != HOOKS;
	if (calls != hang->calls || (!is_called && !is_due))
		hang->still_ns = 0;
	else
		hang->still_ns += passed_ns < PASSED_MAX_NS ? passed_ns : PASSED_MAX_NS;
	hang->calls = calls;
	hang->is_certain = hang->is_certain || hang->still_ns >= HANG_AFTER_S * NS_PER_S;
	return hang->is_certain;
}
