#include "bench/plan/plan_choice.h"

#include "strategies/core/registry.h"

#include <math.h>

uint32_t plan_gives_up(const struct plan_figures *figures)
{
	uint32_t old = figures->server_is_capped || figures->client_is_capped
			       ? TD_GIVES_UP_OLD_SEGMENTS
			       : TD_GIVES_UP_NOTHING;
	return figures->strategy->gives_up | old;
}

bool plan_may_lose_tail(const struct plan_figures *figures)
{
	return (plan_gives_up(figures) & TD_GIVES_UP_TAIL) != 0;
}

static unsigned loss_rank(uint32_t gives_up)
{
	return (gives_up & TD_GIVES_UP_TAIL ? 2 : 0) +
	       (gives_up & TD_GIVES_UP_OLD_SEGMENTS ? 1 : 0);
}

static double bytes_of_all(const struct plan_figures *figures, const struct plan_asked *asked)
{
	return figures->server_bytes + figures->client_bytes * asked->hosts;
}

static bool is_better(
	const struct plan_figures *a, const struct plan_figures *b, const struct plan_asked *asked)
{
	if (a->is_slow != b->is_slow)
		return b->is_slow;
	unsigned loss_a = loss_rank(plan_gives_up(a)), loss_b = loss_rank(plan_gives_up(b));
	if (loss_a != loss_b)
		return loss_a < loss_b;
	return bytes_of_all(a, asked) < bytes_of_all(b, asked);
}

static bool may_be_chosen(const struct plan_figures *figures, const struct plan_asked *asked)
{
	return !isnan(asked->requests_per_s) && figures->fits && !figures->strategy->warning;
}

const struct plan_figures *plan_choose(
	const struct plan_figures *figures, size_t count, const struct plan_asked *asked)
{
	const struct plan_figures *best = NULL;
	for (size_t i = 0; i < count; i++)
		if (may_be_chosen(&figures[i], asked) &&
			(!best || is_better(&figures[i], best, asked)))
			best = &figures[i];
	return best;
}

bool plan_choose_of_all(const struct plan_asked *asked, struct plan_figures *best)
{
	bool is_found = false;
	for (size_t i = 0; i < registry_count; i++) {
		struct plan_figures figures = plan_figures_of(asked, registry_strategies[i]);
		if (may_be_chosen(&figures, asked) &&
			(!is_found || is_better(&figures, best, asked))) {
			*best = figures;
			is_found = true;
		}
	}
	return is_found;
}
