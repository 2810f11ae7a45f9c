#include "bench/judge/loss.h"
#include "bench/judge/server_ports.h"

#include <math.h>

/* A census that finds all ports held may be of a moment; two in a row are not. */
#define CENSUSES 2
/* So many connections of the load have to come behind it before fewer of the server's mean
 * anything. */
#define LOAD_LEAST 10
/* So much fewer for each of the load's are no chance. */
#define FELL_TO 0.5

static bool is_fresh(const struct trial *trial, size_t i)
{
	return i == trial->sample_count || trial->samples[i].census_fresh;
}

/* The sample, and behind the last the reading after the load. */
static const struct sample *sample_at(const struct trial *trial, size_t i)
{
	return i < trial->sample_count ? &trial->samples[i] : &trial->after;
}

/* Whether this census and the next find all ports held, of one place. */
static bool is_held_from(const struct trial *trial, size_t first, uint64_t ports)
{
	const struct busiest_destination *held = &sample_at(trial, first)->server.others.busiest;
	size_t met = 0;
	for (size_t i = first; i <= trial->sample_count && met < CENSUSES; i++) {
		const struct busiest_destination *next =
			&sample_at(trial, i)->server.others.busiest;
		if (!is_fresh(trial, i))
			continue;
		if (next->ports != ports || !tcp_segment_end_equals(&next->to, &held->to))
			return false;
		met++;
	}
	return is_fresh(trial, first) && met == CENSUSES;
}

/* Connections of the load that the server had accepted. */
static uint64_t accepted(const struct trial *trial, const struct sample *sample)
{
	uint64_t all =
		sample->server.counters.passive_opens - trial->before.server.counters.passive_opens;
	return all > sample->others_accepted ? all - sample->others_accepted : 0;
}

/* Whether the server opened fewer for each of the load's from then on. */
static bool fell(const struct trial *trial, const struct sample *since)
{
	double load = (double)accepted(trial, since), own = (double)since->others_accepted;
	double load_after = (double)accepted(trial, &trial->after) - load;
	double own_after = (double)trial->after.others_accepted - own;
	return load_after >= LOAD_LEAST && load > 0 && own > 0 &&
	       own_after / load_after < FELL_TO * own / load;
}

/* Nothing that was opened since is missing in a later census, so all were held when the last one
 * was opened. */
static const struct sample *last_opened(const struct trial *trial, size_t seen)
{
	uint64_t opened = sample_at(trial, seen)->others_accepted;
	size_t i = 0;
	while (i < seen && trial->samples[i].others_accepted < opened)
		i++;
	return sample_at(trial, i);
}

static void rates_set(
	struct server_port_end *end, const struct trial *trial, const struct sample *since)
{
	const struct other_end *others = &trial->packet_tap.others.server;
	double before_s = ((double)since->at_ns - (double)trial->started_ns) / 1e9;
	double after_s = ((double)trial->after.at_ns - (double)since->at_ns) / 1e9;
	end->per_s_before = end->per_s_after = NAN;
	if (others->to_several || !(before_s > 0) || !(after_s > 0))
		return;
	end->per_s_before = (double)since->others_accepted / before_s;
	end->per_s_after =
		((double)trial->after.others_accepted - (double)since->others_accepted) / after_s;
}

struct server_port_end server_ports_end(const struct trial *trial)
{
	struct server_port_end end = {
		.ports = server_ports_available(trial), .failed = loss_failed(trial)};
	size_t seen = 0;
	while (seen < trial->sample_count && !is_held_from(trial, seen, end.ports))
		seen++;
	if (seen == trial->sample_count || end.ports == 0 || trial->is_cut_off)
		return (struct server_port_end){.since_ns = 0};
	const struct sample *since = last_opened(trial, seen);
	end.held = sample_at(trial, seen)->server.others.busiest;
	bool is_open = 2 * end.held.time_waits < end.ports;
	/* Where TIME_WAITs are reused, ports that are held may be had, and requests fail for
	 * another reason. */
	bool may_be_had = !is_open && server_ports_are_reused(trial, &end.held.to);
	if ((end.failed == 0 || may_be_had) && (is_open || !fell(trial, since)))
		return (struct server_port_end){.since_ns = 0};
	end.since_ns = since->at_ns;
	rates_set(&end, trial, since);
	return end;
}

uint64_t server_ports_peak(const struct trial *trial)
{
	uint64_t peak = 0;
	for (size_t i = 0; i <= trial->sample_count; i++) {
		uint64_t ports = sample_at(trial, i)->server.others.busiest.ports;
		peak = ports > peak ? ports : peak;
	}
	return peak;
}
