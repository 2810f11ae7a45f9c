#include "bench/doctor/destination_sums.h"

#include <stdlib.h>
#include <string.h>

static int place_compare(const struct tcp_segment_end *a, const struct tcp_segment_end *b)
{
	int addresses = memcmp(a->address, b->address, sizeof(a->address));
	if (addresses != 0)
		return addresses;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	return (int)a->is_ipv6 - (int)b->is_ipv6;
}

static int by_place(const void *a, const void *b)
{
	const struct doctor_destination *first = a, *second = b;
	return place_compare(&first->place, &second->place);
}

static struct doctor_destination destination_of(const struct doctor_pair *pair)
{
	struct doctor_destination destination = {
		.place = {.port = pair->port, .is_ipv6 = pair->is_ipv6},
		.live = pair->live,
		.made = pair->made[DOCTOR_DESTINATION_WINDOW],
	};
	memcpy(destination.place.address, pair->destination.words,
		sizeof(destination.place.address));
	return destination;
}

int destination_sums_make(
	const struct doctor_pair *pairs, size_t count, struct doctor_namespace *into)
{
	struct doctor_destination *list = calloc(count + 1, sizeof(*list));
	size_t last = 0;
	if (!list)
		return -1;
	for (size_t i = 0; i < count; i++)
		list[i] = destination_of(&pairs[i]);
	qsort(list, count, sizeof(*list), by_place);
	for (size_t i = 1; i < count; i++) {
		if (by_place(&list[last], &list[i]) == 0) {
			list[last].live += list[i].live;
			list[last].made += list[i].made;
		} else {
			list[++last] = list[i];
		}
	}
	into->destinations = list;
	into->destination_count = count > 0 ? last + 1 : 0;
	return 0;
}

const struct doctor_destination *destination_sums_find(
	const struct doctor_namespace *space, const struct tcp_segment_end *place)
{
	const struct doctor_destination wanted = {.place = *place};
	if (space->destination_count == 0)
		return NULL;
	return bsearch(&wanted, space->destinations, space->destination_count,
		sizeof(*space->destinations), by_place);
}
