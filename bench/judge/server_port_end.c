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
/* So many ports that connect(2) chose for other places are not all different from one place's by
 * chance. */
#define ELSEWHERE_LEAST 8

static bool is_fresh(const struct trial *trial, size_t i)
{
	return i == trial->sample_count || trial->samples[i].census_fresh;
}

/* The sample, and behind the last the reading after the load. */
static const struct sample *sample_at(const struct trial *trial, size_t i)
{
	return i < trial->sample_count ? &trial->samples[i] : &trial->after;
}

/* What one place held. Or all of them together, where none shares a port with another and one alone
 * does not hold (nearly) all. */
static struct busiest_destination held_at(const struct trial *trial, size_t i, bool over_all_places)
{
	const struct diag_census *others = &sample_at(trial, i)->server.others;
	if (!over_all_places)
		return others->busiest;
	if (others->exclusive.ports < others->busiest.ports + ELSEWHERE_LEAST)
		return (struct busiest_destination){.ports = 0};
	return (struct busiest_destination){
		.ports = others->exclusive.ports, .time_waits = others->exclusive.time_waits};
}

/* Whether this census and the next find all ports held, of one place or over all. */
static bool is_held_from(
	const struct trial *trial, size_t first, uint64_t ports, bool over_all_places)
{
	struct busiest_destination held = held_at(trial, first, over_all_places);
	size_t met = 0;
	for (size_t i = first; i <= trial->sample_count && met < CENSUSES; i++) {
		struct busiest_destination next = held_at(trial, i, over_all_places);
		if (!is_fresh(trial, i))
			continue;
		if (next.ports != ports || !tcp_segment_end_equals(&next.to, &held.to))
			return false;
		met++;
	}
	return is_fresh(trial, first) && met == CENSUSES;
}

/* Requests may fail faster than censuses come: then counts tell of it. After the load all ports are
 * held, each by a connection of its own, and just the requests that had none of these failed. */
static bool is_held_by_count(const struct trial *trial, const struct server_port_end *end)
{
	struct busiest_destination held = held_at(trial, trial->sample_count, end->over_all_places);
	return held.ports == end->ports && 2 * held.time_waits >= end->ports &&
	       trial->packet_tap.others.server.opened == end->ports && end->failed >= LOAD_LEAST &&
	       end->ports + end->failed == loss_asked(trial);
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
	if ((others->to_several && !end->over_all_places) || !(before_s > 0) || !(after_s > 0))
		return;
	end->per_s_before = (double)since->others_accepted / before_s;
	end->per_s_after =
		((double)trial->after.others_accepted - (double)since->others_accepted) / after_s;
}

static struct server_port_end end_of(const struct trial *trial, bool over_all_places)
{
	struct server_port_end end = {.ports = server_ports_available(trial),
		.over_all_places = over_all_places,
		.failed = loss_failed(trial)};
	size_t seen = 0;
	while (seen < trial->sample_count && !is_held_from(trial, seen, end.ports, over_all_places))
		seen++;
	bool is_seen = seen < trial->sample_count || is_held_by_count(trial, &end);
	if (!is_seen || end.ports == 0 || trial->is_cut_off)
		return (struct server_port_end){.since_ns = 0};
	const struct sample *since = last_opened(trial, seen);
	end.held = held_at(trial, seen, over_all_places);
	bool is_open = 2 * end.held.time_waits < end.ports;
	/* Where TIME_WAITs are reused, ports that are held may be had, and requests fail for
	 * another reason. bind(2) reuses none. */
	bool may_be_had =
		!over_all_places && !is_open && server_ports_are_reused(trial, &end.held.to);
	if ((end.failed == 0 || may_be_had) && (is_open || !fell(trial, since)))
		return (struct server_port_end){.since_ns = 0};
	end.since_ns = since->at_ns;
	rates_set(&end, trial, since);
	return end;
}

struct server_port_end server_ports_end(const struct trial *trial)
{
	struct server_port_end end = end_of(trial, false);
	return end.since_ns != 0 ? end : end_of(trial, true);
}

uint64_t server_ports_peak(const struct trial *trial)
{
	struct server_port_end end = server_ports_end(trial);
	uint64_t peak = end.since_ns != 0 ? end.ports : 0;
	for (size_t i = 0; i <= trial->sample_count; i++) {
		uint64_t ports = sample_at(trial, i)->server.others.busiest.ports;
		peak = ports > peak ? ports : peak;
	}
	return peak;
}
