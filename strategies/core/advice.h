/* The strategies that suit an audience: what `teardown list --for` says. docs/choosing.md has the
 * same with its reasons. */
#ifndef STRATEGIES_CORE_ADVICE_H
#define STRATEGIES_CORE_ADVICE_H

#include "common/error.h"

#include <stddef.h>

struct advice {
	const char *audience; /* "server", "client", "proxy" */
	const char *strategy;
	const char *why;
};

/* Best first for each audience. */
extern const struct advice advice_rows[];
extern const size_t advice_count;

/* Whether there is such an audience. Returns 0, or -1 with the names of all audiences. */
int advice_check(const char *audience, struct error *error);

#endif
