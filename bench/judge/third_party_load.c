#include "bench/judge/third_party_load.h"

#include "bench/judge/estimate.h"
#include "bench/judge/event_figures.h"
#include "bench/judge/unanswered.h"

#include <math.h>
#include <stdio.h>

/* From this many times the exchanges that were asked for on, connections were kept alive. */
#define KEPT_ALIVE 1.5
/* So many times the most segments that a connection can take are none that were sent again. */
#define SEGMENTS_BEYOND 3
/* A load that moved nothing for so many samples stood still. */
#define SAMPLES_STILL 3

static void check_errors(struct reasons *reasons, const struct third_party_report *report)
{
	static const char *const what[LOADER_ERRORS] = {"connect() of the loader failed",
		"reads of the loader failed", "writes of the loader failed",
		"requests of the loader timed out", "requests of the loader failed"};
	const struct loader_said *said = &report->said;
	if (!report->kind)
		return;
	for (size_t i = 0; i < LOADER_ERRORS; i++)
		reasons_count(
			reasons, isnan(said->errors[i]) ? 0 : (uint64_t)said->errors[i], what[i]);
	reasons_count(reasons, isnan(said->non_success) ? 0 : (uint64_t)said->non_success,
		"responses without a status of 2xx or 3xx");
}

/* Where the loader counts them itself, that is told. Of a load that is answered several times on a
 * connection, only the first some thousand responses are all looked at. */
static void check_statuses(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	const struct response_counts *seen = &trial->packet_tap.counts.responses;
	double said = trial->third_party.kind ? trial->third_party.said.non_success : NAN;
	char count[ESTIMATE_TEXT_SIZE];
	unsigned status = responses_refusal(seen->refused_by);
	if (seen->refused == 0 || said > 0)
		return;
	struct estimate refused = estimate_of(trial, figures, seen->refused);
	reasons_add(reasons,
		"%s responses without a status of 2xx, by packets (%u: %llu of %llu seen), on %llu "
		"connections",
		estimate_text(&refused, count), status,
		(unsigned long long)seen->refused_by[status], (unsigned long long)seen->refused,
		(unsigned long long)figures->opened);
}

/* By packets: a loader may take what there was for the whole. */
static void check_cuts(struct reasons *reasons, const struct trial *trial)
{
	const struct response_cuts *cuts = &trial->packet_tap.counts.responses.cuts;
	uint64_t cut = cuts->by_fin + cuts->by_reset;
	if (cut > 0)
		reasons_add(reasons,
			"%llu of %llu connections seen were ended in the middle of a response",
			(unsigned long long)cut, (unsigned long long)cuts->sized);
}

/* The server's kernel, or a filter, answered these SYNs with a RST. A loader that counts its failed
 * connect() has been heard. */
static void check_connects(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	char count[ESTIMATE_TEXT_SIZE];
	uint64_t seen = trial->packet_tap.counts.refused;
	if (seen == 0 || trial->third_party.said.errors[LOADER_CONNECT] > 0)
		return;
	struct estimate refused = estimate_of(trial, figures, seen);
	reasons_add(reasons, "%s connects were refused, by packets (a RST in answer to the SYN)",
		estimate_text(&refused, count));
}

static uint64_t segments(const struct sample *sample)
{
	return sample->client.counters.in_segs + sample->client.counters.out_segs;
}

/* The last sample before an instant; the number of samples: there is none. */
static size_t last_before(const struct trial *trial, uint64_t at_ns)
{
	size_t last = trial->sample_count;
	for (size_t i = 0; i < trial->sample_count; i++)
		if (trial->samples[i].at_ns < at_ns)
			last = i;
	return last;
}

/* The first sample from which on nothing moves up to the last. */
static size_t still_since(const struct trial *trial, size_t last)
{
	size_t since = last;
	while (since > 0 && segments(&trial->samples[since - 1]) == segments(&trial->samples[last]))
		since--;
	return since;
}

uint64_t third_party_load_still_ns(const struct trial *trial, uint64_t until_ns)
{
	size_t last = last_before(trial, until_ns);
	if (last == trial->sample_count)
		return 0;
	size_t since = still_since(trial, last);
	return last - since >= SAMPLES_STILL ? until_ns - trial->samples[since].at_ns : 0;
}

/* How a loader that had to be ended was found: standing still, where the samples show it. */
static void end_tell(char *text, size_t size, const struct trial *trial)
{
	uint64_t ended_ns = trial_load_ended_ns(trial);
	size_t last = last_before(trial, ended_ns);
	double ended_s = (double)(ended_ns - trial->started_ns) / 1e9;
	snprintf(text, size, "had to be ended at %.1f s", ended_s);
	if (last == trial->sample_count)
		return;
	size_t since = still_since(trial, last);
	if (last - since >= SAMPLES_STILL)
		snprintf(text, size,
			"hung: nothing was sent or received from %.1f s until it was ended at %.1f "
			"s",
			(double)(trial->samples[since].at_ns - trial->started_ns) / 1e9, ended_s);
}

