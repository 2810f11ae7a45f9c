/* A trial's histograms as HdrHistogram's percentile text: one file a latency. */
#ifndef BENCH_RESULT_HGRM_H
#define BENCH_RESULT_HGRM_H

#include "bench/trial/record.h"
#include "common/error.h"

/* Writes FOLDER/STRATEGY-REPEAT-{connect,response,close,total}.hgrm, in microseconds; no file for a
 * latency that was never measured. Returns 0 or -1. */
int hgrm_write(const char *folder, const struct trial *trial, struct error *error);

#endif
