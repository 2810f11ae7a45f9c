/* What a run leaves: its table, its files, its exit status. */
#ifndef BENCH_VERB_RUN_REPORT_H
#define BENCH_VERB_RUN_REPORT_H

#include "bench/verb/run_trials.h"
#include "common/error.h"

/* Before anything is measured: catches the signals that end a run, of which `ended` is then ended
 * ("trial"), checks what is asked of the result, and reserves its file. Returns 0 or -1; either way
 * run_report_finish is due. */
int run_report_prepare(struct run *run, const char *ended, struct error *error);
void run_report_finish(struct run *run);

/* Shows and writes what was measured, however the run ended, and wherever it can be. Returns 0 or
 * -1. */
int run_report(struct run *run, struct error *error);

/* The exit status of the run, once it is shown; or -1. */
int run_report_judge(const struct run *run, struct error *error);

#endif
