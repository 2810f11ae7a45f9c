/* What the executor's two files share: verdicts of events while the connection is open are carried
 * out by executor.c, those while it waits are asked for by executor_lingering.c. */
#ifndef STRATEGIES_CORE_EXECUTOR_ACT_H
#define STRATEGIES_CORE_EXECUTOR_ACT_H

#include "strategies/core/executor.h"

/* Carries a verdict out. TD_KEEP counts as TD_WAIT on a connection that waits, or whose peer has
 * sent its FIN: no exchange can follow there. */
enum executor_state executor_act(struct executor *x, struct teardown *t, enum td_verdict verdict);

/* close_notify has gone out: carries out the verdict that waited for it. */
void executor_sealed(struct executor *x, struct teardown *t);

/* Calls the `acked` hook where the peer has acknowledged all. */
enum executor_state executor_ask_acked(struct executor *x, struct teardown *t);

#endif
