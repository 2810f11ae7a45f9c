#include "bench/judge/accept_stall.h"

#include "common/clock.h"

#include <math.h>

/* For so long nothing was taken, while nothing came either. A trial settles for twice as long. */
#define UNTOUCHED_LEAST_NS NS_PER_S

/* Of fewer looks the mean says little. */
#define LOOKS_LEAST 10

double accept_wait_ms(const struct trial *trial, uint64_t opened)
{
	const struct accept_watch_report *watch = &trial->server_end.accept_watch;
	if (opened == 0 || watch->load_looks < LOOKS_LEAST)
		return NAN;
	double waiting = (double)watch->load_waiting / (double)watch->load_looks;
	double ms = (double)(watch->load_over_ns - trial->started_ns) / (double)NS_PER_MS;
	return waiting * ms / (double)opened;
}

/* Queues are in the order in which connections came (reqsk_queue_remove, net/core/request_sock.c),
 * so of `waiting` the first is at least the last but so many of all that were opened: since the
 * first sample that has counted it, or longer. */
static uint64_t opened_before_ns(const struct trial *trial, uint64_t waiting)
{
	uint64_t opened = trial->after.server.counters.passive_opens;
	uint64_t counted = opened > waiting ? opened - waiting + 1 : 1;
	if (trial->before.server.counters.passive_opens >= counted)
		return trial->before.at_ns;
	for (size_t i = 0; i < trial->sample_count; i++)
		if (trial->samples[i].server.counters.passive_opens >= counted)
			return trial->samples[i].at_ns;
	return trial->after.at_ns;
}

struct accept_stall accept_stall_of(const struct trial *trial)
{
	const struct accept_watch_report *watch = &trial->server_end.accept_watch;
	struct accept_stall stall = {.waiting = 0};
	uint64_t untouched_ns = watch->untouched_since_ns, end_ns = trial->after.at_ns;
	if (untouched_ns == 0 || end_ns < untouched_ns + UNTOUCHED_LEAST_NS)
		return stall;
	uint64_t opened_ns = opened_before_ns(trial, watch->longest.waiting);
	stall.waiting = watch->waiting;
	stall.since_ns = opened_ns < untouched_ns ? opened_ns : untouched_ns;
	stall.oldest_s = (double)(end_ns - stall.since_ns) / 1e9;
	return stall;
}
