/* A loader of a third party, by what it says at its end. Each is one file of this folder with one
 * constant table, and one line in registry.c; skeleton.c is the manual. */
#ifndef BENCH_LOAD_THIRD_PARTY_LOADER_KIND_H
#define BENCH_LOAD_THIRD_PARTY_LOADER_KIND_H

#include <stdbool.h>
#include <stddef.h>

enum loader_error {
	LOADER_CONNECT,
	LOADER_READ,
	LOADER_WRITE,
	LOADER_TIMEOUT,
	LOADER_OTHER, /* the loader does not say which, or it is none of those above */
	LOADER_ERRORS,
};

enum loader_latency {
	LOADER_MEAN,
	LOADER_STDEV,
	LOADER_MAX,
	LOADER_P50,
	LOADER_P75,
	LOADER_P90,
	LOADER_P95,
	LOADER_P99,
	LOADER_LATENCIES,
};

/* As results name them. */
extern const char *const loader_error_names[LOADER_ERRORS];
extern const char *const loader_latency_names[LOADER_LATENCIES];

/* All of it as the loader has counted, measured and rounded it. What it does not say is NAN. */
struct loader_said {
	double requests; /* that were answered */
	double requests_per_s;
	double non_success; /* answers that it takes for no success, by their status */
	/* Of the bodies that it takes for received whole, by the lengths that their heads name. */
	double promised_bytes;
	double errors[LOADER_ERRORS];
	double latency_us[LOADER_LATENCIES];
};

/* What of a loader's command decides whether a connection has more than one request. */
struct loader_keep_alive {
	bool known; /* Optional: default nothing of its command tells. */
	/* The option without which it does not. Optional: default it does without one. */
	const char *on;
	/* The option with which it does not, spelt with one dash or two. Optional: default there is
	 * none. */
	const char *off;
	/* Options for a script, which may do anything: then the command does not tell. Optional:
	 * default there are none. */
	const char *scripts[2];
};

struct loader_kind {
	/* As results name it: its program's name. Required. */
	const char *name;
	/* The loader's latency begins when a request is written, not at connect(). Optional:
	 * default the handshake is in it. */
	bool latency_from_request;
	/* A connection whose connect() failed is given up for good. Optional: default it is tried
	 * again, or the loader ends. */
	bool loses_connections;
	/* Its rate is of all that it tried, what failed included. Optional: default of what was
	 * answered. */
	bool rate_has_failed;
	/* It may speak HTTP/2, whose requests have next to no length. Optional: default HTTP/1. */
	bool speaks_http2;
	/* Optional: default nothing of its command tells. */
	struct loader_keep_alive keep_alive;
	/* Reads the end of what a loader wrote to stdout and stderr. `said`: nothing is said yet.
	 * Returns 0; or -1 when this is not what such a loader says, whatever was filled in.
	 * Required. */
	int (*read)(const char *output, struct loader_said *said);
};

extern const struct loader_kind *const loader_kinds[];
extern const size_t loader_kind_count;

/* Whose output this is, with what it says; NULL, and nothing said: no kind's, or one with a number
 * beyond 2^53 - 1 or below 0. */
const struct loader_kind *loader_kind_read(const char *output, struct loader_said *said);

/* The loader that a command runs, by its program's name; NULL: no kind's. `argv` ends in NULL. */
const struct loader_kind *loader_kind_of_command(char *const *argv);

/* Whether that command shows that the loader keeps its connections alive: it is known to, and sends
 * no Connection: close. */
bool loader_kind_keeps_alive(const struct loader_kind *kind, char *const *argv);

/* The sum of its errors of all kinds; 0 where it says none. */
double loader_said_errors(const struct loader_said *said);

#endif
