/* The hosts of a merged result: each by itself, and what is said of all of them at once. */
#ifndef BENCH_FLEET_MERGE_HOSTS_H
#define BENCH_FLEET_MERGE_HOSTS_H

#include <jansson.h>
#include <stddef.h>

#define MERGE_HOST_NAME_MAX 100

/* Adds the host of a file to the list `hosts`. Returns its name: that of the host, with a number
 * behind it where another of the list has the same ("web1 #2"). Not owned. `names`, an object, has
 * those of the list as keys, each with the last number that stands behind it. */
const char *merge_hosts_add(json_t *hosts, json_t *names, const json_t *result);

/* What stands in place of one host: `host` of the file. A new reference. */
json_t *merge_hosts_one(const json_t *hosts);

/* "a, b, c and 7 more" of names in a list. */
void merge_hosts_names(const json_t *names, char *text, size_t size);

#endif
