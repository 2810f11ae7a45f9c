/* Requests of a third-party loader that got no answer, as the packets of its connections show. */
#ifndef BENCH_JUDGE_UNANSWERED_H
#define BENCH_JUDGE_UNANSWERED_H

#include "bench/judge/figures.h"
#include "bench/judge/reasons.h"

#include <stdbool.h>

/* Adds a reason where no request was sent, or none was answered. */
void unanswered_check_all(struct reasons *reasons, const struct trial *trial);

/* Adds a reason for each way in which some requests were left without an answer: the server closed
 * instead, the request met its close. */
void unanswered_check_some(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures);

/* Whether none of its requests was answered, as the loader says, or as the packets of all of its
 * connections show. */
bool unanswered_is_all(const struct trial *trial, const struct figures *figures);

#endif
