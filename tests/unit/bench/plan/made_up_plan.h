/* What is asked of a made-up plan, and how near a figure is to one that was worked out by hand. */
#ifndef TESTS_UNIT_BENCH_PLAN_MADE_UP_PLAN_H
#define TESTS_UNIT_BENCH_PLAN_MADE_UP_PLAN_H

#include "bench/plan/plan_terms.h"

/* One host, address and destination; HZ 250, so that a TIME_WAIT lives 60 to 62.048 s. */
struct plan_asked made_up_asked(double rate, uint16_t port_low, uint16_t port_high);

/* Fails unless they differ by less than 0.01 %, or are both NAN, or both infinite. */
void assert_near(double found, double wanted);

#endif
