/* Made-up runs, and what the answer is to say of them. */
#ifndef TESTS_UNIT_BENCH_REPORT_ANSWER_MADE_RUN_H
#define TESTS_UNIT_BENCH_REPORT_ANSWER_MADE_RUN_H

#include "bench/report/answer/basis.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define MADE_STRATEGIES_MAX 5
#define MADE_TRIALS_MAX 5

/* One strategy of a made-up run. */
struct made_strategy {
	const char *name, *holder;
	const char *gives_up;          /* "", "tail", "guard", "both"; NULL: not declared */
	double rates[MADE_TRIALS_MAX]; /* 0 behind the last */
	int invalid;                   /* of the trials, from the first on */
	int losers;                    /* of the trials, from the first on */
	double lost, held;             /* shares */
	int exhausted;                 /* trials, from the first on */
	double held_after_s;           /* 0: never */
	double exchanges;              /* 0: 1 */
	int bounds;                    /* trials whose rate is an upper bound, from the first on */
	const char *source_port;       /* NULL: connect(2) chooses it */
};

/* In the order in which a run is read. */
/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): there are few of them. */
struct made_run {
	const char *what;
	enum answer_kind kind;
	const char *text; /* NULL: there is no such clause */
	struct made_strategy made[MADE_STRATEGIES_MAX];
	int rate; /* 0: closed loop */
	int request_rate;
	int response_bytes;
	const char *expect; /* NULL: any success */
	bool is_third_party_loader;
};

/* Trials of a strategy: each of FAST is faster than each of SLOW; OVERLAPS meets FAST. */
#define FAST                                                                                       \
	{                                                                                          \
		5000, 5100, 5200                                                                   \
	}
#define SLOW                                                                                       \
	{                                                                                          \
		4000, 4100, 4200                                                                   \
	}
#define OVERLAPS                                                                                   \
	{                                                                                          \
		4900, 5000, 5050                                                                   \
	}
#define GRACEFUL(...)                                                                              \
	{                                                                                          \
		"graceful", "server", "", __VA_ARGS__                                              \
	}
#define RESET(...)                                                                                 \
	{                                                                                          \
		"reset", "none", "both", __VA_ARGS__                                               \
	}
#define CLIENT(...)                                                                                \
	{                                                                                          \
		"client", "client", "", __VA_ARGS__                                                \
	}
#define OTHER(...)                                                                                 \
	{                                                                                          \
		"other", "server", "", __VA_ARGS__                                                 \
	}

/* To be given to json_decref. */
json_t *made_run_result(const struct made_run *run);

/* The tables of clauses: each ends with one whose `what` is NULL. */
extern const struct made_run trial_cases[], ports_cases[], rate_cases[], faster_cases[];

#endif
