/* The ports of a NAT that all hosts are behind: for each destination it has as many, and it holds
 * each behind the close, whichever end closed first. Pure functions. */
#ifndef BENCH_PLAN_PLAN_NAT_H
#define BENCH_PLAN_PLAN_NAT_H

#include "bench/plan/plan_terms.h"

#include <stdbool.h>

/* NAN: there is none, such as no NAT, no limit, or no rate was asked for. Rates are of connections
 * of all hosts together. */
struct plan_nat {
	double ports; /* to all destinations */
	double lasts_per_s;
	double held, exhausted_after_s; /* at the rate asked for */
	bool fits;
	double addresses_needed; /* of the NAT, with as many ports each */
};

/* `rate`: connections a second of all hosts together; NAN: none was asked for. */
struct plan_nat plan_nat_of(
	const struct plan_asked *asked, const struct plan_terms *terms, double rate);

#endif
