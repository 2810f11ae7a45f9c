/* What --network and the options of the wire say. */
#ifndef BENCH_OPTIONS_WIRE_OPTIONS_H
#define BENCH_OPTIONS_WIRE_OPTIONS_H

#include "bench/options/options.h"
#include "common/error.h"

/* Fills in `has_wire` and `impairment`. One of the wire's options, without --network, asks for it.
 * Returns 0 or -1. */
int wire_options_parse(struct run_options *options, bool network_given, struct error *error);

#endif
