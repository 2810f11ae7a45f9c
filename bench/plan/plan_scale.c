#include "bench/plan/plan_scale.h"

#include <math.h>

/* connect(2) leaves the last port of an odd number alone. */
static double even(double ports)
{
	return fmax(2, 2 * round(ports / 2));
}

struct plan_asked plan_scale(const struct plan_asked *asked, double ports)
{
	double range = asked->port_high - asked->port_low + 1.0 - asked->ports_taken;
	double addresses = fmin(asked->addresses, PLAN_SCALE_ADDRESSES_MOST);
	/* Requests a second for each port, which is kept. */
	double all = range * asked->addresses * asked->destinations * asked->hosts;
	double per_port = asked->requests_per_s / all;
	double taken = fmin(ports, range);
	struct plan_asked scaled = *asked;
	if (!isnan(per_port)) {
		double rate = fmin(per_port * taken * addresses, PLAN_SCALE_RATE_MOST);
		rate = fmax(1, round(rate));
		if (rate > 1 && rate / per_port / addresses > range + 1)
			rate--;
		taken = fmin(range, even(rate / per_port / addresses));
		scaled.requests_per_s = rate;
	}
	scaled.hosts = scaled.destinations = 1;
	scaled.addresses = addresses;
	scaled.ports_taken = 0;
	scaled.port_high = (uint16_t)(asked->port_low + taken - 1);
	/* Of one host. */
	scaled.time_wait_most =
		fmax(1, round(asked->time_wait_most * asked->hosts * taken * addresses / all));
	scaled.life = time_wait_life_here();
	return scaled;
}
