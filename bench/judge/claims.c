#include "bench/judge/claims.h"

#include "bench/judge/event_figures.h"

#include <string.h>

/* Connections that leave TIME_WAIT where the strategy claims, or by a RST, are nearly all. */
#define HELD_OR_ENDED 0.95

static void claim_check(
	struct reasons *reasons, const char *what, enum td_who declared, const char *measured)
{
	if (strcmp(figures_who(declared), measured) != 0)
		reasons_add(
			reasons, "%s is %s, declared %s", what, measured, figures_who(declared));
}

/* Over TLS a client's close_notify that meets a closed socket is answered with a RST, which ends
 * the server's TIME_WAIT (reset-after-fin). */
static bool ended_by_notify(const struct trial *trial, const struct figures *figures)
{
	const struct late_data *late = &trial->packet_tap.counts.late_data;
	double ended = (double)late->tls_alerts / (double)late->looked_at;
	double held = figures->server.tw_per_connection;
	return trial->totals.tls.handshakes > 0 && trial->strategy->holder == TD_SERVER &&
	       ended > 0 && held + ended >= HELD_OR_ENDED;
}

static void holder_check(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	if (!ended_by_notify(trial, figures))
		claim_check(reasons, "holder", trial->strategy->holder, figures->holder);
}

static void first_closer_check(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	if (figures->first_closer_unknown)
		reasons_add(reasons, "first closer is unknown: %s", figures->first_closer_unknown);
	else
		claim_check(reasons, "first closer", trial->strategy->first_closer,
			figures->first_closer);
}

void claims_check(struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	bool is_claimed = trial_is_declared(trial) && !event_figures_has_come(trial);
	if (is_claimed && !trial->strategy->claim_is_race && !trial->clients_deviate) {
		holder_check(reasons, trial, figures);
		first_closer_check(reasons, trial, figures);
	}
}
