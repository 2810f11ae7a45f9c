/* The plain clients of a load: each thread has a share of them, which a worker drives. */
#ifndef BENCH_LOAD_SHARES_H
#define BENCH_LOAD_SHARES_H

#include "bench/load/builtin_loader_spec.h"
#include "bench/load/load_span.h"
#include "bench/load/load_totals.h"
#include "bench/load/start_gate.h"
#include "bench/measure/sampler.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shares;

/* A share for each of the spec's threads, in the spec's memory where it has some. Where all clients
 * are plain the last share that ends stops the load. Returns NULL with `error`. */
struct shares *shares_create(const struct builtin_loader_spec *spec, struct load_span *span,
	struct start_gate *gate, struct error *error);

/* Starts the threads, which wait at the gate. Returns 0, or -1 with `error`: some may wait there.
 */
int shares_start(struct shares *shares, struct error *error);

/* Before the gate is opened: the schedules of an open loop begin now. */
void shares_begin(struct shares *shares, uint64_t now_ns);

/* Whether each has ended, or hangs; as crowd_look. */
bool shares_look(struct shares *shares, uint64_t passed_ns, bool is_due);

/* The hook in which one of the threads hangs, HOOKS where it is none, or -1: none hangs. */
int shares_hang(const struct shares *shares);

/* Waits for the threads but for those that hang. Returns -1 where one could not begin. */
int shares_join(struct shares *shares, struct error *error);

/* Adds what they came to. After shares_join. */
void shares_add(const struct shares *shares, struct load_totals *totals);

/* Adds the exchanges that the window's end cut (recorder_cut_by_end). After shares_add. */
void shares_add_cut(const struct shares *shares, struct load_totals *totals, uint64_t interval_ns);

/* Adds what they have come to so far, and the threads' processor time. */
void shares_progress(const struct shares *shares, struct sample_progress *progress, uint32_t *bins);

/* The server's FINs so far that came late. */
uint64_t shares_closed_late(const struct shares *shares);

/* Once the gate is open, and the load was stopped. None hangs. */
void shares_destroy(struct shares *shares);

/* Of the spec's memory. */
size_t shares_memory_size(uint32_t threads);

/* Adds what was counted in the spec's memory when the process that had the threads has ended. */
void shares_recover(const void *memory, uint32_t threads, struct load_totals *totals);

#endif
