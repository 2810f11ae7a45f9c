/* The hop behind a proxy, as a result of its own. */
#ifndef BENCH_RESULT_UPSTREAM_H
#define BENCH_RESULT_UPSTREAM_H

#include <jansson.h>
#include <stdbool.h>

/* Which hop a row is of: from the clients to the proxy, and from there to its upstream. */
#define RESULT_HOP_FRONT "client-proxy"
#define RESULT_HOP_BEHIND "proxy-upstream"

/* What is said of "upstream." where there is none. */
#define RESULT_NO_UPSTREAM                                                                         \
	"\"upstream.\" is the hop behind a proxy, and there is no proxy (--proxy-command)"

/* A result whose trials are those behind the proxy, with a summary of its own; what else it has is
 * that of `result`. NULL: there was no proxy, or there is no memory. A new reference. */
json_t *result_upstream(const json_t *result);

/* Takes the findings out of the trials behind the proxy that are told of the hop in front, too. */
void result_upstream_drop_told(json_t *behind, const json_t *result);

/* Whether the result is one of these. */
bool result_is_upstream(const json_t *result);

/* The trials of a strategy that are shown: the valid ones; of the hop behind, where none is valid,
 * all of them: what the proxy met there is what made them invalid. Whoever shows them marks them as
 * invalid. A new array. */
json_t *result_trials_shown(const json_t *result, const char *strategy);

/* Whether it is one, or has one: others of either hop are those of the other one. */
bool result_has_hops(const json_t *result);

/* A metric's name behind "upstream.", which means the hop behind; NULL: that is not in front. */
const char *result_upstream_metric(const char *name);

#endif
