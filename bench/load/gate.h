/* A gate: threads wait at it until it is opened, once and for all. */
#ifndef BENCH_LOAD_GATE_H
#define BENCH_LOAD_GATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint32_t waiting; /* threads that have come to it */
	bool open;
};

void gate_init(struct gate *gate);
void gate_finish(struct gate *gate);

/* Waits until it is open. */
void gate_wait(struct gate *gate);

/* Waits until so many threads have come. */
void gate_await(struct gate *gate, uint32_t threads);

void gate_open(struct gate *gate);

#endif
