#include "bench/measure/ticker.h"

#include "common/clock.h"

#include <errno.h>

void ticker_init(struct ticker *ticker)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&ticker->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&ticker->lock, NULL);
	ticker->stopping = false;
}

void ticker_finish(struct ticker *ticker)
{
	pthread_cond_destroy(&ticker->wake);
	pthread_mutex_destroy(&ticker->lock);
}

bool ticker_wait(struct ticker *ticker, uint64_t due_ns)
{
	const struct timespec due = {
		.tv_sec = (time_t)(due_ns / NS_PER_S), .tv_nsec = (long)(due_ns % NS_PER_S)};
	int result = 0;
	pthread_mutex_lock(&ticker->lock);
	while (!ticker->stopping && result != ETIMEDOUT)
		result = pthread_cond_timedwait(&ticker->wake, &ticker->lock, &due);
	bool stopping = ticker->stopping;
	pthread_mutex_unlock(&ticker->lock);
	return !stopping;
}

void ticker_stop(struct ticker *ticker)
{
	pthread_mutex_lock(&ticker->lock);
	ticker->stopping = true;
	pthread_cond_signal(&ticker->wake);
	pthread_mutex_unlock(&ticker->lock);
}

void ticker_rewind(struct ticker *ticker)
{
	pthread_mutex_lock(&ticker->lock);
	ticker->stopping = false;
	pthread_mutex_unlock(&ticker->lock);
}
