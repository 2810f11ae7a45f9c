/* Connections of a scene, for the files of this room. */
#ifndef BENCH_LAB_PAIR_H
#define BENCH_LAB_PAIR_H

#include "bench/lab/lab.h"

void pairs_close(struct lab *lab);
void pairs_free(struct lab *lab);

#endif
