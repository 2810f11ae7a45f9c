#include "bench/findings/reset_causes.h"

#include "bench/findings/finding.h"
#include "bench/judge/resets.h"

#include <math.h>
#include <stdio.h>

/* The server's resets that the packet tap saw. */
struct seen {
	uint64_t in_place, behind; /* of a FIN of its own; sent for the process */
	uint64_t answered;
};

static struct seen seen_of(const struct figures *figures)
{
	const struct ending_counts *server = &figures->server.endings;
	struct seen seen = {0};
	for (int phase = 0; phase < RESET_PHASES; phase++) {
		bool has_fin = phase == RESET_BEHIND_OWN_FIN || phase == RESET_BEHIND_BOTH_FINS;
		*(has_fin ? &seen.behind : &seen.in_place) += server->resets_sent[phase];
		seen.answered += server->resets_answered[phase];
	}
	return seen;
}

/* Of the RSTs that TCPAbortOnData counts, those that answer data that comes late have no ACK (or
 * are none: an orphan in FIN_WAIT_2 is not counted). What remains was sent by close(2) with
 * SO_LINGER{1,0}, behind a FIN or without. */
static struct estimate at_least(const struct trial *trial, const struct figures *figures,
	uint64_t kind, uint64_t others, double counted)
{
	struct estimate of_kind = estimate_of(trial, figures, kind);
	struct estimate of_others = estimate_of(trial, figures, others);
	of_kind.count = fmax(0, fmin(of_kind.count, counted - of_others.count));
	of_kind.spread = hypot(of_kind.spread, of_others.spread);
	return of_kind;
}

uint64_t reset_causes_by_client(const struct trial *trial, const struct figures *figures)
{
	const struct ending_counts *client = &figures->client.endings;
	uint64_t counted = figures->client.counters.out_rsts;
	uint64_t seen = client->reset_without_fin + client->reset_beside_fin;
	double most = estimate_of(trial, figures, seen).most +
		      (double)figures->server.counters.challenge_ack;
	return most < (double)counted ? (uint64_t)most : counted;
}

/* Each RST is chosen (TCPAbortOnData and EstabResets), of late data (TCPAbortOnData alone), of a
 * listener that was closed (EstabResets alone), or something else. So what two counters have more
 * than there were resets is counted by both: at least so many were chosen. */
static uint64_t chosen_by_counters(const struct trial *trial, const struct figures *figures)
{
	const struct end_figures *server = &figures->server;
	const struct counters *s = &server->counters;
	uint64_t came = reset_causes_by_client(trial, figures) + 2 * server->others.resets;
	uint64_t aborts = s->abort_on_close + s->abort_on_memory + s->abort_on_timeout;
	uint64_t open = finding_less(s->estab_resets, came + aborts);
	uint64_t counted = resets_of_load(server, s->abort_on_data);
	uint64_t sent = finding_less(server->load.out_rsts, s->abort_on_close);
	uint64_t both = finding_less(open + counted, sent);
	return both < counted ? both : counted;
}

struct estimate reset_causes_chosen(const struct trial *trial, const struct figures *figures)
{
	const struct end_figures *server = &figures->server;
	struct seen seen = seen_of(figures);
	double counted = (double)resets_of_load(server, server->counters.abort_on_data);
	struct estimate by_packets =
		at_least(trial, figures, seen.in_place, seen.behind + seen.answered, counted);
	double by_counters = (double)chosen_by_counters(trial, figures);
	if (by_counters >= estimate_least(&by_packets))
		return (struct estimate){.count = by_counters, .is_exact = true};
	return by_packets;
}

struct estimate reset_causes_behind_fin(const struct trial *trial, const struct figures *figures)
{
	const struct end_figures *server = &figures->server;
	const struct counters *s = &server->counters;
	struct seen seen = seen_of(figures);
	double counted = (double)resets_of_load(server, s->abort_on_data);
	double other_causes = (double)(s->abort_on_close + s->abort_on_linger + s->abort_on_memory +
				       s->abort_on_timeout);
	struct estimate all = estimate_of(trial, figures, seen.behind);
	struct estimate known =
		at_least(trial, figures, seen.behind, seen.in_place + seen.answered, counted);
	struct estimate rest = all;
	rest.count = fmin(fmax(0, all.count - other_causes), counted);
	return estimate_least(&rest) > estimate_least(&known) ? rest : known;
}

uint64_t reset_causes_lost(const struct trial *trial)
{
	const uint64_t *outcomes = trial->totals.outcomes;
	return outcomes[OUTCOME_SHORT] + outcomes[OUTCOME_RESET];
}

struct reset_causes_unanswered reset_causes_unanswered(
	const struct trial *trial, const struct figures *figures)
{
	struct estimate chosen = reset_causes_chosen(trial, figures);
	return (struct reset_causes_unanswered){resets_unanswered_unread(trial, figures),
		resets_unanswered_chosen(trial, figures, &chosen)};
}

const char *reset_causes_loss(
	const struct trial *trial, const struct figures *figures, char text[RESET_CAUSES_LOSS_SIZE])
{
	struct reset_causes_unanswered unanswered = reset_causes_unanswered(trial, figures);
	double none = unanswered.unread.count + unanswered.chosen.count;
	double lost = (double)reset_causes_lost(trial) - none;
	text[0] = '\0';
	if (trial->load.is_third_party)
		return text;
	if (lost >= 1)
		snprintf(text, RESET_CAUSES_LOSS_SIZE, " (%.0f connections got no whole response)",
			lost);
	else
		snprintf(text, RESET_CAUSES_LOSS_SIZE,
			", though every %sresponse was whole in this trial",
			none >= 1 ? "other " : "");
	return text;
}
