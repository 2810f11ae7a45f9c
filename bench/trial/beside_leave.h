/* Clients beside the load leave once all that the trial measures has been read. */
#ifndef BENCH_TRIAL_BESIDE_LEAVE_H
#define BENCH_TRIAL_BESIDE_LEAVE_H

#include "bench/trial/record.h"
#include "bench/trial/stage.h"
#include "common/error.h"

/* Has them close what they hold, and waits for the server to do so, too; then takes what they came
 * to and what the server still holds (trial->beside, beside_end). Where there are none it does
 * nothing. Returns 0, or -1 when the sockets cannot be read. */
int beside_leave(struct stage *stage, struct trial *trial, struct error *error);

#endif
