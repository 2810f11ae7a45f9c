#include "made_up_plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct plan_asked made_up_asked(double rate, uint16_t port_low, uint16_t port_high)
{
	return (struct plan_asked){
		.requests_per_s = rate,
		.hosts = 1,
		.addresses = 1,
		.destinations = 1,
		.port_low = port_low,
		.port_high = port_high,
		.pause_s = NAN,
		.reuse_delay_s = 1,
		.time_wait_most = INFINITY,
		.life = time_wait_life_of(250),
	};
}

void assert_near(double found, double wanted)
{
	if (isnan(found) != isnan(wanted) || isinf(found) != isinf(wanted) ||
		(isfinite(wanted) && fabs(found - wanted) > 1e-4 * fabs(wanted) + 1e-9))
		fail_msg("%.9g is not %.9g", found, wanted);
}
