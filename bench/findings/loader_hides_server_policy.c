/* loader-hides-server-policy: the client's resets erase the TIME_WAIT that the server would have
 * been left with (RFC 9293, section 3.10.7.4: a RST in TIME-WAIT deletes the connection), so these
 * connections show the client's way of closing, not the server's. Where some clients reset, as the
 * probes of a balancer do, the others show the server's. A client that gives up at its own deadline
 * sends a reset, too: there the server has not closed at all; and one that leaves before the first
 * byte of a response answers that with a reset (client-leaves-unanswered). */
#include "bench/findings/finding.h"
#include "bench/judge/estimate.h"
#include "bench/judge/resets.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

/* Below this share of connections a reset is an accident; from the other on all have one. */
#define RESETS_LEAST 0.05
#define NEARLY_ALL 0.95

/* Resets of the client that are not of its deadlines, or of its leaving unanswered, on connections
 * that came to accept(2): what did not had no TIME_WAIT to lose. A connection on which each late
 * segment is answered with a RST counts once, where packets tell. */
static struct estimate resets_of(const struct trial *trial, const struct figures *figures)
{
	const struct ending_counts *client = &figures->client.endings;
	uint64_t given_up =
		trial->totals.outcomes[OUTCOME_TIMED_OUT] + figures->reset_before_accept;
	struct estimate sent = {.count = (double)figures->client.load.out_rsts, .is_exact = true};
	struct estimate seen =
		estimate_of(trial, figures, client->reset_without_fin + client->reset_beside_fin);
	struct estimate late =
		estimate_of(trial, figures, trial->packet_tap.counts.leaving.answered_late);
	double doubt = seen.count - estimate_least(&seen);
	if (trial->packet_tap.counts.connections > 0 && sent.count > seen.count + doubt)
		sent = seen;
	/* The server's kernel had given these up, and closed nothing. */
	given_up += resets_on_timeout(figures);
	sent.count = fmax(0, sent.count - (double)given_up - late.count);
	return sent;
}

static uint64_t phase_of(const struct ending_counts *client, enum reset_phase phase)
{
	return client->resets_sent[phase] + client->resets_answered[phase];
}

/* When they were sent: ": 119 before any FIN, 20 behind both FINs". Parts that come to more than
 * all of them, since they are estimates or hold what is told elsewhere, are brought to its scale.
 */
static void phases_tell(char *text, size_t size, const struct trial *trial,
	const struct figures *figures, double resets)
{
	const struct ending_counts *client = &figures->client.endings;
	const struct {
		uint64_t count;
		const char *when;
	} phases[] = {
		{phase_of(client, RESET_OPEN), "before any FIN"},
		{phase_of(client, RESET_ACROSS_FIN) + phase_of(client, RESET_BEHIND_OTHER_FIN),
			"in place of a FIN to the server's"},
		{phase_of(client, RESET_BEHIND_OWN_FIN),
			"behind its own FIN, when the response came"},
		{phase_of(client, RESET_BEHIND_BOTH_FINS), "behind both FINs"},
	};
	char count[ESTIMATE_TEXT_SIZE];
	size_t at = 0;
	double sum = 0, left = resets;
	text[0] = '\0';
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++)
		sum += estimate_of(trial, figures, phases[i].count).count;
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]) && at < size; i++) {
		struct estimate all = estimate_of(trial, figures, phases[i].count);
		if (sum > resets) {
			all.count = fmin(left, round(all.count * resets / sum));
			all.is_exact = false;
			left -= all.count;
		}
		if (all.count > 0)
			at += (size_t)snprintf(text + at, size - at, "%s%s %s", at ? ", " : ": ",
				estimate_text(&all, count), phases[i].when);
	}
}

static const char *cure_of(const struct trial *trial)
{
	return trial->load.is_third_party
		       ? "use a loader that reads to the end of the stream before close(2), "
			 "without SO_LINGER{1,0}, as the builtin one does"
		       : "use a loader that closes plainly (--client-close plain)";
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char phases[240], rest[120] = "so this says nothing about how the server closes";
	char count[ESTIMATE_TEXT_SIZE];
	struct estimate resets = resets_of(trial, figures);
	double share = figures->opened ? resets.count / (double)figures->opened : 0;
	/* Clients that are asked to close otherwise (--clients) hide nothing: that is the question.
	 */
	if (share < RESETS_LEAST || trial->strategy->first_closer == TD_CLIENT ||
		trial->clients_deviate)
		return;
	double t_s = finding_first_seen_t_s(trial, TD_CLIENT, offsetof(struct counters, out_rsts));
	const char *declared =
		trial_is_declared(trial) ? figures_who(trial->strategy->holder) : "nothing";
	phases_tell(phases, sizeof(phases), trial, figures, resets.count);
	if (share < NEARLY_ALL)
		snprintf(rest, sizeof(rest),
			"so these say nothing about how the server closes; the other %.0f %% do",
			100 * (1 - share));
	finding_add(findings,
		"the client reset %s of %llu connections (first seen at %.1f s%s): that leaves the "
		"server no TIME_WAIT (holder %s, declared %s), %s; %s",
		estimate_text(&resets, count), (unsigned long long)figures->opened, t_s, phases,
		figures->holder, declared, rest, cure_of(trial));
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "resets", resets.count);
	finding_number(findings, "opened", (double)figures->opened);
	finding_number(
		findings, "server_time_wait_per_connection", figures->server.tw_per_connection);
	finding_word(findings, "holder_declared", declared);
	finding_word(findings, "holder_measured", figures->holder);
	finding_word(findings, "client_close", trial->load.client_close);
}

extern const struct finding_kind finding_loader_hides_server_policy;
const struct finding_kind finding_loader_hides_server_policy = {
	.id = "loader-hides-server-policy",
	.summary = "connections that the client reset say nothing about how the server closes",
	.cause = "the client's resets erase the server's TIME_WAITs",
	.cure = "use a loader that closes plainly: the builtin one (--client-close plain), or one "
		"that reads to the end of the stream before close(2)",
	.detect = detect,
};
