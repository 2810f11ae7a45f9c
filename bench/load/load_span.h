/* When a load began and was told to end, for all its threads. */
#ifndef BENCH_LOAD_LOAD_SPAN_H
#define BENCH_LOAD_LOAD_SPAN_H

#include "common/clock.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* After its end connections still finish all their exchanges for so long, then end with the next
 * one. */
#define LOAD_SPAN_HURRY_NS NS_PER_S

/* By CLOCK_MONOTONIC; 0: not yet. Written by the loader's owner, read by its threads. */
struct load_span {
	_Atomic uint64_t started_ns, stopped_ns;
	_Atomic uint64_t released_ns; /* clients beside the load need not stay any longer */
	_Atomic uint32_t events;      /* of the trial (--at), that have come by now */
	bool has_events;              /* events may come */
};

static inline uint32_t load_span_events(const struct load_span *span)
{
	return atomic_load_explicit(&span->events, memory_order_acquire);
}

/* It is to end now, unless it was told so before. */
static inline void load_span_stop(struct load_span *span)
{
	uint64_t never = 0;
	atomic_compare_exchange_strong(&span->stopped_ns, &never, clock_now_ns());
}

static inline uint64_t load_span_end_of(const _Atomic uint64_t *told_ns, uint64_t timeout_ns)
{
	uint64_t told = atomic_load(told_ns);
	return told ? told + LOAD_SPAN_HURRY_NS + timeout_ns : UINT64_MAX;
}

/* When what is still under way has had its time; UINT64_MAX: the load is not to end yet. */
static inline uint64_t load_span_due_ns(const struct load_span *span, uint64_t timeout_ns)
{
	return load_span_end_of(&span->stopped_ns, timeout_ns);
}

/* The same of clients beside the load. */
static inline uint64_t load_span_beside_due_ns(const struct load_span *span, uint64_t timeout_ns)
{
	return load_span_end_of(&span->released_ns, timeout_ns);
}

#endif
