#include "bench/judge/port_stall.h"

#include "bench/judge/opening.h"

#include <math.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>

/* For so many samples nothing was opened; one is enough where the loader says that it tried. */
#define SAMPLES_STILL 3
#define SAMPLES_STILL_SAID 1

/* What loaders print for EADDRNOTAVAIL: strerror(3), its name, Java's and Rust's words. */
static bool is_in_output(const char *output)
{
	static const char *const words[] = {"cannot assign requested address", "EADDRNOTAVAIL",
		"AddrNotAvailable", "address not available"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasestr(output, words[i]))
			return true;
	return false;
}

/* connect() that fails for want of a port begins nothing, so AttemptFails does not count it. */
static bool is_said(const struct trial *trial)
{
	const struct third_party_report *report = &trial->third_party;
	uint64_t begun = trial->after.client.counters.attempt_fails -
			 trial->before.client.counters.attempt_fails;
	return is_in_output(report->output) ||
	       (report->kind && report->said.errors[LOADER_CONNECT] > (double)begun);
}

/* The loader counts failures of connect(), and had none. */
static bool is_denied(const struct trial *trial)
{
	const struct third_party_report *report = &trial->third_party;
	double failed = report->kind ? report->said.errors[LOADER_CONNECT] : NAN;
	return !isnan(failed) && !(failed > 0);
}

/* The sample since which a stall of at least `still` samples lasted; NULL: there was none. Without
 * a new connection ports are given back and none is taken: where a census finds all of them held,
 * they were since the last connection was opened. `found`: the sample with that census. */
static const struct sample *stall_find(
	const struct trial *trial, uint64_t ports, size_t still, const struct sample **found)
{
	size_t all = opening_samples(trial);
	for (size_t i = 0; i <= all && all > 0; i++) {
		const struct sample *s = i < all ? &trial->samples[i] : &trial->after;
		size_t since = opening_by(trial, s->client.counters.active_opens);
		size_t until = i < all ? i : all - 1;
		if ((i == all || s->census_fresh) && s->client.census.ports_in_use == ports &&
			since + still <= until) {
			*found = s;
			return &trial->samples[since];
		}
	}
	return NULL;
}

/* The gauge is the whole namespace's, which a proxy shares with the hop in front; the census is of
 * the load, and later: by then more may have closed. */
static uint64_t time_waits_of(const struct sample *since, const struct sample *found)
{
	const struct diag_census *census = &found->client.census;
	uint64_t gauge = since->client.counters.gauge_tw;
	uint64_t later = census->states[TCP_TIME_WAIT] + census->fin_wait2_in_tw;
	return gauge < later ? gauge : later;
}

/* Open connections were all that it was asked to have open. */
static bool is_as_asked(const struct trial *trial, const struct port_stall *stall)
{
	return trial->load.told_connections && stall->in_use >= trial->load.connections;
}

struct port_stall port_stall_of(const struct trial *trial, uint64_t ports, uint64_t opened)
{
	struct port_stall stall = {.is_said = is_said(trial)};
	bool has_made_all = trial->load.total > 0 && opened >= trial->load.total;
	if (!trial->load.is_third_party || trial->is_cut_off || has_made_all ||
		(!stall.is_said && is_denied(trial)))
		return (struct port_stall){.since_ns = 0};
	const struct sample *found = NULL;
	const struct sample *since = stall_find(
		trial, ports, stall.is_said ? SAMPLES_STILL_SAID : SAMPLES_STILL, &found);
	if (!since)
		return (struct port_stall){.since_ns = 0};
	uint64_t time_waits = time_waits_of(since, found);
	stall.since_ns = opening_last_ns(trial, since);
	stall.time_waits = time_waits < ports ? time_waits : ports;
	stall.in_use = ports - stall.time_waits;
	if (!stall.is_said && is_as_asked(trial, &stall))
		return (struct port_stall){.since_ns = 0};
	stall.is_proven = stall.is_said || stall.in_use <= stall.time_waits;
	return stall;
}
