/* What is to happen within each trial (--at TIME=EVENT): a signal to the server or the proxy, its
 * restart, or a command of the user's. */
#ifndef BENCH_OPTIONS_EVENTS_H
#define BENCH_OPTIONS_EVENTS_H

#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct run_options;
struct command;

enum event_kind { EVENT_SIGNAL, EVENT_RESTART, EVENT_COMMAND };

struct event_spec {
	uint64_t at_ns; /* from the load's start */
	bool of_proxy;  /* else of the server */
	enum event_kind kind;
	int signal;       /* of EVENT_SIGNAL */
	const char *text; /* "HUP", "restart", or the command, as it was typed */
};

/* Fills options->events, by their time. Returns 0 or -1. */
int events_parse(struct run_options *options, struct error *error);

/* The command of an event, where the server listens as `host` and `port` say, and has this process,
 * as the command sees it. Returns 0, or -1 with nothing to destroy. */
int events_command(const struct event_spec *spec, const char *host, uint16_t port, int pid,
	struct command *command, struct error *error);

#endif
