/* Until when a connection waits: its deadline, the next look at what the peer has acknowledged, and
 * the arrival of its last bytes. Carries nothing out. */
#ifndef STRATEGIES_CORE_WAIT_H
#define STRATEGIES_CORE_WAIT_H

#include "strategies/core/executor.h"

#include <stdbool.h>

/* Starts to wait, once: later verdicts do not extend the grace. Arms the timer. */
void wait_begin(struct executor *x, struct teardown *t);

/* Arms the timer for what comes first. */
void wait_arm(struct executor *x, struct teardown *t);

/* Has a wait that begins now end after half a round trip. Returns false where that is too short to
 * wait for. */
bool wait_for_arrival(struct teardown *t);

/* Has a wait that is over for the arrival go on for a round trip, where bytes have not even left.
 * Returns whether it does. */
bool wait_for_the_rest(struct teardown *t);

bool wait_has_arrived(const struct executor *x, const struct teardown *t);
bool wait_is_over(const struct executor *x, const struct teardown *t);

#endif
