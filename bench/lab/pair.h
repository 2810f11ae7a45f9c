/* Connections of a scene, for the files of this room. */
#ifndef BENCH_LAB_PAIR_H
#define BENCH_LAB_PAIR_H

#include "bench/lab/lab.h"

/* Waits until the descriptor is ready (poll(2)). Returns false where it was not by the deadline. */
bool pair_await(struct lab *lab, int fd, short events);

/* Gives the client's socket the first number that the scene has chosen, if it has. */
void pair_number(struct pair *pair);

void pairs_close(struct lab *lab);
void pairs_free(struct lab *lab);

#endif
