#include "bench/judge/load_counters.h"

#include <netinet/tcp.h>

/* tcp_syn_retries, by default. */
#define SYN_RETRIES_MOST 6

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

static void bound(uint64_t *counter, uint64_t most)
{
	if (*counter > most)
		*counter = most;
}

/* Of a host that others use the packet tap sees the load alone, and all of it. */
static void packets_bound(const struct trial *trial, enum td_who end, struct counters *load)
{
	const struct first_closer_counts *seen = &trial->packet_tap.counts;
	const struct ending_counts *mine = end == TD_SERVER ? &seen->at_server : &seen->at_client;
	uint64_t opened = seen->connections + seen->undecided + seen->refused;
	uint64_t resets = end == TD_SERVER ? seen->refused : seen->met_old;
	for (int phase = 0; phase < RESET_PHASES; phase++)
		resets += mine->resets_sent[phase] + mine->resets_answered[phase];
	bound(&load->active_opens, end == TD_SERVER ? 0 : opened);
	bound(&load->passive_opens, end == TD_SERVER ? opened : 0);
	bound(&load->out_rsts, resets);
	bound(&load->tw,
		mine->time_wait + mine->expired + mine->killed_by_data + mine->killed_by_reset);
}

static uint64_t unseen(const struct trial *trial, enum td_who end)
{
	uint64_t opened = whole(trial, end).active_opens, seen = others_of(trial, end)->attempted;
	/* The load's connections are the client's own; and of a host that others use nobody looks
	 * for theirs. */
	if (trial->remote.exists)
		return 0;
	return end == TD_SERVER && opened > seen ? opened - seen : 0;
}

/* What the server opens leads to its own namespace, over loopback, or to the client's. */
static bool is_all_seen(const struct trial *trial)
{
	return trial->packet_tap.lost == 0 &&
	       whole(trial, TD_CLIENT).passive_opens <= trial->packet_tap.others.client.accepted;
}

uint64_t load_counters_unsent(const struct trial *trial, enum td_who end)
{
	return is_all_seen(trial) ? unseen(trial, end) : 0;
}

uint64_t load_counters_unseen(const struct trial *trial, enum td_who end)
{
	return is_all_seen(trial) ? 0 : unseen(trial, end);
}

/* How often their SYNs were sent again. What else the server's end sends again before a connection
 * is open are SYN-ACKs, for which there is a reason. */
static uint64_t unsent_again(
	const struct trial *trial, uint64_t unsent, const struct counters *load)
{
	bool has_reason = load->listen_overflows > 0 || load->deferred_drop > 0 ||
			  trial->wire.impairment.loss > 0;
	uint64_t most = unsent * SYN_RETRIES_MOST;
	if (has_reason)
		return 0;
	return load->syn_retrans < most ? load->syn_retrans : most;
}

static void unsent_take_off(const struct trial *trial, enum td_who end, struct counters *load)
{
	uint64_t unsent = load_counters_unsent(trial, end);
	uint64_t again = unsent_again(trial, unsent, load);
	take_off(&load->active_opens, unsent);
	take_off(&load->attempt_fails, unsent);
	take_off(&load->syn_retrans, again);
	take_off(load->retrans_segs > 0 ? &load->retrans_segs : &load->out_segs, again);
	take_off(&load->out_segs, unsent);
}

/* With TCP_DEFER_ACCEPT a client beside the load, which says nothing, becomes a connection of the
 * server's long after its handshake was seen. The load has no more than its client opened. */
static void opens_bound(const struct trial *trial, struct counters *load)
{
	uint64_t opened = whole(trial, TD_CLIENT).active_opens;
	take_off(&opened, others_of(trial, TD_CLIENT)->attempted);
	if (load->passive_opens > opened)
		load->passive_opens = opened;
}

/* Those that wait since before the trial were counted then. */
static uint64_t others_orphaned(const struct trial *trial, enum td_who end)
{
	const struct sample *before = &trial->before, *after = &trial->after;
	uint64_t then = end == TD_SERVER ? before->server.others.fin_wait2_in_tw
					 : before->client.others.fin_wait2_in_tw;
	uint64_t now = end == TD_SERVER ? after->server.others.fin_wait2_in_tw
					: after->client.others.fin_wait2_in_tw;
	return now > then ? now - then : 0;
}

struct counters load_counters(const struct trial *trial, enum td_who end)
{
	const struct other_end *others = others_of(trial, end);
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
	take_off(&load.tw, others->time_wait + others_orphaned(trial, end));
	unsent_take_off(trial, end, &load);
	if (end == TD_SERVER && trial->beside_count > 0)
		opens_bound(trial, &load);
	if (trial->remote.exists && trial->packet_tap.lost == 0)
		packets_bound(trial, end, &load);
	return load;
}
