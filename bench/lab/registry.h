/* All lessons, in the order in which they are told. */
#ifndef BENCH_LAB_REGISTRY_H
#define BENCH_LAB_REGISTRY_H

#include "bench/lab/lesson.h"

extern const struct lesson *const lab_lessons[];
extern const size_t lab_lesson_count;

/* NULL: none is called so. */
const struct lesson *lab_lesson_find(const char *name);

#endif
