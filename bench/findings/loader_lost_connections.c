/* loader-lost-connections: wrk gives a connection up for good when connect() fails, so it went on
 * with fewer connections than it was asked for. */
#include "bench/findings/finding.h"

/* Of the connections that the loader was asked to have open; a connection that is just being
 * replaced is missing for a moment. */
#define OPEN_MOST 0.9

/* The samples from which on connections were missing, to the loader's end. */
struct loss {
	const struct sample *first, *last;
};

static struct loss loss_of(const struct trial *trial, double asked)
{
	struct loss loss = {NULL, NULL};
	uint64_t ended_ns = trial_load_ended_ns(trial);
	for (size_t i = 0; i < trial->sample_count; i++) {
		const struct sample *s = &trial->samples[i];
		bool began = s->client.counters.active_opens >
			     trial->before.client.counters.active_opens;
		if (!began || s->at_ns >= ended_ns)
			continue;
		loss.last = s;
		/* Connections that came back were not lost. */
		if ((double)s->client.counters.gauge_inuse >= OPEN_MOST * asked)
			loss.first = NULL;
		else if (!loss.first)
			loss.first = s;
	}
	return loss;
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	double asked = (double)trial->load.connections;
	const struct loader_kind *kind = trial->third_party.kind;
	double failed = trial->third_party.said.errors[LOADER_CONNECT];
	struct loss loss = loss_of(trial, asked);
	char name[LOADER_NAME_SIZE];
	if (!kind || !kind->loses_connections || !(failed > 0) || !loss.first)
		return;
	uint64_t open = loss.first->client.counters.gauge_inuse;
	uint64_t open_last = loss.last->client.counters.gauge_inuse;
	double t_s = finding_t_s(trial, loss.first->at_ns);
	double last_t_s = finding_t_s(trial, loss.last->at_ns);
	finding_add(findings,
		"%s gives a connection up for good when connect() fails: it reports %.0f such "
		"failures, had %llu of its %.0f connections open at %.1f s and %llu at %.1f s, so "
		"its later load was less than asked for; see that ports last, or use the builtin "
		"loader, which tries again",
		third_party_name(&trial->third_party, name), failed, (unsigned long long)open,
		asked, t_s, (unsigned long long)open_last, last_t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "connect_failures", failed);
	finding_number(findings, "connections", asked);
	finding_number(findings, "open", (double)open);
	finding_number(findings, "open_last", (double)open_last);
	finding_number(findings, "open_last_t_s", last_t_s);
	finding_number(findings, "ports_held", (double)figures->ports_peak);
	finding_number(findings, "ports_available", (double)figures->ports_available);
}

extern const struct finding_kind finding_loader_lost_connections;
const struct finding_kind finding_loader_lost_connections = {
	.id = "loader-lost-connections",
	.summary = "the later load was less than asked for",
	.cause = "wrk gives a connection up for good when connect() fails",
	.cure = "see that the client's ports last, or use the builtin loader, which tries again",
	.detect = detect,
};
