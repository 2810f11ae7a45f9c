#include "bench/judge/loader_count.h"

#include <math.h>
#include <string.h>

/* "GET / HTTP/1.0", and an empty line. */
#define REQUEST_BYTES_LEAST 18
/* What is known of a share of the connections, and what a loader rounds, may be off by so much. */
#define NEARLY 1.05
/* A loader's own seconds are fewer than those in which something was sent, as it begins and ends.
 */
#define TIME_BEYOND 1.5
#define ACTIVE_LEAST_S 0.5
/* Connections of which both ends were seen, of those that ended. */
#define SIZED_LEAST 0.9
/* On a network whose segments have at most so many bytes, a sequence number may have turned. */
#define SEGMENT_BYTES_MOST 1500
#define TURN_BYTES 4294967296.0

/* The mean of a connection, of what one end sent; NAN where it is not known. */
static double bytes_each(const struct trial *trial, uint64_t opened, uint64_t bytes)
{
	const struct packet_tap_report *tap = &trial->packet_tap;
	double segments = (double)(trial->after.server.counters.out_segs +
				   trial->after.client.counters.out_segs);
	if (opened == 0 || tap->lost > 0 || tap->counts.sized == 0 ||
		(double)tap->counts.sized < SIZED_LEAST * (double)tap->counts.connections ||
		segments / (double)opened * SEGMENT_BYTES_MOST >= TURN_BYTES)
		return NAN;
	return (double)bytes / (double)tap->counts.sized;
}

double loader_count_server_bytes(const struct trial *trial, uint64_t opened)
{
	return bytes_each(trial, opened, trial->packet_tap.counts.server_bytes) * (double)opened;
}

double loader_count_missing_bytes(const struct trial *trial, uint64_t opened)
{
	const struct third_party_report *report = &trial->third_party;
	double promised = report->kind ? report->said.promised_bytes : NAN;
	double sent = loader_count_server_bytes(trial, opened);
	/* A response to HEAD names a length, and has no body. */
	bool has_bodies = !report->command || !strstr(report->command, "HEAD");
	return has_bodies && promised > NEARLY * sent ? promised - sent : 0;
}

static uint64_t segments(const struct sample *sample)
{
	return sample->client.counters.in_segs + sample->client.counters.out_segs;
}

/* Seconds in which something was sent or received. */
static double active_s(const struct trial *trial)
{
	double sum = 0;
	/* The sample before the first SYN was left out. */
	if (trial->third_party.startup_ns > 0 && trial->sample_count > 0)
		sum = (double)(trial->samples[0].at_ns - trial->started_ns) / 1e9;
	for (size_t i = 1; i < trial->sample_count; i++) {
		const struct sample *before = &trial->samples[i - 1], *s = &trial->samples[i];
		if (segments(s) > segments(before))
			sum += (double)(s->at_ns - before->at_ns) / 1e9;
	}
	return sum;
}

/* More than that were not answered; NAN: there is no limit. */
static double served_most(const struct trial *trial, uint64_t opened)
{
	bool closes = trial_is_declared(trial) && trial->strategy->first_closer == TD_SERVER &&
		      !trial->strategy->claim_is_race;
	uint32_t each = trial->load.requests_per_connection;
	return closes && each > 0 ? (double)each * (double)opened : NAN;
}

static void bound(struct loader_count *count, double most, enum loader_doubt doubt, double window_s)
{
	if (!(count->requests > NEARLY * most))
		return;
	*count = (struct loader_count){.requests = most,
		.per_s = window_s > 0 ? most / window_s : NAN,
		.doubt = doubt,
		.bytes = count->bytes,
		.active_s = count->active_s};
}

/* What failed is in the rate alone. */
static void failed_leave(struct loader_count *count, const struct third_party_report *report)
{
	double failed = loader_said_errors(&report->said);
	if (!report->kind->rate_has_failed || !(failed > 0))
		return;
	count->per_s *= count->requests / (count->requests + failed);
	if (report->said.requests_per_s > NEARLY * count->per_s)
		count->doubt = LOADER_WITH_FAILED;
}

struct loader_count loader_count_of(const struct trial *trial, uint64_t opened)
{
	const struct third_party_report *report = &trial->third_party;
	double window_s = (double)trial->window_ns / 1e9;
	struct loader_count count = {.requests = report->said.requests,
		.per_s = report->said.requests_per_s,
		.bytes = bytes_each(trial, opened, trial->packet_tap.counts.client_bytes),
		.active_s = active_s(trial)};
	double mean_per_s = window_s > 0 ? count.requests / window_s : NAN;
	if (isnan(count.per_s))
		count.per_s = mean_per_s;
	failed_leave(&count, report);
	if (count.active_s >= ACTIVE_LEAST_S &&
		count.per_s * count.active_s > TIME_BEYOND * count.requests) {
		count.per_s = mean_per_s;
		count.doubt = LOADER_BEYOND_TIME;
	}
	if (!report->kind->speaks_http2)
		bound(&count, count.bytes / REQUEST_BYTES_LEAST * (double)opened,
			LOADER_BEYOND_BYTES, window_s);
	bound(&count, served_most(trial, opened), LOADER_BEYOND_SERVER, window_s);
	return count;
}
