/* Waiting for instants on a thread that has to stop at once when it is told to. */
#ifndef BENCH_MEASURE_TICKER_H
#define BENCH_MEASURE_TICKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct ticker {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping;
};

void ticker_init(struct ticker *ticker);
void ticker_finish(struct ticker *ticker);

/* Waits for the instant (CLOCK_MONOTONIC). Returns false, at once, when the thread is to stop. */
bool ticker_wait(struct ticker *ticker, uint64_t due_ns);

/* From another thread: ends the wait, and every later one until ticker_rewind. */
void ticker_stop(struct ticker *ticker);
void ticker_rewind(struct ticker *ticker);

#endif
