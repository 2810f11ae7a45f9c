/* What the events of a trial (--at) did, and what of its validity they leave open: what a server
 * that is signalled or restarted loses is what was asked for. Pure functions. */
#ifndef BENCH_JUDGE_EVENT_FIGURES_H
#define BENCH_JUDGE_EVENT_FIGURES_H

#include "bench/judge/reasons.h"
#include "bench/trial/record.h"

#include <stddef.h>

/* Of one event, up to the next one; or of all of them. Unknown, NAN: of a third-party loader, but
 * for what packets and listeners tell; and where no event came. */
struct event_figures {
	double lost;       /* connections that ended short, reset or timed out */
	double reset;      /* of these, those that were reset */
	double unexpected; /* responses without the expected status */
	double refused;    /* attempts to connect that were refused */
	/* From the first refusal to the first connection after the last one, which may have come
	 * behind a later event; to the load's end where there was none; 0: none was refused. Of all
	 * events: the longest. */
	double no_connection_s;
};

struct event_figures event_figures_of(const struct trial *trial, size_t index);
struct event_figures event_figures_of_all(const struct trial *trial);

/* What is counted of an event is counted until then: the next event, or the load's end. */
uint64_t event_figures_until_ns(const struct trial *trial, size_t index);

/* Connections that were lost, as above, from the event before it, or the load's start, to this one.
 */
double event_figures_lost_before(const struct trial *trial, size_t index);

/* When a connection opened again after an event; 0: none did to the end. */
uint64_t event_figures_connected_ns(const struct trial *trial, size_t index);

/* Whether an event has come. */
bool event_figures_has_come(const struct trial *trial);

/* When the load ended, CLOCK_MONOTONIC. */
uint64_t event_figures_load_ended_ns(const struct trial *trial);

/* Events that did not come, and restarts behind which nothing listened. */
void event_figures_check(struct reasons *reasons, const struct trial *trial);

#endif
