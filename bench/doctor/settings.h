/* The settings of the calling thread's namespace that matter to closing. */
#ifndef BENCH_DOCTOR_SETTINGS_H
#define BENCH_DOCTOR_SETTINGS_H

#include "bench/doctor/records.h"
#include "bench/doctor/sysctl_lines.h"

/* What this kernel, or this namespace, has not, is -1; without a port range no port is counted.
 * What `lines` set is as if they were applied; NULL: nothing is. */
void doctor_settings_read(struct doctor_settings *settings, const struct sysctl_lines *lines);

/* Entries of connection tracking; -1 without it. */
int64_t doctor_settings_conntrack_count(void);

#endif
