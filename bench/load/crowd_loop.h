/* The loop that plays clients of behaviours, in the thread that calls it. */
#ifndef BENCH_LOAD_CROWD_LOOP_H
#define BENCH_LOAD_CROWD_LOOP_H

#include "bench/load/builtin_loader_spec.h"
#include "bench/load/client_count.h"
#include "bench/load/load_span.h"
#include "bench/load/load_totals.h"
#include "bench/measure/sampler.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct crowd_loop;

/* Plays the clients of a list of the spec, `clients` or `beside`. `mark`: the hook that is being
 * called. Returns NULL with `error`.
 */
struct crowd_loop *crowd_loop_create(const struct builtin_loader_spec *spec,
	const struct client_list *list, const struct load_span *span, struct hook_mark *mark,
	struct error *error);

/* Returns when the load was told to end and every connection has ended or has had its time, or each
 * group has had all its connections. Clients beside the load hold what they hold until they are
 * released, too. */
void crowd_loop_run(struct crowd_loop *loop);

/* How many connections the clients have begun; and how many they may have begun in all, default
 * without limit. From any thread. */
uint64_t crowd_loop_started(const struct crowd_loop *loop);
void crowd_loop_allow(struct crowd_loop *loop, uint64_t connections);

/* Whether every client has tried to connect, and no handshake is under way: once that was so. From
 * any thread. */
bool crowd_loop_is_there(const struct crowd_loop *loop);

/* What the clients of number `index` in the list have come to. After crowd_loop_run. */
void crowd_loop_count(const struct crowd_loop *loop, uint32_t index, struct client_count *count);

/* Adds what all have come to. After crowd_loop_run. */
void crowd_loop_add(const struct crowd_loop *loop, struct load_totals *totals);

/* Adds what all have come to so far (progress_count_add). From any thread. */
void crowd_loop_progress(
	const struct crowd_loop *loop, struct sample_progress *progress, uint32_t *bins);

void crowd_loop_destroy(struct crowd_loop *loop);

#endif
