#include "strategies/core/defaults.h"

#define DEFAULT_GRACE_NS TD_SECONDS(30)
#define DEFAULT_IDLE_NS TD_SECONDS(5)
#define DEFAULT_DRAIN_BYTES (UINT64_C(256) << 20)

static uint64_t first_of(uint64_t a, uint64_t b, uint64_t otherwise)
{
	return a ? a : b ? b : otherwise;
}

uint32_t strategy_exchanges(const struct td_strategy *strategy)
{
	return strategy->exchanges ? strategy->exchanges : 1;
}

uint64_t strategy_grace_ns(const struct td_strategy *strategy, uint64_t asked_ns)
{
	return first_of(asked_ns, strategy->grace_ns, DEFAULT_GRACE_NS);
}

uint64_t strategy_idle_ns(const struct td_strategy *strategy, uint64_t asked_ns)
{
	return first_of(asked_ns, strategy->idle_ns, DEFAULT_IDLE_NS);
}

uint64_t strategy_drain_bytes(const struct td_strategy *strategy)
{
	return first_of(0, strategy->drain_bytes, DEFAULT_DRAIN_BYTES);
}
