/* The verbs of a scene, answered by chance: no network is made, and what the kernel and the wire
 * say is drawn, so that a lesson's claims come out every way that they can. Two scenes of the same
 * number draw the same. */
#ifndef TESTS_UNIT_BENCH_LAB_CHANCE_H
#define TESTS_UNIT_BENCH_LAB_CHANCE_H

#include "bench/lab/lab.h"

/* Plays the lesson. Returns whether the scene came to its end, with no failure. */
bool chance_play(const struct lesson *lesson, unsigned scene, struct lesson_outcome *outcome);

#endif
