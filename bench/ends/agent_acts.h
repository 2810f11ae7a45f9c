/* What an agent does at each word of the other side (agent_request.h), and when the word may come.
 */
#ifndef BENCH_ENDS_AGENT_ACTS_H
#define BENCH_ENDS_AGENT_ACTS_H

#include "bench/ends/agent.h"
#include "bench/ends/agent_request.h"
#include "bench/ends/line_reader.h"
#include "bench/ends/server_end.h"
#include "bench/measure/sampler.h"
#include "bench/network/restorer.h"
#include "common/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* How far a trial has come; in this order. */
enum agent_phase {
	AGENT_NEW,
	AGENT_GREETED,
	AGENT_OPENED,
	AGENT_SERVING,
	AGENT_READY,
	AGENT_ARMED,
	AGENT_STOPPED,
	AGENT_REPORTED,
	AGENT_CLOSED
};

struct agent {
	const struct agent_spec *spec;
	struct line_reader reader;
	FILE *out;
	enum agent_phase phase;
	uint64_t heard_ns;
	bool closes_late; /* the client does */
	struct network network;
	struct restorer applied; /* settings of the host */
	struct restorer spare;   /* a link of the host */
	struct server_end end;
	struct server_program_spec program;
	struct sampler *sampler;
};

struct agent_act {
	/* The word may come in these phases and between. */
	enum agent_phase from, until;
	enum agent_phase to; /* AGENT_NEW: the phase stays */
	/* Does it, and answers. Returns 0 or -1. */
	int (*play)(struct agent *agent, const struct agent_request *request, struct error *error);
};

/* By word. */
extern const struct agent_act agent_acts[AGENT_WORDS];

/* Sends an answer, which it takes over; NULL stands for one without memory. Returns 0 or -1. */
int agent_answer_send(struct agent *agent, json_t *object, struct error *error);

#endif
