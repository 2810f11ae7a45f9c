/* The signals that end a run: the first one ends what is being done, the second one, or SIGQUIT,
 * the program, and what it has started dies with it. */
#ifndef BENCH_PROCESS_ENDING_SIGNALS_H
#define BENCH_PROCESS_ENDING_SIGNALS_H

#include <stdbool.h>

/* Set by the first one. */
extern volatile bool ending_signals_met;

/* Catches them, and ignores SIGPIPE. `what` is ended, a word for people. `give_up` is called before
 * the program ends, from a signal's handler: it calls async-signal-safe functions only
 * (signal-safety(7)). */
void ending_signals_catch(const char *what, void (*give_up)(void));

/* One that comes between these two is taken at the release: what is written between them to the
 * terminal is not cut by the handler's sentence. Not to be nested; the main thread's. */
void ending_signals_hold(void);
void ending_signals_release(void);

#endif
