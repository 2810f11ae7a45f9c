/* What an agent answers: one JSON object a line, whose fields are checked against bounds, since it
 * comes from another host. */
#ifndef BENCH_ENDS_AGENT_ANSWER_H
#define BENCH_ENDS_AGENT_ANSWER_H

#include "bench/ends/agent_request.h"
#include "bench/ends/server_end.h"
#include "bench/measure/sampler.h"
#include "bench/network/network.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of more samples than an hour has, the others are not read. */
#define AGENT_SAMPLES_MAX (1u << 22)

/* The fields of all answers, of which one fills its own; others are 0. Instants are the agent's
 * clock moved by the shift. */
struct agent_answer {
	/* Of hello. */
	uint64_t protocol, cpus;
	char version[64], kernel[128];
	/* Of ping, load, arm and settle: when it was read. */
	uint64_t at_ns;
	uint64_t waiting; /* of load and settle */
	uint64_t cpu_ns;  /* of load and settle: of the server's processes, so far */
	struct sample_end sample;
	/* Of beat and close: whether the server runs, how it ended, and whether with status 0. */
	bool runs, clean;
	char end[300];
	/* Of report. */
	uint64_t still_open;    /* connections of the load */
	uint64_t close_wait_ms; /* the age of what waits longest in CLOSE_WAIT; 0: nothing does */
	uint64_t samples_missed, samples;
	struct server_end_report report;
	/* Of open: "shared" or "isolated", and of the network settings alone. */
	char network_kind[16];
	bool applies; /* what a strategy requires there */
	struct network network;
};

/* Reads the answer to `word`, a line without its end. An answer that is an error is one here, too.
 * Returns 0 or -1. */
int agent_answer_parse(const char *line, size_t length, enum agent_word word, int64_t shift_ns,
	struct agent_answer *answer, struct error *error);

/* Reads a sample of the load, a line behind the report; of the server's end. Returns 0 or -1. */
int agent_answer_sample(const char *line, size_t length, int64_t shift_ns, struct sample *sample,
	struct error *error);

#endif
