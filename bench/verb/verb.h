/* The verbs of `teardown`. Each gets its own name as argv[0] and returns the exit status. */
#ifndef BENCH_VERB_VERB_H
#define BENCH_VERB_VERB_H

int verb_run(int argc, char **argv);
int verb_list(int argc, char **argv);
int verb_report(int argc, char **argv);
int verb_compare(int argc, char **argv);

/* Prints "teardown: TEXT" on stderr and returns the error's status. */
struct error;
int verb_fail(const struct error *error);

/* Columns of the terminal on stdout, or of $COLUMNS; 120 where there is neither. */
unsigned verb_width(void);

#endif
