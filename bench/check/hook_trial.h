/* Every hook of a strategy, called: each end of it has a connection with a peer of each behaviour,
 * and what is called is recorded. All of it happens in a child process with a deadline, so that a
 * hook that crashes or never returns is a result. */
#ifndef BENCH_CHECK_HOOK_TRIAL_H
#define BENCH_CHECK_HOOK_TRIAL_H

#include "bench/check/claim.h"
#include "bench/check/hook_calls.h"
#include "common/error.h"

/* Fills `calls`, and adds what is wrong: a hook that was not called or answered nonsense, a
 * connection that did not end. Hooks that have not all returned after `deadline_ns`, 1 us or more,
 * are ended. Returns 0; or -1 when nothing could be tried. The program must have no threads. */
int hook_trial(const struct claim *claim, uint64_t deadline_ns, struct hook_calls *calls,
	struct complaints *complaints, struct error *error);

#endif
