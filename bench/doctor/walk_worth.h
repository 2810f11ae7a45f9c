/* What a walk through the sockets of a namespace could find, by its counters and its listeners:
 * each walk visits the table of the whole host (net/ipv4/inet_diag.c). Pure functions. */
#ifndef BENCH_DOCTOR_WALK_WORTH_H
#define BENCH_DOCTOR_WALK_WORTH_H

#include "bench/doctor/records.h"

/* Whether there are so many sockets that all of them are worth a walk. Listeners are not yet known.
 */
bool walk_worth_many(const struct doctor_namespace *space);

/* Of the sockets that do not listen. */
bool walk_worth_any(const struct doctor_namespace *space);
bool walk_worth_pile(const struct doctor_namespace *space);

/* Whether as many connections as are worth a word can wait for their SYN to be answered. */
bool walk_worth_unanswered(const struct doctor_namespace *space);

#endif
