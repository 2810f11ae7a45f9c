/* A strategy in words, from its table: what both ends do, what it claims, gives up and requires. */
#ifndef BENCH_REPORT_STRATEGY_TEXT_H
#define BENCH_REPORT_STRATEGY_TEXT_H

#include "teardown/strategy.h"

#include <stdint.h>
#include <stdio.h>

/* Calls hooks of the strategy, to say what each end does. */
void strategy_text_print(const struct td_strategy *s, FILE *out);

/* Flags of enum td_loss in words. */
const char *strategy_text_loss(uint32_t gives_up);

#endif
