/* Tests that draw thousands of samples: `.ci/slow` sets LONG_TESTS=1, and has them draw all. */
#ifndef TESTS_UNIT_LONG_H
#define TESTS_UNIT_LONG_H

#include <stdlib.h>

static inline int long_or_short(int usual, int quick)
{
	return getenv("LONG_TESTS") ? usual : quick;
}

#endif
