/* The other side of an agent: starts the command that leads to one, asks it, and takes its answers,
 * each within its time. Whatever fails says why in one line, and the link is of no use then. */
#ifndef BENCH_ENDS_AGENT_LINK_H
#define BENCH_ENDS_AGENT_LINK_H

#include "bench/ends/agent_answer.h"
#include "bench/ends/agent_clock.h"
#include "bench/ends/agent_request.h"
#include "bench/ends/line_reader.h"
#include "bench/process/process.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

/* What an agent says of its host. */
struct agent_host {
	char version[64], kernel[128];
	uint64_t cpus;
	bool applies; /* what a strategy requires is set there */
};

struct agent_link {
	struct agent_host host;
	struct process process;           /* of the command */
	int fd;                           /* -1: there is none */
	const volatile bool *interrupted; /* NULL: nothing interrupts it */
	uint64_t within_ns; /* for an answer. Optional: default 0, as long as its word may take. */
	struct agent_clock clock;
	uint64_t said_ns; /* when the last request was */
	bool is_beat_due; /* the answer to one */
	bool is_over;     /* the agent was told to close */
	bool is_lost;     /* something has failed: nothing is said any more */
	struct line_reader reader;
	struct agent_answer answer; /* the last */
};

/* Starts the command, greets the agent, and compares clocks. `interrupted` may be NULL. Returns 0
 * or -1; either way agent_link_close is due. */
int agent_link_open(struct agent_link *link, char *const *argv, const volatile bool *interrupted,
	struct error *error);

/* Lets the agent join the network's server's end, which has to be as the network says, and set what
 * the strategy requires, if it does so; NULL requires nothing. Adds its settings to the network.
 * Returns 0 or -1. */
int agent_link_join(struct agent_link *link, struct network *network,
	const struct td_strategy *strategy, struct error *error);

/* Says the word, and waits for the answer, which is in the link then. Returns 0 or -1. */
int agent_link_ask(
	struct agent_link *link, const struct agent_request *request, struct error *error);

/* Reads so many samples behind the answer to AGENT_REPORT. Returns 0 or -1. */
int agent_link_samples(
	struct agent_link *link, struct sample *samples, size_t count, struct error *error);

/* Due at least every second from AGENT_SERVE on: says a beat where one is due, and takes the answer
 * to the last, without a wait. Returns 1 where there was a new answer, 0, or -1. */
int agent_link_beat(struct agent_link *link, bool closes_late, struct error *error);

/* An agent that was told to close is given time to end; any other ends with its command, and the
 * server with it. A link of zeros but for its fd, -1, is tolerated. */
void agent_link_close(struct agent_link *link);

#endif
