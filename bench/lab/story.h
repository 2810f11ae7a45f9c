/* What the wire saw in a scene, made into ladders, held against what the kernel said. */
#ifndef BENCH_LAB_STORY_H
#define BENCH_LAB_STORY_H

#include "bench/lab/lab.h"
#include "common/error.h"

/* Fills in the outcome's ladders, and writes the capture where one is asked for. Where the kernel
 * and the segments disagree on a state, nothing that was decided stands. Returns 0, or -1 where the
 * capture cannot be written. */
int story_tell(struct lab *lab, struct error *error);

#endif
