/* What the kernel makes of the value of a setting: takes, refuses, or sets in part. */
#ifndef BENCH_DOCTOR_SYSCTL_VALUE_H
#define BENCH_DOCTOR_SYSCTL_VALUE_H

#include "bench/doctor/sysctl_lines.h"

#include <stdbool.h>

/* Fills what is said of the line's value. Values of settings that are not in the table, and those
 * of a template, are not judged. `is_of_conf`: a comment behind it is part of it. `before`: the
 * lines that are applied before it. */
void sysctl_value_judge(
	struct sysctl_line *line, bool is_of_conf, const struct sysctl_lines *before);

#endif
