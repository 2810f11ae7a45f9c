/* What a setting is where nobody has set it. */
#ifndef BENCH_REPORT_HTML_KERNEL_DEFAULT_H
#define BENCH_REPORT_HTML_KERNEL_DEFAULT_H

/* The value; "" where it depends on the machine or on how the kernel was built; NULL where it is
 * not known here. */
const char *kernel_default(const char *sysctl);

#endif
