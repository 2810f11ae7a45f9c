/* Hooks that many strategies share. */
#ifndef TEARDOWN_HOOKS_H
#define TEARDOWN_HOOKS_H

#include "teardown/strategy.h"

/* exchange_done of an end that closes: closes when no further exchange will follow. */
static inline enum td_verdict td_close_after_last(const struct td_view *view)
{
	return view->last ? TD_CLOSE : TD_KEEP;
}

/* exchange_done of an end that leaves the close to its peer. */
static inline enum td_verdict td_wait_after_last(const struct td_view *view)
{
	return view->last ? TD_WAIT : TD_KEEP;
}

/* exchange_done of an end that sends its FIN and goes on to read. */
static inline enum td_verdict td_half_close_after_last(const struct td_view *view)
{
	return view->last ? TD_HALF_CLOSE : TD_KEEP;
}

/* timeout of an end that never resets. */
static inline enum td_verdict td_close_at_deadline(const struct td_view *view)
{
	(void)view;
	return TD_CLOSE;
}

#endif
