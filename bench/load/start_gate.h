/* A gate: threads wait at it until it is opened, once and for all. */
#ifndef BENCH_LOAD_START_GATE_H
#define BENCH_LOAD_START_GATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct start_gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint32_t waiting; /* threads that have come to it */
	bool open;
};

void start_gate_init(struct start_gate *gate);
void start_gate_finish(struct start_gate *gate);

/* Waits until it is open. */
void start_gate_wait(struct start_gate *gate);

/* Waits until so many threads have come. */
void start_gate_await(struct start_gate *gate, uint32_t threads);

void start_gate_open(struct start_gate *gate);

#endif
