/* SIGINT and SIGTERM for a verb that reads and computes: the first one ends the work, and what was
 * found by then is told; the second one ends the program. A verb that starts other processes takes
 * bench/process/ending_signals.h. */
#ifndef BENCH_VERB_INTERRUPTION_H
#define BENCH_VERB_INTERRUPTION_H

#include <signal.h>

/* Not 0 once the first one came. */
extern volatile sig_atomic_t interruption_met;

void interruption_catch(void);

#endif
