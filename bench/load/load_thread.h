/* A thread of the loader: it enters the clients' namespace, waits at a gate, and does its share of
 * the load. Its owner sees whether it hangs, and has its processor time while it runs and after. */
#ifndef BENCH_LOAD_LOAD_THREAD_H
#define BENCH_LOAD_LOAD_THREAD_H

#include "bench/load/hang.h"
#include "bench/load/start_gate.h"
#include "common/error.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct load_thread {
	/* Set before load_thread_start. */
	int netns; /* a descriptor of the namespace */
	struct start_gate *gate;
	const struct hook_mark *mark; /* which hook it calls */
	void (*run)(void *argument);
	void (*has_ended)(void *argument); /* by the thread itself, last. Optional */
	void *argument;

	pthread_t id;
	bool runs; /* and was not joined */
	atomic_bool ended;
	atomic_uint_fast64_t cpu_ns; /* once it has ended */
	clockid_t cpu_clock;         /* known once it waits at the gate */
	struct hang hang;
	struct error error; /* text[0] is 0 where there is none */
};

/* Of zeros, but for what is set before. Returns 0, or -1 with `error`. */
int load_thread_start(struct load_thread *thread, struct error *error);

/* Returns whether it has ended or hangs for certain; parameters as in hang_look. */
bool load_thread_look(struct load_thread *thread, uint64_t passed_ns, bool is_due);

bool load_thread_hangs(const struct load_thread *thread);

/* The hook in which it hangs, HOOKS where it is none, or -1: it does not hang. */
int load_thread_hook(const struct load_thread *thread);

/* Returns -1 with `error` where it could not enter the namespace. Once the gate was opened. */
int load_thread_check(const struct load_thread *thread, struct error *error);

/* Waits for its end, unless it hangs. */
void load_thread_join(struct load_thread *thread);

uint64_t load_thread_cpu_ns(const struct load_thread *thread);

#endif
