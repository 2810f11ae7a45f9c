#include "bench/judge/load_counters.h"

#include <netinet/tcp.h>

static void take_off(uint64_t *counter, uint64_t share)
{
	*counter = *counter > share ? *counter - share : 0;
}

static const struct other_end *others_of(const struct trial *trial, enum td_who end)
{
	const struct other_ends *ends = &trial->packet_tap.others;
	return end == TD_SERVER ? &ends->server : &ends->client;
}

static struct counters whole(const struct trial *trial, enum td_who end)
{
	return end == TD_SERVER ? counters_difference(&trial->after.server.counters,
					  &trial->before.server.counters)
				: counters_difference(&trial->after.client.counters,
					  &trial->before.client.counters);
}

struct counters load_counters(const struct trial *trial, enum td_who end)
{
	const struct other_end *others = others_of(trial, end);
	const struct sample_end *after =
		end == TD_SERVER ? &trial->after.server : &trial->after.client;
	struct counters load = whole(trial, end);
	take_off(&load.active_opens, others->attempted);
	take_off(&load.passive_opens, others->accepted);
	take_off(&load.attempt_fails, others->attempted - others->opened);
	take_off(&load.out_rsts, others->resets);
	take_off(&load.syn_retrans, others->syns_again);
	if (others->segments > 0) {
		load.out_segs += load.retrans_segs;
		load.retrans_segs = 0;
		take_off(&load.out_segs, others->segments);
	}
	/* The kernel counts an orphan in FIN_WAIT_2 as TW, too, at once. */
	take_off(&load.tw, others->time_wait + after->others.fin_wait2_in_tw);
	return load;
}

uint64_t load_counters_unseen(const struct trial *trial, enum td_who end)
{
	uint64_t opened = whole(trial, end).active_opens, seen = others_of(trial, end)->attempted;
	/* The load's connections are the client's own. */
	return end == TD_SERVER && opened > seen ? opened - seen : 0;
}
