/* The options of teardown doctor, and which of them do nothing beside another. */
#ifndef BENCH_VERB_DOCTOR_OPTIONS_H
#define BENCH_VERB_DOCTOR_OPTIONS_H

#include "bench/verb/verb.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct doctor_options {
	uint64_t for_ns, old_ns, nat_ports;
	bool watch, all, conntrack, who;
	struct option_list sysctl_files;
	const char *json, *prometheus, *explain, *space, *color;
};

extern const struct option_table doctor_option_table;

void doctor_options_set_defaults(void *target);

/* Returns 0 or -1. */
int doctor_options_check(
	const struct verb_call *call, const struct doctor_options *options, struct error *error);

#endif
