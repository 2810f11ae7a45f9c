#include "bench/load/event_count.h"

#include <stddef.h>

const char *const event_group_names[EVENT_GROUPS] = {
	[EVENT_CONNECTING] = "connecting",
	[EVENT_ASKED] = "asked",
	[EVENT_IDLE] = "idle",
	[EVENT_CLOSING] = "closing",
	[EVENT_NEW] = "new",
};

static void group_add(struct event_group_count *sum, const struct event_group_count *part)
{
	sum->connections += part->connections;
	sum->completed += part->completed;
	sum->short_ += part->short_;
	sum->reset += part->reset;
	sum->timed_out += part->timed_out;
	sum->connect_errors += part->connect_errors;
	sum->lived_on += part->lived_on;
}

static uint64_t earlier(uint64_t a_ns, uint64_t b_ns)
{
	return a_ns == 0 || (b_ns != 0 && b_ns < a_ns) ? b_ns : a_ns;
}

/* Where one worker connected again before another was refused for the last time, that was not the
 * end of it. */
static uint64_t connected_of(const struct event_count *sum, const struct event_count *part)
{
	uint64_t first_ns = earlier(sum->connected_ns, part->connected_ns);
	uint64_t other_ns = sum->connected_ns == first_ns ? part->connected_ns : sum->connected_ns;
	return first_ns >= sum->refused_last_ns ? first_ns : other_ns;
}

void event_count_add(struct event_count *sum, const struct event_count *part)
{
	for (size_t i = 0; i < EVENT_GROUPS; i++)
		group_add(&sum->groups[i], &part->groups[i]);
	sum->unexpected += part->unexpected;
	sum->refused += part->refused;
	sum->refused_first_ns = earlier(sum->refused_first_ns, part->refused_first_ns);
	if (part->refused_last_ns > sum->refused_last_ns)
		sum->refused_last_ns = part->refused_last_ns;
	sum->connected_ns = connected_of(sum, part);
}

uint64_t event_count_lost(const struct event_count *count)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < EVENT_GROUPS; i++)
		sum += count->groups[i].short_ + count->groups[i].reset +
		       count->groups[i].timed_out;
	return sum;
}

uint64_t event_count_reset(const struct event_count *count)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < EVENT_GROUPS; i++)
		sum += count->groups[i].reset;
	return sum;
}