/* Requests where the loader says how many, else connections. */
static void check_total(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	char ended[120] = "";
	bool is_stopped = trial->third_party.stopped;
	unsigned long long total = trial->load.total, opened = figures->opened;
	if (is_stopped)
		end_tell(ended, sizeof(ended), trial);
	const char *and = is_stopped ? ", and " : "";
	if (isnan(figures->exchanges) && opened < total)
		reasons_add(reasons, "the loader made %llu of %llu connections%s%s", opened, total,
			and, ended);
	else if (figures->exchanges < (double)total)
		reasons_add(reasons,
			"the loader made %.0f of %llu requests, on %llu connections%s%s",
			figures->exchanges, total, opened, and, ended);
}

/* A loader that was told how long to run ends by itself, unless it waits for what an event kept it
 * from. */
static void check_end(struct reasons *reasons, const struct trial *trial, bool has_events)
{
	const struct third_party_report *report = &trial->third_party;
	bool is_told = trial->load.overtime_ns > 0 && !trial->load.total && !has_events;
	char ended[120];
	end_tell(ended, sizeof(ended), trial);
	if (report->killed)
		reasons_add(reasons, "the loader did not end on SIGINT and was killed, so what it "
				     "had to say is lost");
	else if (report->stopped && is_told)
		reasons_add(reasons, "the loader was told how long to run, and %s", ended);
}

/* A loader that takes a body that was cut off for a whole one. */
static void check_bytes(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	double missing = loader_count_missing_bytes(trial, figures->opened);
	if (missing > 0)
		reasons_add(reasons,
			"the loader takes %.0f response bytes for received, of which at least %.0f "
			"were not sent",
			trial->third_party.said.promised_bytes, missing);
}

/* A loader that counts its failed connect() has been heard; what is not proven is a finding alone
 * (ports-all-open). */
static void check_ports(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	const struct third_party_report *report = &trial->third_party;
	bool is_own = figures->own_port_stall.is_proven;
	const struct port_stall *stall = is_own ? &figures->own_port_stall : &figures->port_stall;
	if (!stall->is_proven || (report->kind && report->said.errors[LOADER_CONNECT] > 0))
		return;
	reasons_add(reasons,
		"all %llu ports %s were held from %.1f s on, %s, and no connection was opened any "
		"more: %s",
		(unsigned long long)(is_own ? figures->ports_own : figures->ports_available),
		is_own                 ? "of the loader's own choice"
		: trial->load.is_proxy ? "of the proxy"
				       : "of the client",
		(double)(stall->since_ns - trial->started_ns) / 1e9,
		stall->in_use > stall->time_waits ? "by open connections" : "mostly by TIME_WAITs",
		trial->load.is_proxy ? "the proxy does not say what its connect() got"
		: stall->is_said     ? "the loader says EADDRNOTAVAIL"
		: is_own             ? "the loader does not say what its bind() and connect() got"
				     : "the loader does not say what its connect() got");
}

/* The most segments, of both ends, that a connection with `exchanges` takes on a network that loses
 * none: the handshake, both FINs, a request, and for each kilobyte of a response a segment and its
 * ACK. */
static double segments_most(const struct trial *trial, double exchanges)
{
	return 8 + exchanges * (4 + 2 * (double)trial->load.response_bytes / 1000);
}

/* Where the server leaves the close to the client, connections that are kept alive close when the
 * loader ends: a rate of connections then says how long it ran. Segments of SYNs that were refused
 * behind an event belong to no connection that opened. */
static void check_keep_alive(struct reasons *reasons, const struct trial *trial,
	const struct figures *figures, bool has_events)
{
	double asked = trial->load.requests_per_connection, most = segments_most(trial, asked);
	if (!trial_is_declared(trial) || trial->strategy->first_closer != TD_CLIENT ||
		trial->load.is_proxy)
		return;
	if (figures->exchanges_per_connection > KEPT_ALIVE * asked)
		reasons_add(reasons,
			"the loader keeps its connections alive: %.1f requests on each, where this "
			"strategy's client closes after %.0f (have it send Connection: close)",
			figures->exchanges_per_connection, asked);
	else if (isnan(figures->exchanges) && !has_events &&
		 figures->segments_per_connection > SEGMENTS_BEYOND * most)
		reasons_add(reasons,
			"the loader keeps its connections alive: %.0f segments on each, where this "
			"strategy's client closes after %.0f requests, which take %.0f at most "
			"(have it send Connection: close)",
			figures->segments_per_connection, asked, most);
}

/* What requests met that an event (--at) may have failed or kept waiting. */
static void check_requests(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	check_errors(reasons, &trial->third_party);
	check_connects(reasons, trial, figures);
	check_statuses(reasons, trial, figures);
	check_cuts(reasons, trial);
}

void third_party_load_check(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	if (!trial->load.is_third_party)
		return;
	bool has_events = event_figures_has_come(trial);
	bool is_total_checked = trial->load.total && !has_events;
	if (!has_events)
		check_requests(reasons, trial, figures);
	if (figures->exchanges == 0 && !is_total_checked)
		reasons_add(reasons, "the loader says that no request was answered");
	unanswered_check_all(reasons, trial);
	if (!has_events)
		unanswered_check_some(reasons, trial, figures);
	if (!trial->interrupted) {
		if (is_total_checked)
			check_total(reasons, trial, figures);
		check_end(reasons, trial, has_events);
	}
	check_keep_alive(reasons, trial, figures, has_events);
	check_bytes(reasons, trial, figures);
	check_ports(reasons, trial, figures);
}
