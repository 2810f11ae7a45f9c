/* Counts the calls of a strategy's hooks: a copy of its table whose hooks note that they were
 * called, and then ask the strategy's own. A hook that the strategy leaves out stays out. */
#ifndef BENCH_CHECK_HOOK_CALLS_H
#define BENCH_CHECK_HOOK_CALLS_H

#include "strategies/core/hook.h"
#include "teardown/strategy.h"

#include <stdint.h>

/* Index of an end in the arrays below. */
enum { END_SERVER, END_CLIENT, ENDS };

struct hook_call_record {
	uint64_t calls;
	uint32_t peers;    /* bit N: called with a peer of behaviour N */
	int32_t nonsense;  /* the last answer that was no verdict; 0: there was none */
	int32_t set_errno; /* of configure hooks: why it failed last; 0: it did not */
};

struct hook_calls {
	struct hook_call_record hooks[ENDS][HOOKS];
	uint32_t peer; /* behaviour of the peer now, set by who makes the connection */
};

/* Whether the strategy has this hook. */
bool hook_calls_has(const struct td_strategy *strategy, int end, enum hook hook);

/* Returns the copy. There is one such copy at a time; both arguments must outlive the copy. */
struct td_strategy hook_calls_wrap(struct hook_calls *calls, const struct td_strategy *strategy);

#endif
