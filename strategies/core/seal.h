/* close_notify, the alert that ends one direction of a connection over TLS: the executor's part of
 * it. The owner of the connections has the channels (struct executor_seal). Of a plain connection,
 * and with TD_NOTIFY_NONE, none of these does anything. */
#ifndef STRATEGIES_CORE_SEAL_H
#define STRATEGIES_CORE_SEAL_H

#include "strategies/core/executor.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether connections of this executor send close_notify. */
static inline bool seal_is_due(const struct executor *x)
{
	return x->seal && x->end->notify != TD_NOTIFY_NONE;
}

/* Sends close_notify, or what is left of it, unless our FIN has gone out. Returns whether the
 * verdict can be carried out: false while the socket has no room, or while the peer's close_notify
 * is waited for. */
bool seal_begin(struct executor *x, struct teardown *t);

/* Whether nothing of close_notify has to be waited for. */
bool seal_is_done(const struct executor *x, const struct teardown *t);

/* Sends close_notify where there is room, and waits for nothing: the connection ends now. */
void seal_at_end(struct executor *x, struct teardown *t);

/* Whether a deadline has to close instead: close_notify has gone out, and no FIN behind it. A peer
 * that was told of a clean end meets no RST. */
bool seal_forbids_reset(const struct executor *x, struct teardown *t);

/* Sends what waits for close_notify in the kernel (MSG_MORE) on its way without it. */
void seal_push(struct executor *x, struct teardown *t);

/* Over TLS: discards input. Decrypts it until the peer's close_notify was read; once our FIN is
 * out, only where that is waited for. */
enum socket_input seal_discard(struct executor *x, struct teardown *t, uint64_t *bytes);

#endif
