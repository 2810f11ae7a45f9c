#include "bench/judge/delivery.h"

#include "bench/judge/loss.h"

#include <math.h>

/* Some of FIN_WAIT_1, CLOSING and LAST_ACK are orphans; their sum is known. */
uint64_t delivery_held(const struct diag_census *census)
{
	static const enum socket_state states[] = {SOCKET_ESTABLISHED, SOCKET_FIN_WAIT_1,
		SOCKET_FIN_WAIT_2_OWNED, SOCKET_FIN_WAIT_2_ORPHANED, SOCKET_CLOSE_WAIT_OWNED,
		SOCKET_CLOSING, SOCKET_LAST_ACK};
	uint64_t sum = 0, orphaned = census->by_owner[SOCKET_ORPHANED];
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		sum += census->by_owner[states[i]];
	return sum > orphaned ? sum - orphaned : 0;
}

static bool some_stay(const struct trial *trial)
{
	for (uint32_t i = 0; i < trial->client_count; i++)
		if (trial->clients[i].held > 0)
			return true;
	return false;
}

/* Connections that the server had not closed when the client gave up: the client's RST takes such a
 * socket out of every census, and leaves the server its descriptor. None is counted where the wire
 * has lost as many frames of the server's: one of these may have been the RST by which the server
 * closed each of them. */
static uint64_t held_to_the_deadline(const struct trial *trial)
{
	uint64_t unclosed = trial->totals.unclosed;
	return trial->wire.counts[RELAY_SERVER].lost < unclosed ? unclosed : 0;
}

/* Clients that stay let go when the load is to end. Unknown (NAN) where no census
 * was taken before that. */
static double held_of(const struct trial *trial)
{
	const struct sample *last = NULL;
	uint64_t ends_ns = trial->started_ns + trial->load.warmup_ns + trial->load.duration_ns;
	if (!some_stay(trial))
		return (double)(delivery_held(&trial->after.server.census) +
				held_to_the_deadline(trial));
	for (size_t i = 0; i < trial->sample_count; i++) {
		const struct sample *sample = &trial->samples[i];
		if (sample->census_fresh && sample->at_ns > trial->started_ns &&
			sample->at_ns < ends_ns)
			last = sample;
	}
	return last ? (double)delivery_held(&last->server.census) : NAN;
}

struct delivery_figures delivery_figures_of(const struct trial *trial)
{
	const struct load_totals *totals = &trial->totals;
	if (!loss_is_known(trial))
		return (struct delivery_figures){NAN, NAN, NAN, NAN};
	uint64_t delivered = totals->outcomes[OUTCOME_COMPLETED] + totals->unclosed;
	uint64_t truncated = load_totals_truncated(totals) + totals->part_answered;
	uint64_t rest = totals->attempted - delivered;
	return (struct delivery_figures){
		.delivered = (double)delivered,
		.truncated = (double)(truncated < rest ? truncated : rest),
		.lost = truncated < rest ? (double)(rest - truncated) : 0,
		.held = held_of(trial),
	};
}
