/* Tests that draw thousands of samples: `.ci/slow` sets LONG_TESTS=1, and has them draw all. */
#ifndef TESTS_UNIT_LONG_TESTS_H
#define TESTS_UNIT_LONG_TESTS_H

#include <stdlib.h>

static inline int long_or_short(int usual, int quick)
{
	return getenv("LONG_TESTS") ? usual : quick;
}

#endif
