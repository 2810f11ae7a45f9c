#include "bench/load/start_gate.h"

void start_gate_init(struct start_gate *gate)
{
	*gate = (struct start_gate){.open = false};
	pthread_mutex_init(&gate->lock, NULL);
	pthread_cond_init(&gate->changed, NULL);
}

void start_gate_finish(struct start_gate *gate)
{
	pthread_cond_destroy(&gate->changed);
	pthread_mutex_destroy(&gate->lock);
}

void start_gate_wait(struct start_gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	gate->waiting++;
	pthread_cond_broadcast(&gate->changed);
	while (!gate->open)
		pthread_cond_wait(&gate->changed, &gate->lock);
	pthread_mutex_unlock(&gate->lock);
}

void start_gate_await(struct start_gate *gate, uint32_t threads)
{
	pthread_mutex_lock(&gate->lock);
	while (gate->waiting < threads)
		pthread_cond_wait(&gate->changed, &gate->lock);
	pthread_mutex_unlock(&gate->lock);
}

void start_gate_open(struct start_gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	gate->open = true;
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->lock);
}
