/* The strategies that `teardown run` was asked for. */
#ifndef BENCH_OPTIONS_STRATEGIES_H
#define BENCH_OPTIONS_STRATEGIES_H

#include "bench/options/options.h"

#include <stdbool.h>

/* Refuses a --sysctl that contradicts what the strategy requires. Returns 0 or -1. */
int strategies_check_settings(
	const struct run_options *options, const struct td_strategy *strategy, struct error *error);

/* Refuses a strategy whose client is to close, where the loader's command shows that its client
 * does not. Returns 0 or -1. */
int strategies_check_loader(
	const struct run_options *options, const struct td_strategy *strategy, struct error *error);

/* Fills options->chosen from --strategies, or with what stands for a third party's server. Returns
 * 0 or -1. */
int strategies_choose(struct run_options *options, struct error *error);

/* Whether each of the strategies was asked for by its name: neither by "all" nor by default. */
bool strategies_are_named(const struct run_options *options);

/* Refuses arguments that are no options: strategies and commands have an option each. Returns 0 or
 * -1. */
int strategies_refuse_operands(const struct option_operands *operands, struct error *error);

#endif
