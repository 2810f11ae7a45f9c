/* What a check finds on a host that is made up. */
#ifndef TESTS_UNIT_BENCH_DOCTOR_FOUND_H
#define TESTS_UNIT_BENCH_DOCTOR_FOUND_H

#include "bench/doctor/check.h"

/* The most urgent of its findings, or NULL: there is none. Valid until the next call. */
const struct diagnosed *found_find(const struct doctor_host *host, const char *id);

/* How many findings of that check the latest look has. */
size_t found_count(const char *id);

/* Fails the test where there is no such number, or no text of the finding has `text` in it. */
double found_number(const struct diagnosed *found, const char *name);
void found_has(const struct diagnosed *found, const char *text);
/* Fails the test where one has. */
void found_lacks(const struct diagnosed *found, const char *text);

/* For the end of a group of tests. */
int found_finish(void **state);

#endif
