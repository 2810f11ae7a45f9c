#include "bench/judge/accept_starved.h"

#include "bench/judge/accept_stall.h"
#include "common/clock.h"

/* For so long none was accepted, and for half of the load. */
#define LEAST_NS (NS_PER_S / 2)

/* Connections of the load that the server's kernel had opened. */
static uint64_t opened(const struct trial *trial, size_t i)
{
	uint64_t before = trial->before.server.counters.passive_opens;
	uint64_t all = trial->samples[i].server.counters.passive_opens;
	return all > before ? all - before : 0;
}

static uint64_t waiting(const struct trial *trial, size_t i)
{
	return trial->samples[i].server.census.waiting;
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* The census of a sample is older than its counters, and newer than those of the sample before: so
 * many had been accepted then at most, and at least. */
static uint64_t accepted_most(const struct trial *trial, size_t i)
{
	return less(opened(trial, i), waiting(trial, i));
}

static uint64_t accepted_least(const struct trial *trial, size_t i)
{
	return i > 0 ? less(opened(trial, i - 1), waiting(trial, i)) : 0;
}

/* Of those that had come by the sample `end`, `accepted` were accepted at most. From the first
 * census by which as many were, none was, and behind the first sample that counts one more, one
 * waited. */
static struct accept_starved starved_until(const struct trial *trial, size_t end, uint64_t accepted)
{
	size_t since = end;
	while (since > 0 && opened(trial, since - 1) > accepted)
		since--;
	while (since < end &&
		(!trial->samples[since].census_fresh || accepted_least(trial, since) < accepted))
		since++;
	return (struct accept_starved){.waiting = waiting(trial, end),
		.accepted = accepted,
		.since_ns = trial->samples[since].at_ns,
		.until_ns = trial->samples[end].at_ns};
}

static bool is_known(const struct trial *trial, const struct figures *figures)
{
	const struct accept_watch_report *watch = &trial->server_end.accept_watch;
	return watch->at_once >= 1 && watch->ever == watch->at_once && watch->load_over_ns > 0 &&
	       figures->server.others.accepted == 0 && accept_stall_of(trial).waiting == 0;
}

/* The longest time, of those that end at one of the load's samples. */
static struct accept_starved longest(const struct trial *trial)
{
	struct accept_starved found = {.waiting = 0}, one;
	uint64_t accepted = UINT64_MAX;
	for (size_t i = trial->sample_count; i-- > 0;) {
		uint64_t most = accepted_most(trial, i);
		if (!trial->samples[i].census_fresh ||
			trial->samples[i].at_ns > trial->server_end.accept_watch.load_over_ns ||
			most >= accepted)
			continue;
		/* Of those where no fewer had been accepted than later, none is longer. */
		accepted = most;
		if (waiting(trial, i) == 0)
			continue;
		one = starved_until(trial, i, accepted);
		if (one.until_ns - one.since_ns > found.until_ns - found.since_ns)
			found = one;
	}
	return found;
}

/* While one of several listeners (SO_REUSEPORT) has an empty queue, a worker may be idle: then it
 * is not for want of workers that those in another queue wait. */
static void all_wait_only(struct accept_starved *found, const struct accept_watch_report *watch)
{
	found->listeners = watch->at_once;
	if (found->since_ns < watch->all_wait_since_ns)
		found->since_ns = watch->all_wait_since_ns;
	if (found->until_ns > watch->all_wait_until_ns)
		found->until_ns = watch->all_wait_until_ns;
	if (found->until_ns < found->since_ns)
		found->until_ns = found->since_ns;
}

struct accept_starved accept_starved_of(const struct trial *trial, const struct figures *figures)
{
	struct accept_starved found = {.waiting = 0};
	/* More requests than connections: some were kept alive. */
	if (!is_known(trial, figures) || !(figures->exchanges > (double)figures->opened))
		return found;
	found = longest(trial);
	if (trial->server_end.accept_watch.at_once > 1)
		all_wait_only(&found, &trial->server_end.accept_watch);
	uint64_t half_ns = (trial->server_end.accept_watch.load_over_ns - trial->started_ns) / 2;
	uint64_t lasted_ns = found.until_ns - found.since_ns;
	if (found.accepted == 0 || lasted_ns < LEAST_NS || lasted_ns < half_ns)
		found.waiting = 0;
	return found;
}
