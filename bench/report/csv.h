/* A result as comma-separated values (RFC 4180): a line a trial, a column a number. */
#ifndef BENCH_REPORT_CSV_H
#define BENCH_REPORT_CSV_H

#include "common/error.h"

#include <jansson.h>
#include <stdio.h>

/* Columns are named by their paths, the unit in brackets: "duration_s [s]". A cell is empty where
 * the trial has no such number; of the errors of connect(2) only those that occurred have a column.
 * "-" is stdout. Returns 0 or -1. */
int csv_write(const json_t *result, const char *path, struct error *error);

/* The same to an open file. */
void csv_print(const json_t *result, FILE *out);

/* Whether it can be written there, before any work; changes nothing that is there. Returns 0 or -1.
 */
int csv_check(const char *path, struct error *error);

#endif
