/* What a part of a report says of a made-up result, and whether certain words are in it. */
#ifndef TESTS_UNIT_BENCH_REPORT_SAID_H
#define TESTS_UNIT_BENCH_REPORT_SAID_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef void said_print_fn(const json_t *result, size_t width, enum brevity brevity, FILE *out);

/* Releases `result`. To be freed. */
static inline char *said_by(said_print_fn *print, json_t *result, size_t width)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	print(result, width, TELL_ALL, out);
	fclose(out);
	json_decref(result);
	return text;
}

static inline void has(const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("\"%s\" does not say \"%s\"", text, words);
}

static inline void has_not(const char *text, const char *words)
{
	if (strstr(text, words))
		fail_msg("\"%s\" says \"%s\"", text, words);
}

#endif
