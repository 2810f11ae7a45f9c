/* What is counted, as text. */
#ifndef BENCH_REPORT_COUNTED_H
#define BENCH_REPORT_COUNTED_H

#define COUNTED_TEXT_MAX 32

/* The noun behind a number: "port" of 1, "ports" of 0, of 2 and of 1.5. */
const char *counted_noun(double count, const char *one, const char *more);

/* "12", "28232", "265k", "26.4M". Returns the text. */
const char *counted_write(double count, char text[COUNTED_TEXT_MAX]);

#endif
