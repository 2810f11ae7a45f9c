#include "bench/measure/arrived.h"

#include "bench/measure/first_closer.h"

static uint32_t later(uint32_t a, uint32_t b)
{
	return tcp_seq_before(a, b) ? b : a;
}

void arrived_tally(struct arrived *counts, const struct late_data_track *track,
	const struct tcp_ending_end *client)
{
	uint32_t first = client->isn + 1, end = first;
	if (!track->is_known)
		return;
	if (track->at_ns != 0)
		end = later(end, track->end);
	/* A FIN lies behind all data. So does a RST of close(2); one that answers a segment has the
	 * number of what that acknowledged. */
	if (client->fin)
		end = later(end, client->fin_seq);
	if (client->rst)
		end = later(end, client->rst_seq - (client->fin ? 1 : 0));
	counts->connections++;
	counts->bytes += (uint32_t)(end - first);
}
