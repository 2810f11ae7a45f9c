/* The noun behind a number. */
#ifndef BENCH_REPORT_PLURAL_H
#define BENCH_REPORT_PLURAL_H

/* "port" of 1, "ports" of 0, of 2 and of 1.5. */
const char *plural_of(double count, const char *one, const char *more);

#endif
