/* Thresholds: --fail-if 'graceful.rate_per_s < 10k'. STRATEGY.METRIC OPERATOR LIMIT, where the
 * metric is a key of a result's summary or a path in its trials, and the limit may have a unit
 * (limit.h); its median over the strategy's valid trials is judged. A metric alone is that of each
 * strategy. "upstream." in front of the metric means the hop behind a proxy. */
#ifndef BENCH_RESULT_THRESHOLD_H
#define BENCH_RESULT_THRESHOLD_H

#include "common/error.h"
#include "common/options.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define THRESHOLD_NAME_MAX 128

enum threshold_operator {
	THRESHOLD_LESS,
	THRESHOLD_AT_MOST,
	THRESHOLD_MORE,
	THRESHOLD_AT_LEAST,
	THRESHOLD_EQUAL,
	THRESHOLD_UNEQUAL,
	THRESHOLD_OPERATORS,
};

struct threshold {
	const char *text;                  /* as typed; not owned */
	char strategy[THRESHOLD_NAME_MAX]; /* empty: each */
	char metric[THRESHOLD_NAME_MAX];
	bool is_upstream; /* of the hop behind a proxy */
	enum threshold_operator op;
	double limit; /* in the metric's unit */
};

/* `strategies` are those that may be named. Returns 0, or -1 with a sentence that shows where the
 * expression is wrong. */
int threshold_parse(struct threshold *threshold, const char *text, const char *const *strategies,
	size_t count, struct error *error);

/* Parses them all and forgets them: what can be refused is refused before any work; so is one of
 * the hop behind a proxy where `has_proxy` is false. */
int thresholds_check(const struct option_list *texts, const char *const *strategies, size_t count,
	bool has_proxy, struct error *error);

/* The same with the strategies of a result; whether it has a proxy is seen when it is judged. */
int thresholds_check_result(
	const struct option_list *texts, const json_t *result, struct error *error);

/* Judges a result by expressions of its strategies. Says on `out` which are
 * crossed and by how much, and which cannot be judged. Returns STATUS_THRESHOLD when one is
 * crossed, else STATUS_FAILED when one cannot be judged, else STATUS_OK; or STATUS_USAGE, with
 * `error` set, when one is no expression. */
enum status thresholds_judge(
	const struct option_list *texts, const json_t *result, FILE *out, struct error *error);

#endif
