#include "bench/judge/unsent_place.h"

#include "bench/judge/load_counters.h"

/* SYNs of before the trial were sent, perhaps, and not seen. */
static bool is_unsent(const struct trial *trial, const struct tcp_segment_end *to)
{
	return !destinations_have(&trial->packet_tap.others.of_server, to) &&
	       !connecting_places_have(&trial->before.server.others.connecting, to);
}

static const struct tcp_segment_end *unsent_in(
	const struct trial *trial, const struct sample *sample)
{
	const struct connecting_places *places = &sample->server.others.connecting;
	for (size_t i = 0; i < places->count; i++)
		if (is_unsent(trial, &places->list[i]))
			return &places->list[i];
	return NULL;
}

struct tcp_segment_end unsent_place(const struct trial *trial)
{
	const struct tcp_segment_end *met = NULL;
	if (load_counters_unsent(trial, TD_SERVER) == 0)
		return (struct tcp_segment_end){.port = 0};
	for (size_t i = 0; i < trial->sample_count && !met; i++)
		met = unsent_in(trial, &trial->samples[i]);
	if (!met)
		met = unsent_in(trial, &trial->after);
	return met ? *met : (struct tcp_segment_end){.port = 0};
}
