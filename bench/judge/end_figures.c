#include "bench/judge/end_figures.h"

#include "bench/judge/load_counters.h"

#include <math.h>
#include <netinet/tcp.h>
#include <string.h>

static uint64_t at_least_zero(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* What sockstat's tw holds that is no TIME_WAIT. sockstat counts the whole namespace. */
static uint64_t in_tw(const struct sample_end *sample)
{
	return sample->census.fin_wait2_in_tw + sample->others.fin_wait2_in_tw;
}

static uint64_t disagreement(const struct sample_end *sample)
{
	const struct diag_census *load = &sample->census, *others = &sample->others;
	uint64_t listed =
		load->states[TCP_TIME_WAIT] + others->states[TCP_TIME_WAIT] + in_tw(sample);
	uint64_t above = at_least_zero(listed, sample->sockstat_high);
	uint64_t below = at_least_zero(sample->sockstat_low, listed);
	return above > below ? above : below;
}

static uint64_t greater(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Few samples have a census. The others have sockstat's gauge, less as many orphans as a census
 * ever found. */
static void end_take_peaks(
	struct end_figures *end, const struct sample_end *sample, uint64_t in_tw_peak)
{
	uint64_t fin_wait2 = sample->census.states[TCP_FIN_WAIT2];
	bool has_others = end->others.time_wait + sample->others.states[TCP_TIME_WAIT] > 0;
	uint64_t gauge = has_others ? 0 : at_least_zero(sample->counters.gauge_tw, in_tw_peak);
	end->tw_peak = greater(end->tw_peak, sample->census.states[TCP_TIME_WAIT]);
	end->tw_gauge_peak = greater(end->tw_gauge_peak, gauge);
	if (fin_wait2 > end->fin_wait2_peak)
		end->fin_wait2_peak = fin_wait2;
	for (int i = 0; i < SOCKET_STATES; i++)
		if (sample->census.by_owner[i] > end->state_peak[i])
			end->state_peak[i] = sample->census.by_owner[i];
	if (disagreement(sample) > end->tw_disagreement)
		end->tw_disagreement = disagreement(sample);
}

static const struct sample_end *sample_of(const struct sample *sample, bool server)
{
	return server ? &sample->server : &sample->client;
}

static const struct other_end *others_of(const struct trial *trial, bool server)
{
	return server ? &trial->packet_tap.others.server : &trial->packet_tap.others.client;
}

static struct span_figures span_figures_of(const struct ending_span *span)
{
	if (span->count == 0)
		return (struct span_figures){NAN, NAN, NAN};
	return (struct span_figures){
		.least_us = (double)span->least_ns / 1e3,
		.mean_us = (double)span->sum_ns / 1e3 / (double)span->count,
		.most_us = (double)span->most_ns / 1e3,
	};
}

struct end_figures end_figures_of(const struct trial *trial, bool server)
{
	const struct sample_end *before = sample_of(&trial->before, server);
	const struct sample_end *after = sample_of(&trial->after, server);
	struct end_figures end = {
		.counters = counters_difference(&after->counters, &before->counters),
		.load = load_counters(trial, server ? TD_SERVER : TD_CLIENT),
		.others = *others_of(trial, server),
		.others_failed_there = others_of(trial, server)->failing.refused +
				       others_of(trial, server)->failing.unanswered,
		.others_unsent = load_counters_unsent(trial, server ? TD_SERVER : TD_CLIENT),
		.endings = server ? trial->packet_tap.counts.at_server
				  : trial->packet_tap.counts.at_client,
		.others_tw_end = after->others.states[TCP_TIME_WAIT],
		.tw_end = after->census.states[TCP_TIME_WAIT],
		.fin_wait2_end = after->census.states[TCP_FIN_WAIT2],
	};
	end.fin_behind_fin = span_figures_of(&end.endings.fin_behind_fin);
	end.reset_behind_fin = span_figures_of(&end.endings.reset_behind_fin);
	memcpy(end.state_end, after->census.by_owner, sizeof(end.state_end));
	uint64_t in_tw_peak = in_tw(after);
	for (size_t i = 0; i < trial->sample_count; i++)
		in_tw_peak = greater(in_tw_peak, in_tw(sample_of(&trial->samples[i], server)));
	for (size_t i = 0; i < trial->sample_count; i++)
		end_take_peaks(&end, sample_of(&trial->samples[i], server), in_tw_peak);
	end_take_peaks(&end, after, in_tw_peak);
	return end;
}

static struct time_wait_evidence evidence_of(
	const struct trial *trial, const struct figures *f, bool server)
{
	const struct packet_tap_report *tap = &trial->packet_tap;
	const struct end_figures *mine = server ? &f->server : &f->client;
	const struct end_figures *other = server ? &f->client : &f->server;
	uint64_t have_the_fin = other->state_end[SOCKET_CLOSE_WAIT_OWNED] +
				other->state_end[SOCKET_CLOSE_WAIT_UNACCEPTED] +
				other->state_end[SOCKET_LAST_ACK];
	uint64_t in_fin_wait2 = mine->state_end[SOCKET_FIN_WAIT_2_OWNED] +
				mine->state_end[SOCKET_FIN_WAIT_2_ORPHANED];
	return (struct time_wait_evidence){
		.peak = mine->tw_peak,
		.counted = mine->load.tw + mine->load.tw_killed,
		.waiting = sample_of(&trial->after, server)->census.fin_wait2_in_tw,
		/* Orphans of other connections that a RST ended are in the counters as well. */
		.resets =
			mine->load.out_rsts + other->load.out_rsts + mine->others.fin_wait2_killed,
		.abort_on_data = mine->counters.abort_on_data,
		.other_open = at_least_zero(have_the_fin, in_fin_wait2),
		.opened = f->opened,
		.judged = tap->counts.connections + tap->counts.undecided,
		.judged_all = tap->lost == 0 &&
			      tap->counts.connections + tap->counts.undecided == f->opened,
		.seen = server ? tap->counts.at_server : tap->counts.at_client,
	};
}

void end_figures_take_made(const struct trial *trial, struct figures *f, bool server)
{
	struct end_figures *end = server ? &f->server : &f->client;
	struct time_wait_evidence evidence = evidence_of(trial, f, server);
	struct time_wait_made made = time_wait_made_of(&evidence);
	if (trial->is_cut_off)
		made = (struct time_wait_made){.known_by = KNOWN_BY_NOTHING,
			.count = NAN,
			.least = made.most,
			.most = made.most,
			.unfinished = NAN,
			.expired = NAN,
			.killed = NAN};
	/* The gauge may have held more orphans than a census ever found, but no more TIME_WAITs
	 * than were made. */
	uint64_t limit = isnan(made.count) ? made.least : (uint64_t)made.count;
	end->tw_peak =
		greater(end->tw_peak, end->tw_gauge_peak < limit ? end->tw_gauge_peak : limit);
	end->tw_created = made.count;
	end->tw_created_by = time_wait_known_by_words[made.known_by];
	end->tw_created_least = made.least;
	end->tw_created_most = made.most;
	end->tw_per_connection = f->opened ? made.count / (double)f->opened : NAN;
	end->fin_wait2_unfinished = made.unfinished;
	end->fin_wait2_expired = made.expired;
	end->fin_wait2_killed = made.killed;
}

uint64_t end_figures_accounted(const struct end_figures *end)
{
	bool is_known = end->tw_created_by == time_wait_known_by_words[KNOWN_BY_COUNTERS] ||
			end->tw_created_by == time_wait_known_by_words[KNOWN_BY_PACKETS];
	return is_known ? (uint64_t)end->tw_created : end->tw_created_most;
}
