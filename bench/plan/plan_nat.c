#include "bench/plan/plan_nat.h"

#include "bench/judge/runway.h"

#include <math.h>

struct plan_nat plan_nat_of(
	const struct plan_asked *asked, const struct plan_terms *terms, double rate)
{
	struct plan_nat nat = {NAN, NAN, NAN, NAN, true, NAN};
	if (asked->nat_ports == 0)
		return nat;
	nat.ports = asked->nat_ports * asked->destinations;
	struct runway runway = runway_of(&(struct runway_terms){
		.ports = nat.ports,
		.rate_per_s = isnan(rate) ? 1 : rate,
		.share = 1,
		.life_s = asked->nat_hold_s > 0 ? asked->nat_hold_s : terms->open_s,
		.open_s = asked->nat_hold_s > 0 ? terms->open_s : 0,
	});
	nat.lasts_per_s = runway.lasts_per_s;
	if (isnan(rate))
		return nat;
	double held = rate * (terms->open_s + asked->nat_hold_s);
	nat.fits = held <= nat.ports;
	nat.held = fmin(held, nat.ports);
	nat.exhausted_after_s = runway.held_after_s;
	nat.addresses_needed = fmax(1, ceil(held / nat.ports));
	return nat;
}
