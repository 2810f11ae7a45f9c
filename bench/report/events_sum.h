/* What an event of trials (--at) did, over the trials of a strategy. */
#ifndef BENCH_REPORT_EVENTS_SUM_H
#define BENCH_REPORT_EVENTS_SUM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* One event, over the trials of a strategy. */
struct event_sum {
	double open, open_lost, fresh, fresh_lost, reset, timed_out, refused, queued;
	double lost_before;         /* connections that it found lost */
	double before_s, behind_s;  /* for so long before and behind it losses are counted */
	double unexpected;          /* responses */
	bool is_counted;            /* the loader knows its connections one by one */
	bool is_refused_to_the_end; /* in one trial at least */
	double no_connection_s;     /* the longest */
	const char *ended;          /* how the processes did that it was to; NULL: none ended */
	size_t came, trials;
};

/* A restart, of the trials whose server listened again. */
struct event_again {
	size_t asked, listened, in_use, in_use_with_reuse;
	double longest_s, time_waits;
	const char *ended; /* of one that did not */
};

/* Of the event at that place of each trial; what never was is 0. */
void event_sum_of(
	const json_t *trials, size_t index, struct event_sum *sum, struct event_again *again);

/* Connections that it cost. */
double event_sum_lost(const struct event_sum *sum);

/* It came in each trial, and whoever was restarted listened again. */
bool event_sum_went_well(const struct event_sum *sum, const struct event_again *again);

#endif
