/* The states in which the kernel had the one connection of a trial, by the censuses of its samples.
 */
#ifndef BENCH_TRIAL_KERNEL_COURSE_H
#define BENCH_TRIAL_KERNEL_COURSE_H

#include "bench/trace/state_course.h"
#include "bench/trial/record.h"
#include "teardown/strategy.h"

#include <stdbool.h>

/* Of one end. Returns false where a census found more than one socket of the load. */
bool kernel_course_of(const struct trial *trial, enum td_who end, struct state_course *course);

#endif
