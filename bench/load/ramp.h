/* A rate of connections that rises in a straight line over the load (--ramp), and what came of the
 * connections by when each was due: so each belongs to the rate that it was begun at, however late
 * it ends. */
#ifndef BENCH_LOAD_RAMP_H
#define BENCH_LOAD_RAMP_H

#include "bench/load/connect_bins.h"

#include <stddef.h>
#include <stdint.h>

struct ramp {
	uint64_t first_per_s, last_per_s;
	uint64_t rises_ns; /* from the first to the last; 0: there is no ramp */
};

/* The rate after so many nanoseconds. */
double ramp_rate_per_s(const struct ramp *ramp, double passed_ns);

/* How many nanoseconds pass until so many connections were due. */
double ramp_due_ns(const struct ramp *ramp, double connections);

/* Equal parts of its time: enough to see where latency leaves, few enough for a hundred responses
 * in each. */
#define RAMP_STEPS 20

/* What a connection may meet. */
enum ramp_trouble {
	RAMP_NO_PORT,       /* EADDRNOTAVAIL from connect(2) */
	RAMP_REFUSED,       /* ECONNREFUSED */
	RAMP_CONNECT_ERROR, /* any other error of connect(2) */
	RAMP_RESET,         /* RST before the last response */
	RAMP_SHORT,         /* end of stream before that */
	RAMP_TIMED_OUT,     /* the client gave up */
	RAMP_UNEXPECTED,    /* a response without the expected status, or no HTTP */
	RAMP_STARVED,       /* due, and all of --connections were in use */
	RAMP_LATE,          /* begun late or not at all, though one was free: the loader's limit */
	RAMP_TROUBLES,
};

/* As results name them: "no-port", "refused", … */
extern const char *const ramp_trouble_names[RAMP_TROUBLES];

/* Of connections that were due in one part. */
struct ramp_step {
	uint64_t due; /* attempted or missed */
	uint64_t completed;
	uint64_t met[RAMP_TROUBLES];           /* how often */
	uint64_t total_bins[CONNECT_BINS / 2]; /* LATENCY_TOTAL, of responses; ramp_bin */
};

struct ramp_count {
	struct ramp_step steps[RAMP_STEPS];
	/* CLOCK_MONOTONIC, when the first connection was due that met it; 0: none did. */
	uint64_t first_ns[RAMP_TROUBLES];
};

/* The part that an instant belongs to. */
size_t ramp_step_of(const struct ramp *ramp, uint64_t began_ns, uint64_t due_ns);

/* The bin of a latency: 8 an octave. The longest that a bin stands for is told of it. */
uint32_t ramp_bin(uint64_t ns);
uint64_t ramp_bin_ns(uint32_t bin);

/* What an error of connect(2) is. */
enum ramp_trouble ramp_trouble_of(int error);

/* A connection that was due then met it: the first of all stays. */
void ramp_count_first(struct ramp_count *count, enum ramp_trouble trouble, uint64_t due_ns);

void ramp_count_add(struct ramp_count *sum, const struct ramp_count *part);

#endif
