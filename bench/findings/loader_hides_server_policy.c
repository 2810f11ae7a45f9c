/* loader-hides-server-policy: the client's resets erase the TIME_WAIT that the server would have
 * been left with (RFC 9293, section 3.10.7.4: a RST in TIME-WAIT deletes the connection), so the
 * trial shows the client's way of closing, not the server's. A client that gives up at its own
 * deadline sends a reset, too: there the server has not closed at all. */
#include "bench/findings/finding.h"

#include <stddef.h>

/* Below this share of connections a reset is an accident. */
#define RESETS_LEAST 0.05

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct td_strategy *strategy = trial->strategy;
	/* What never came to accept(2) had no TIME_WAIT to lose. */
	uint64_t given_up =
		trial->totals.outcomes[OUTCOME_TIMED_OUT] + figures->reset_before_accept;
	uint64_t sent = figures->client.load.out_rsts;
	uint64_t resets = sent > given_up ? sent - given_up : 0;
	double share = figures->opened ? (double)resets / (double)figures->opened : 0;
	if (share < RESETS_LEAST || strategy->first_closer == TD_CLIENT)
		return;
	double t_s = finding_first_seen_t_s(trial, TD_CLIENT, offsetof(struct counters, out_rsts));
	const char *declared = trial_is_declared(trial) ? figures_who(strategy->holder) : "nothing";
	finding_add(findings,
		"the client sent %llu resets on %llu connections (first seen at %.1f s): they "
		"erase the server's TIME_WAIT (holder %s, declared %s), so this says nothing about "
		"how the server closes; use a loader that closes plainly (--client-close plain)",
		(unsigned long long)resets, (unsigned long long)figures->opened, t_s,
		figures->holder, declared);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "resets", (double)resets);
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
	.summary = "the trial says nothing about how the server closes",
	.cause = "the client's resets erase the server's TIME_WAITs",
	.cure = "use a loader that closes plainly (--client-close plain)",
	.detect = detect,
};
