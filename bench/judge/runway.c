#include "bench/judge/runway.h"

#include <math.h>

/* Ports that are held after `t` seconds: those of open connections, then of TIME_WAITs, too.
 * Nothing is given back before life_s is over. */
static double held_after(const struct runway_terms *terms)
{
	double opening = terms->rate_per_s * terms->open_s;
	double closing = terms->rate_per_s * terms->share;
	if (opening >= terms->ports)
		return terms->ports / terms->rate_per_s;
	return terms->open_s + (terms->ports - opening) / closing;
}

struct runway runway_of(const struct runway_terms *terms)
{
	double held_s = terms->open_s + terms->share * terms->life_s;
	struct runway runway = {NAN, NAN, NAN, NAN, NAN};
	if (!(terms->share > 0 && terms->rate_per_s > 0 && terms->ports > 0 && terms->life_s > 0))
		return runway;
	runway.ports = terms->ports;
	runway.rate_per_s = terms->rate_per_s;
	runway.lasts_per_s = terms->ports / held_s;
	if (terms->is_by_parity)
		runway.slow_from_per_s = runway.lasts_per_s / 2;
	if (terms->rate_per_s > runway.lasts_per_s)
		runway.held_after_s = held_after(terms);
	return runway;
}

double port_hold_s(const struct port_hold *hold)
{
	/* With fewer TIME_WAITs than ports some are free. */
	if (hold->is_taken_over || hold->cap < hold->ports)
		return 0;
	return isnan(hold->reuse_s) ? hold->life_s : hold->reuse_s;
}
