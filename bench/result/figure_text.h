/* Figures as a person reads them at a glance: three digits that mean something. What is not 0 is
 * never shown as 0, and what is not all is never shown as all. */
#ifndef BENCH_RESULT_FIGURE_TEXT_H
#define BENCH_RESULT_FIGURE_TEXT_H

#include <stddef.h>

/* "7.5", "7131", "12.2k", "179k", "1.2M". */
void figure_brief(double value, char *text, size_t size);

/* A share as "2.0 %", "51 %", "0.0018 %"; "0" where it is none. */
void figure_percent(double share, char *text, size_t size);

/* The same in whole percent, for what stands beside a gauge: "<1 %", "51 %". */
void figure_percent_whole(double share, char *text, size_t size);

/* "128 B", "1 MB", "1.3 GB"; "0" where there are none. A prefix is a power of 1000. */
void figure_bytes(double bytes, char *text, size_t size);

/* A time: "2.29 us", "49.4 us", "1.03 ms", "61.0 s". */
void figure_us(double us, char *text, size_t size);

#endif
