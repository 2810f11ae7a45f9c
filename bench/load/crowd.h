/* The clients of a load that are not plain, or those beside it: a thread in the client's namespace
 * that plays them. */
#ifndef BENCH_LOAD_CROWD_H
#define BENCH_LOAD_CROWD_H

#include "bench/load/builtin_loader_spec.h"
#include "bench/load/client_count.h"
#include "bench/load/load_span.h"
#include "bench/load/load_totals.h"
#include "bench/load/start_gate.h"
#include "bench/measure/sampler.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct crowd;

/* Starts the thread, which waits at the gate. Returns NULL with `error`. */
struct crowd *crowd_create(const struct builtin_loader_spec *spec, const struct client_list *list,
	const struct load_span *span, struct start_gate *gate, struct error *error);

/* crowd_loop_started, crowd_loop_allow. */
uint64_t crowd_started(const struct crowd *crowd);
void crowd_allow(struct crowd *crowd, uint64_t connections);

/* crowd_loop_is_there, or it has ended. */
bool crowd_is_there(const struct crowd *crowd);

/* Whether it has ended, or hangs. `passed_ns`: since the look before; `is_due`: it was to have
 * ended by now. */
bool crowd_look(struct crowd *crowd, uint64_t passed_ns, bool is_due);

/* The hook in which the thread hangs, HOOKS where it is none, or -1: it does not hang. */
int crowd_hangs(const struct crowd *crowd);

/* Returns -1 where the thread could not begin. Once the gate was opened. */
int crowd_check(const struct crowd *crowd, struct error *error);

/* Waits for the thread, unless it hangs, and adds what its clients came to. Returns 0 or -1. */
int crowd_join(struct crowd *crowd, struct load_totals *totals, struct error *error);

/* What the clients of number `index` in the list have come to. After crowd_join, or once crowd_look
 * has said so. */
void crowd_count(const struct crowd *crowd, uint32_t index, struct client_count *count);

/* Adds what they have come to so far, and the thread's processor time. */
void crowd_progress(const struct crowd *crowd, struct sample_progress *progress, uint32_t *bins);

/* A thread that hangs keeps what it was given. */
void crowd_destroy(struct crowd *crowd);

#endif
