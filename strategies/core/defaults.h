/* Defaults for the numbers that a strategy's table leaves out. */
#ifndef STRATEGIES_CORE_DEFAULTS_H
#define STRATEGIES_CORE_DEFAULTS_H

#include "teardown/strategy.h"

#include <stdint.h>

/* The number of exchanges on one connection: the strategy's own, or 1. */
uint32_t strategy_exchanges(const struct td_strategy *strategy);

/* How long a connection lingers, in all and without a byte from the peer: what an option asks for,
 * unless it is 0; the strategy's own; or 30 s and 5 s. */
uint64_t strategy_grace_ns(const struct td_strategy *strategy, uint64_t asked_ns);
uint64_t strategy_idle_ns(const struct td_strategy *strategy, uint64_t asked_ns);

/* How many bytes are discarded while a connection lingers: the strategy's own, or 256 MiB. */
uint64_t strategy_drain_bytes(const struct td_strategy *strategy);

#endif
