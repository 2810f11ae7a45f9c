/* --family: which addresses the two ends have. */
#ifndef BENCH_OPTIONS_FAMILY_H
#define BENCH_OPTIONS_FAMILY_H

#include "bench/options/options.h"
#include "common/error.h"

#include <stdbool.h>

/* What the levels of --family both are called, in the names of rows: "graceful:IPv4". */
#define FAMILY_IPV4_NAME "IPv4"
#define FAMILY_IPV6_NAME "IPv6"
#define FAMILY_DEFAULT "4"
/* How often each is played by default: what tells the two apart asks for so many trials. */
#define FAMILY_REPEAT 5

/* Whether both are asked for, each as a level of a factor (factor.h). */
bool family_is_both(const struct run_options *options);

/* AF_INET or AF_INET6, once family_parse has succeeded. */
int family_of(const struct run_options *options);

/* Sets options->is_ipv6, and refuses what is of IPv4 alone. Returns 0 or -1 (STATUS_USAGE). */
int family_parse(struct run_options *options, struct error *error);

#endif
