#include "bench/measure/connecting_places.h"

void connecting_places_add(struct connecting_places *places, const struct tcp_segment_end *to)
{
	if (places->count < CONNECTING_PLACES_MAX && !connecting_places_have(places, to))
		places->list[places->count++] = *to;
}

bool connecting_places_have(
	const struct connecting_places *places, const struct tcp_segment_end *to)
{
	for (size_t i = 0; i < places->count; i++)
		if (tcp_segment_end_equals(&places->list[i], to))
			return true;
	return false;
}
