/* Every hook of a strategy, called: each end of it has a connection with a peer of each behaviour,
 * and what is called is recorded. Then a response is delivered to a client of each kind. All of it
 * happens in a child process with a deadline, so that a hook that crashes or never returns is a
 * result. */
#ifndef BENCH_CHECK_HOOK_TRIAL_H
#define BENCH_CHECK_HOOK_TRIAL_H

#include "bench/check/claim.h"
#include "bench/check/delivery.h"
#include "bench/check/hook_calls.h"
#include "common/error.h"

#include <stdint.h>

enum delivery_verdict {
	DELIVERY_DIFFERS, /* from the table; or was not played to its end */
	DELIVERY_HELD,
	DELIVERY_LOST, /* as the table says */
};

struct hook_trial {
	struct hook_calls calls;
	enum delivery_verdict deliveries[DELIVERY_CLIENTS];
};

/* Fills `trial`, and adds what is wrong: a hook that was not called or answered nonsense, a
 * connection that did not end, a delivery that is not as the table says. Hooks that have not all
 * returned after `deadline_ns`, 1 us or more, are ended. Returns 0; or -1 when nothing could be
 * tried. The program must have no threads. */
int hook_trial_run(const struct claim *claim, uint64_t deadline_ns, struct hook_trial *trial,
	struct complaints *complaints, struct error *error);

#endif
