/* The options of `teardown trace`. */
#ifndef BENCH_VERB_TRACE_OPTIONS_H
#define BENCH_VERB_TRACE_OPTIONS_H

#include "common/options.h"

#include <stdbool.h>
#include <stdint.h>

struct trace_options {
	bool json, list, ascii, unfold, live;
	const char *connection, *port, *find, *cut, *svg, *html, *keylog, *color, *interface;
	const char *strategy, *clients, *rtt, *link_rate;
	uint64_t response_bytes; /* 0: as usual */
	struct option_list fail_if;
	uint64_t max_connections, for_ns;
};

extern const struct option_table trace_option_table;

/* Sets a struct trace_options to the defaults. */
void trace_options_set_defaults(void *target);

#endif
