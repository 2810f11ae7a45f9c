/* A promise of the program under test: ends the fuzzer when it is broken. */
#ifndef FUZZ_REQUIRE_H
#define FUZZ_REQUIRE_H

#include <stdio.h>
#include <stdlib.h>

#define REQUIRE(holds) ((holds) ? (void)0 : require_failed(__FILE__, __LINE__, #holds))

_Noreturn static inline void require_failed(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, what);
	abort();
}

#endif
