/* What --server-host, --agent and --server-ports say, and what does not go with a server on another
 * host. */
#ifndef BENCH_OPTIONS_AGENT_OPTIONS_H
#define BENCH_OPTIONS_AGENT_OPTIONS_H

#include "bench/options/options.h"
#include "common/error.h"
#include "common/options.h"

#include <stdbool.h>

/* Whether the server is on another host, where an agent plays it. */
bool agent_options_are_given(const struct run_options *options);

/* Whether that agent makes a network of its own for the server. */
bool agent_options_are_isolated(const struct run_options *options);

/* Fills in where the server is, the command that leads to its agent, and ports. Returns 0 or -1. */
int agent_options_check(
	struct run_options *options, const struct options_given *given, struct error *error);

/* The server's port in a trial, by its number: no two trials have the same, as long as there are
 * enough. Without an agent it is --server-port. */
uint64_t agent_options_port(const struct run_options *options, uint64_t trial);

#endif
