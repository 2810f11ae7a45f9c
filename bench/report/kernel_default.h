/* What a setting is where nobody has set it. */
#ifndef BENCH_REPORT_KERNEL_DEFAULT_H
#define BENCH_REPORT_KERNEL_DEFAULT_H

#include <stdbool.h>

/* The value; "" where it depends on the machine or on how the kernel was built; NULL where it is
 * not known here. */
const char *kernel_default(const char *sysctl);

/* Whether the value is another than the default, where both are known. */
bool kernel_default_differs(const char *sysctl, const char *value);

#endif
