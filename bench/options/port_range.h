/* A range of ports as an option has it. */
#ifndef BENCH_OPTIONS_PORT_RANGE_H
#define BENCH_OPTIONS_PORT_RANGE_H

#include "common/error.h"

#include <stdint.h>

/* LO-HI, both included. `option` is named in errors. Returns 0 or -1. */
int port_range_parse(const char *option, const char *text, uint16_t *port_low, uint16_t *port_high,
	struct error *error);

#endif
