/* The wire of a trial's network: a thread in the middle namespace that relays each frame from one
 * end to the other, late, seldom, twice or not at all, as it was told. */
#ifndef BENCH_WIRE_WIRE_H
#define BENCH_WIRE_WIRE_H

#include "bench/network/network.h"
#include "bench/wire/relay.h"
#include "common/error.h"

#include <stdint.h>

struct wire_spec {
	struct impairment impairment; /* of each direction */
	uint64_t seed;
	const char *capture_path; /* relay.h. Optional: default no capture. */
	bool keeps_record;        /* relay.h. Optional: default it does not. */
};

struct wire_report {
	struct relay_counts counts[RELAY_ENDS];
	uint64_t cpu_ns;              /* of the thread */
	uint64_t lived_ns, waited_ns; /* backlog.h */
	uint64_t ran_ns;
};

struct wire;

/* The network must have been made with a wire's namespace. Returns NULL on failure. */
struct wire *wire_create(
	const struct network *network, const struct wire_spec *spec, struct error *error);

/* What it has done by now; all 0 where there is no wire. */
struct wire_report wire_look(struct wire *wire);

struct wire_use {
	/* In how much of their time connections waited for its thread. A processor's share does not
	 * tell: beside other programs the thread waits for a processor, and before a frame is due
	 * it spins. 0 where there were none. */
	double waited_share;
	double frames_per_s; /* that it sent, of both directions */
};

/* Since then; all 0 where there is no wire. */
struct wire_use wire_use_since(struct wire *wire, const struct wire_report *then);

/* Has the wire's thread call `work`, now and behind each turn of the relay, until it returns true.
 * Returns false when the deadline passed before; UINT64_MAX: there is none. What the relay holds is
 * looked at and changed in no other way. */
typedef bool wire_work(struct relay *relay, void *argument);
bool wire_call(struct wire *wire, wire_work *work, void *argument, uint64_t deadline_ns);

/* Ends the thread; what waits is dropped. NULL-tolerant. */
void wire_destroy(struct wire *wire);

#endif
