#include "bench/measure/close_waits.h"

/* Returns `count` where there is no room for another place. */
static size_t place_find(
	struct close_waits *waits, const struct tcp_segment_end *at, bool is_accepted)
{
	for (size_t i = 0; i < waits->count; i++)
		if (waits->places[i].is_accepted == is_accepted &&
			tcp_segment_end_equals(&waits->places[i].at, at))
			return i;
	if (waits->count == CLOSE_WAIT_PLACES_MAX)
		return waits->count;
	waits->places[waits->count] =
		(struct close_wait_place){.at = *at, .is_accepted = is_accepted};
	return waits->count++;
}

void close_waits_add(struct close_waits *waits, const struct tcp_segment_end *at, bool is_accepted,
	uint64_t age_ms, uint32_t inode)
{
	if (age_ms < CLOSE_WAIT_LEAST_MS)
		return;
	size_t i = place_find(waits, at, is_accepted);
	if (i == CLOSE_WAIT_PLACES_MAX) {
		waits->elsewhere++;
		return;
	}
	struct close_wait_place *place = &waits->places[i];
	place->sockets++;
	if (age_ms > place->oldest_ms)
		place->oldest_ms = age_ms;
	if (waits->socket_count == CLOSE_WAIT_SOCKETS_MAX)
		return;
	waits->inodes[waits->socket_count] = inode;
	waits->place_of[waits->socket_count++] = (uint8_t)i;
}
