/* Messages between the hosts of a fleet, over MPI: all go to or from rank 0, each wait has its end,
 * and where nothing is waited for MPI is not called. */
#ifndef BENCH_MPI_MESSAGES_H
#define BENCH_MPI_MESSAGES_H

#include "bench/ends/agent_clock.h"
#include "bench/process/fleet_link.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

#define HOST_NAME_SIZE 64

/* What a host says of itself; the text of its message is behind it. */
struct speech {
	enum fleet_word word;
	char host[HOST_NAME_SIZE];
	uint64_t bound_us; /* of its clock, against that of rank 0 */
};

/* What rank 0 has heard of one host. */
struct heard {
	bool is_there;
	struct speech speech;
	char *text; /* owned; a NUL is behind it */
};

/* To rank 0. Returns 0 or -1. */
int speech_send(const struct speech *speech, const struct fleet_message *message,
	uint64_t within_ns, struct error *error);

/* Compares the clock with that of rank 0, by pings. Returns 0 or -1. */
int clock_compare(struct agent_clock *clock, uint64_t within_ns, struct error *error);

/* Waits for what rank 0 decides; at_ns 0: it is over. By the clock of rank 0. Returns 0 or -1. */
int start_take(struct agreed_start *start, uint64_t within_ns, struct error *error);

/* Of rank 0: waits until each of the others has been heard, answers pings meanwhile; or until then
 * (CLOCK_MONOTONIC), or `interrupted`. `heard` is by rank; those that are there already stay. */
void hosts_hear(struct heard *heard, int hosts, uint64_t due_ns, const volatile bool *interrupted);

/* Of rank 0: tells all others. Returns 0 or -1. */
int start_tell(const struct agreed_start *start, int hosts, struct error *error);

#endif
