#include "bench/measure/destinations.h"

#include <string.h>

struct destination *destinations_find(struct destinations *destinations,
	const struct tcp_segment_end *from, const struct tcp_segment_end *to)
{
	for (size_t i = 0; i < destinations->count; i++)
		if (tcp_segment_end_equals(&destinations->list[i].to, to))
			return &destinations->list[i];
	if (destinations->count == DESTINATIONS_MAX)
		return NULL;
	struct destination *made = &destinations->list[destinations->count++];
	*made = (struct destination){.to = *to, .from = *from};
	return made;
}

bool destinations_have(const struct destinations *destinations, const struct tcp_segment_end *to)
{
	for (size_t i = 0; i < destinations->count; i++)
		if (tcp_segment_end_equals(&destinations->list[i].to, to))
			return true;
	return destinations->count == DESTINATIONS_MAX;
}

void destination_attempt(struct destination *destination)
{
	destination->attempted++;
	destination->unanswered++;
}

void destination_answer(struct destination *destination, bool is_refused)
{
	destination->unanswered--;
	destination->refused += is_refused;
}

void destination_open(struct destination *destination, const struct tcp_segment_end *from)
{
	destination->opened++;
	destination->from_several |=
		memcmp(from->address, destination->from.address, sizeof(from->address)) != 0;
	destination->even |= from->port % 2 == 0;
	destination->odd |= from->port % 2 == 1;
}

struct destination destinations_busiest(const struct destinations *destinations)
{
	struct destination busiest = {.time_wait = 0};
	for (size_t i = 0; i < destinations->count; i++)
		if (destinations->list[i].time_wait > busiest.time_wait)
			busiest = destinations->list[i];
	return busiest;
}

struct destination destinations_failing(const struct destinations *destinations)
{
	struct destination most = {.refused = 0};
	for (size_t i = 0; i < destinations->count; i++) {
		const struct destination *one = &destinations->list[i];
		if (one->refused + one->unanswered > most.refused + most.unanswered)
			most = *one;
	}
	return most;
}
