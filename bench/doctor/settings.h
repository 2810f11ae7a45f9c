/* The settings of the calling thread's namespace that matter to closing. */
#ifndef BENCH_DOCTOR_SETTINGS_H
#define BENCH_DOCTOR_SETTINGS_H

#include "bench/doctor/records.h"

/* What this kernel, or this namespace, has not, is -1; without a port range no port is counted. */
void doctor_settings_read(struct doctor_settings *settings);

#endif
