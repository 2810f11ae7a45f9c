/* The load of a trial: the builtin loader, or a third-party command. */
#ifndef BENCH_LOAD_LOAD_H
#define BENCH_LOAD_LOAD_H

#include "bench/load/client_count.h"
#include "bench/load/load_totals.h"
#include "bench/measure/sampler.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct builtin_loader;
struct third_party_report;

/* What every kind of load does; the functions below call these. */
struct load_operations {
	/* Optional: default there is nothing to prepare. */
	void (*prepare)(void *self);
	bool (*is_prepared)(const void *self);
	int (*start)(void *self, struct error *error);
	bool (*is_done)(void *self);
	void (*stop)(void *self);
	/* Optional: default it counts nothing of events. */
	void (*event)(void *self);
	int (*join)(void *self, struct load_totals *totals, struct error *error);
	uint64_t (*window_ns)(const void *self);
	/* Optional: default nothing hangs. */
	bool (*describe_hang)(const void *self, char *text, size_t size);
	void (*progress)(void *self, struct sample_progress *progress);
	/* Optional: default nobody knows. */
	uint64_t (*closed_late)(const void *self);
	/* Optional: default all its clients are plain. */
	uint32_t (*clients)(const void *self, struct client_count *counts);
	/* Of clients beside the load. Optional: default there are none. */
	uint64_t (*beside_started)(const void *self);
	void (*beside_allow)(void *self, uint64_t connections);
	void (*release)(void *self);
	bool (*is_released)(void *self);
	uint32_t (*beside)(const void *self, struct client_count *counts);
	/* Optional: default the load is the builtin loader's. */
	const struct third_party_report *(*third_party)(const void *self);
	void (*destroy)(void *self);
};

struct load {
	const struct load_operations *operations; /* NULL: there is none */
	void *self;
};

/* The builtin loader as a load, which owns it from now on. */
struct load load_builtin(struct builtin_loader *loader);

/* Clients beside the load begin; is_prepared: there are none, or each of them has tried to connect.
 */
void load_prepare(struct load *load);
bool load_is_prepared(const struct load *load);

/* How many connections the clients beside the load have begun; and how many they may have begun in
 * all, default without limit. */
uint64_t load_beside_started(const struct load *load);
void load_beside_allow(struct load *load, uint64_t connections);

/* Begins. Returns 0 or -1. */
int load_start(struct load *load, struct error *error);

/* True once it has ended, by itself or after load_stop. */
bool load_is_done(struct load *load);

/* Asks it to end: the window ends now. */
void load_stop(struct load *load);

/* An event of the trial comes now: what is open and what follows is counted (event_count.h). */
void load_event(struct load *load);

/* Waits for its end. Returns 0 and what it came to (to be finished by the caller), or -1. */
int load_join(struct load *load, struct load_totals *totals, struct error *error);

/* The window's length; valid after join. */
uint64_t load_window_ns(const struct load *load);

/* Says what of it never ended; returns false when all has. Valid after join. */
bool load_describe_hang(const struct load *load, char *text, size_t size);

/* For the sampler, from the start on; fills all but the server's part. */
void load_progress(struct load *load, struct sample_progress *progress);

/* The server's FINs so far that came late (load_totals.h), from the start on; 0 of a loader that
 * does not tell. */
uint64_t load_closed_late(const struct load *load);

/* What its clients that are not plain came to, by behaviour, at most CLIENT_SHARES_MAX of them;
 * after join. Returns how many that are. */
uint32_t load_clients(const struct load *load, struct client_count *counts);

/* Clients beside the load hold their connections until they are released, after join; is_released:
 * there are none, or all have left, or they hang. */
void load_release(struct load *load);
bool load_is_released(struct load *load);

/* What they came to, as load_clients. Once they have left. */
uint32_t load_beside(const struct load *load, struct client_count *counts);

/* What a third-party loader said, after join; NULL: the load is the builtin loader's. */
const struct third_party_report *load_third_party_report(const struct load *load);

void load_destroy(struct load *load);

#endif
