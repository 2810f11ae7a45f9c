#include "bench/plan/simulate/engine.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#define THREADS_MAX 64
/* Units that a thread takes at a time: few enough that no thread waits long for another one. */
#define BLOCK_MOST 16
#define BLOCKS_OF_THREAD 8

struct engine {
	const struct simulation *simulation;
	const struct machine *machine;
	const struct engine_watch *watch;
	atomic_uint_fast64_t next, played;
	uint64_t block;
	uint32_t threads;
	atomic_bool is_stopped;
};

struct engine_thread {
	struct engine *engine;
	struct simulation_tally *tally;
	pthread_t thread;
	bool is_first, is_started, has_failed;
};

static bool units_play(struct engine_thread *thread, void *state, uint64_t from, uint64_t to)
{
	struct engine *engine = thread->engine;
	for (uint64_t i = from; i < to && !atomic_load(&engine->is_stopped); i++) {
		if (engine->machine->play(state, i, thread->tally) == -1)
			return false;
		uint64_t played = atomic_fetch_add(&engine->played, 1) + 1;
		if (thread->is_first && engine->watch->look(engine->watch->argument, played) != 0)
			atomic_store(&engine->is_stopped, true);
	}
	return true;
}

static void *thread_main(void *argument)
{
	struct engine_thread *thread = argument;
	struct engine *engine = thread->engine;
	uint64_t units = engine->simulation->units, block = engine->block;
	void *state = engine->machine->create(engine->simulation);
	thread->tally = malloc(sizeof(*thread->tally));
	thread->has_failed = !state || !thread->tally;
	if (thread->tally)
		simulation_tally_init(thread->tally, engine->simulation);
	while (!thread->has_failed && !atomic_load(&engine->is_stopped)) {
		uint64_t from = atomic_fetch_add(&engine->next, block);
		if (from >= units)
			break;
		uint64_t to = from + block < units ? from + block : units;
		thread->has_failed = !units_play(thread, state, from, to);
	}
	if (thread->has_failed)
		atomic_store(&engine->is_stopped, true);
	engine->machine->destroy(state);
	return NULL;
}

static bool threads_run(struct engine *engine, struct simulation_tally *tally)
{
	struct engine_thread threads[THREADS_MAX] = {0};
	bool has_failed = false;
	for (uint32_t i = 0; i < engine->threads; i++) {
		threads[i].engine = engine;
		threads[i].is_first = i == 0;
		threads[i].is_started = i > 0 && pthread_create(&threads[i].thread, NULL,
							 thread_main, &threads[i]) == 0;
	}
	thread_main(&threads[0]);
	for (uint32_t i = 0; i < engine->threads; i++) {
		if (threads[i].is_started)
			pthread_join(threads[i].thread, NULL);
		has_failed = has_failed || threads[i].has_failed;
		if (threads[i].tally)
			simulation_tally_add(tally, threads[i].tally);
		free(threads[i].tally);
	}
	return !has_failed;
}

static uint64_t bounded(uint64_t value, uint64_t most)
{
	return value == 0 ? 1 : value < most ? value : most;
}

int64_t engine_run(const struct simulation *simulation, const struct machine *machine,
	const struct engine_watch *watch, struct simulation_tally *tally)
{
	struct engine engine = {.simulation = simulation, .machine = machine, .watch = watch};
	engine.threads = (uint32_t)bounded(simulation->input->threads, THREADS_MAX);
	engine.block = bounded(simulation->units / engine.threads / BLOCKS_OF_THREAD, BLOCK_MOST);
	simulation_tally_init(tally, simulation);
	if (!threads_run(&engine, tally))
		return -1;
	return (int64_t)atomic_load(&engine.played);
}
