/* Findings about a loader of others: what it hides. */
#include "bench/findings/detect.h"

/* Below this share of connections the client was first by accident: a loader closes all at its end.
 */
#define FIRST_LEAST 0.05
/* Of what the loader asked to be open; a connection that changes hands is missing for a moment. */
#define OPEN_MOST 0.9
#define RAN_MOST 0.9
/* Connections for each request, from which on the handshake is a part of what a user waits for. */
#define FRESH_LEAST 0.5

void findings_lost_connections(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct third_party_report *report = &trial->third_party;
	double asked = (double)trial->spec.options->connections;
	uint64_t failed = report->wrk.errors[WRK_CONNECT];
	uint64_t from = trial->started_ns, to = from + report->ran_ns;
	const struct sample *first = NULL, *last = NULL;
	for (size_t i = 0; i < trial->sample_count; i++) {
		const struct sample *s = &trial->samples[i];
		bool began = s->client.counters.active_opens >
			     trial->before.client.counters.active_opens;
		if (!began || s->at_ns <= from || s->at_ns >= to)
			continue;
		last = s;
		/* Those that came back were not lost. */
		if ((double)s->client.counters.gauge_inuse >= OPEN_MOST * asked)
			first = NULL;
		else if (!first)
			first = s;
	}
	if (failed == 0 || !first)
		return;
	double t_s = findings_t_s(trial, first->at_ns);
	struct finding *f = findings_add(findings, "loader-lost-connections",
		"wrk gives a connection up for good when connect() fails: it reports %llu such "
		"failures, had %llu of its %.0f connections open at %.1f s and %llu at %.1f s, so "
		"its later load was less than asked for; see that ports last, or use the builtin "
		"loader, which tries again",
		(unsigned long long)failed, (unsigned long long)first->client.counters.gauge_inuse,
		asked, t_s, (unsigned long long)last->client.counters.gauge_inuse,
		findings_t_s(trial, last->at_ns));
	finding_number(f, "t_s", t_s);
	finding_number(f, "connect_failures", (double)failed);
	finding_number(f, "connections", asked);
	finding_number(f, "open", (double)first->client.counters.gauge_inuse);
	finding_number(f, "open_last", (double)last->client.counters.gauge_inuse);
	finding_number(f, "open_last_t_s", findings_t_s(trial, last->at_ns));
	finding_number(f, "ports_held", (double)figures->ports_peak);
	finding_number(f, "ports_available", (double)figures->ports_available);
}

void findings_close_race(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct first_closer_counts *seen = &trial->packet_tap.counts;
	double all = (double)seen->connections;
	/* At its end it closes what is open: that is no race. */
	double open = (double)trial->spec.options->connections / trial->packet_tap.share + 1;
	double early = (double)(seen->client + seen->both) - open;
	if (!trial->third_party.is_third_party || trial->spec.strategy->first_closer != TD_SERVER ||
		(double)seen->server < FIRST_LEAST * all || early < FIRST_LEAST * all)
		return;
	struct finding *f = findings_add(findings, "loader-races-close",
		"the loader does not wait for the server's FIN: of %.0f connections seen, its own "
		"came first on %llu, the server's on %llu, and they crossed on %llu, so TIME_WAIT "
		"fell to the client %.2f and to the server %.2f times a connection; the builtin "
		"loader leaves the first close to the server",
		all, (unsigned long long)seen->client, (unsigned long long)seen->server,
		(unsigned long long)seen->both, figures->client.tw_per_connection,
		figures->server.tw_per_connection);
	finding_number(f, "connections_seen", all);
	finding_number(f, "client_first", (double)seen->client);
	finding_number(f, "server_first", (double)seen->server);
	finding_number(f, "crossed", (double)seen->both);
	finding_number(f, "client_time_wait_per_connection", figures->client.tw_per_connection);
	finding_number(f, "server_time_wait_per_connection", figures->server.tw_per_connection);
}

void findings_no_handshake(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct wrk_report *wrk = &trial->third_party.wrk;
	double opened = (double)figures->opened;
	double mean_us = wrk->latency_us[WRK_MEAN];
	if (!trial->third_party.is_wrk || wrk->requests == 0 || figures->rate_per_s <= 0 ||
		opened < FRESH_LEAST * (double)wrk->requests || wrk->errors[WRK_CONNECT] > 0)
		return;
	/* Closed loop, none lost: what is open, by what is opened a second, is how long each takes.
	 */
	double each_us = (double)trial->spec.options->connections / figures->rate_per_s * 1e6;
	/* On a busy machine the difference can be less than what the window's ends blur. */
	if (mean_us >= each_us)
		return;
	struct finding *f = findings_add(findings, "latency-without-handshake",
		"wrk's latency (mean %.0f us, p50 %.0f, p99 %.0f) begins when a request is written "
		"and so leaves the handshake out, but it opened %.0f connections for %llu "
		"requests: by connections / rate each took %.0f us in all, of which wrk shows "
		"%.0f %%; the builtin loader counts from connect()",
		mean_us, wrk->latency_us[WRK_P50], wrk->latency_us[WRK_P99], opened,
		(unsigned long long)wrk->requests, each_us, 100 * mean_us / each_us);
	finding_number(f, "latency_us_mean", mean_us);
	finding_number(f, "latency_us_p50", wrk->latency_us[WRK_P50]);
	finding_number(f, "latency_us_p99", wrk->latency_us[WRK_P99]);
	finding_number(f, "opened", opened);
	finding_number(f, "requests", (double)wrk->requests);
	finding_number(f, "connection_us_mean", each_us);
}

void findings_ended_early(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct run_options *options = trial->spec.options;
	const struct third_party_report *report = &trial->third_party;
	double ran_s = (double)report->ran_ns / 1e9, asked_s = (double)options->duration_ns / 1e9;
	if (!report->is_third_party || report->stopped || options->total || trial->failure[0] ||
		ran_s > RAN_MOST * asked_s)
		return;
	struct finding *f = findings_add(findings, "loader-ended-early",
		"the loader %s after %.2f s of %.2f s, and rates are of that time; give it "
		"{duration_s}, or more to do",
		report->end, ran_s, asked_s);
	finding_number(f, "t_s", ran_s);
	finding_number(f, "asked_s", asked_s);
	finding_number(f, "exit_status", report->exit_status);
}
