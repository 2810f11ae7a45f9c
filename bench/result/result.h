/* The result file: schema "teardown-run/1" (JSON). */
#ifndef BENCH_RESULT_RESULT_H
#define BENCH_RESULT_RESULT_H

#include "bench/options/options.h"
#include "bench/trial/record.h"
#include "bench/trial/shared_hosts.h"
#include "common/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#define RESULT_SCHEMA "teardown-run/1"

/* A result without trials. Returns NULL when there is no memory. */
json_t *result_create(const struct run_options *options);

/* Notes the server's host, of a network that two hosts share. */
void result_add_server(json_t *result, const struct shared_hosts *hosts);

/* Adds a trial; its figures, findings and validity are computed here. */
int result_add(json_t *result, const struct trial *trial);

/* Notes a strategy that could not be run at all, and why. */
void result_add_failure(json_t *result, const char *strategy, const char *because);

/* Computes the summary from the trials; replaces an earlier one. Of every metric: the median over
 * valid trials, and low and high, the ends of the median's 95 % bootstrap interval. */
int result_summarize(json_t *result);

/* Whether at least one of its trials is valid. */
bool result_has_valid(const json_t *result);

/* Reads a file ("-": stdin) and checks it by the schema (schema.h): what is returned is safe to
 * print, and holds what it holds as the type that it should be. What is not there is not known.
 * Returns NULL with the reason. */
json_t *result_load(const char *path, struct error *error);

/* The same of an open file; `path` is what errors call it. */
json_t *result_read(FILE *file, const char *path, struct error *error);

/* Writes it to a descriptor, which is closed. Returns 0, or -1 with errno. */
int result_store(int fd, const json_t *result);

#endif
