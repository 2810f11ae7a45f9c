#include "bench/judge/outcomes.h"

#include "bench/judge/provocation.h"
#include "bench/judge/ramp_figures.h"
#include "bench/measure/responses.h"

#include <errno.h>
#include <string.h>

/* Errors of connect(2) that an event or a ramp is asked to bring about. */
static bool is_to_be_met(const struct trial *trial, int error)
{
	return (error == ECONNREFUSED && provocation_was_asked(trial)) ||
	       (error == EADDRNOTAVAIL && ramp_was_asked(trial));
}

static void connect_error(struct reasons *reasons, int error, uint64_t n)
{
	const char *name = error ? strerrorname_np(error) : "an unknown error";
	if (n > 0 && name)
		reasons_add(reasons, "%llu times %s from connect()", (unsigned long long)n, name);
	else if (n > 0)
		reasons_add(reasons, "%llu times errno %d from connect()", (unsigned long long)n,
			error);
}

/* On a connection that is kept, what a server sends too late, and beyond its announced length, is
 * taken for the next response. */
static void check_not_http(struct reasons *reasons, const struct load_totals *totals)
{
	if (totals->not_http_behind > 0)
		reasons_add(reasons,
			"%llu responses that are no HTTP, %llu of them behind a whole one on the "
			"connection, where bytes beyond its announced length would stand",
			(unsigned long long)totals->not_http,
			(unsigned long long)totals->not_http_behind);
	else
		reasons_count(reasons, totals->not_http, "responses that are no HTTP");
}

/* A server that answers with one status mostly has one reason. */
static void check_statuses(struct reasons *reasons, const struct trial *trial)
{
	char wanted[EXPECTED_STATUS_TEXT];
	const struct load_totals *totals = &trial->totals;
	unsigned status = responses_refusal(totals->refused_by);
	unsigned long long refused = totals->refused - totals->not_http;
	expected_status_text(&trial->load.expected, wanted);
	if (status > 0)
		reasons_add(reasons, "%llu responses without a status of %s (%u: %llu)", refused,
			wanted, status, (unsigned long long)totals->refused_by[status]);
	else if (refused > 0)
		reasons_add(reasons, "%llu responses without a status of %s", refused, wanted);
}

static void check_tls(struct reasons *reasons, const struct load_totals *totals)
{
	if (totals->tls.broken > 0)
		reasons_add(reasons,
			"TLS failed on %llu of %llu connections before the end of a response: %s",
			(unsigned long long)totals->tls.broken,
			(unsigned long long)totals->attempted, totals->tls.failure);
}

static void check_ended_early(struct reasons *reasons, const struct load_totals *totals)
{
	uint64_t all = totals->attempted, unanswered = totals->unanswered_by_fin.connections;
	uint64_t by_client = totals->not_http + totals->tls.broken;
	reasons_share(reasons, unanswered, all,
		"connections were closed before the first byte of a response");
	/* The client closed those whose response is no HTTP, or no TLS. */
	reasons_share(reasons, totals->outcomes[OUTCOME_SHORT] - unanswered - by_client, all,
		"connections were closed before the end of a response");
	reasons_share(reasons, totals->outcomes[OUTCOME_RESET], all,
		"connections were reset before the end of a response");
}

/* By how far they had come when the client gave up (--timeout). */
static void check_timed_out(struct reasons *reasons, const struct load_totals *totals)
{
	uint64_t all = totals->attempted;
	uint64_t later = totals->unconnected + totals->part_answered + totals->unclosed;
	reasons_share(reasons, totals->unconnected, all,
		"connections timed out before the handshake was complete");
	reasons_share(reasons, totals->outcomes[OUTCOME_TIMED_OUT] - later, all,
		"connections timed out before the first byte of a response");
	reasons_share(reasons, totals->part_answered, all,
		"connections timed out before the end of a response");
	reasons_share(reasons, totals->unclosed, all,
		"connections were not closed by the server before the client gave up (--timeout)");
}

static void check_delivered(struct reasons *reasons, const struct trial *trial)
{
	const struct load_totals *totals = &trial->totals;
	check_statuses(reasons, trial);
	if (totals->bytes_promised != totals->bytes_received)
		reasons_add(reasons, "%llu response bytes promised, %llu received",
			(unsigned long long)totals->bytes_promised,
			(unsigned long long)totals->bytes_received);
}

void outcomes_check(struct reasons *reasons, const struct trial *trial)
{
	const struct load_totals *totals = &trial->totals;
	if (!load_totals_balances(totals))
		reasons_add(reasons, "the loader's accounting does not balance");
	bool provoked = provocation_was_asked(trial);
	for (int error = 0; error < LOAD_TOTALS_ERRNO_MAX; error++)
		if (!is_to_be_met(trial, error))
			connect_error(reasons, error, totals->connect_errors[error]);
	if (!provoked) {
		check_ended_early(reasons, totals);
		check_timed_out(reasons, totals);
	}
	reasons_count(reasons, totals->corrupt, "responses with wrong bytes");
	check_tls(reasons, totals);
	check_not_http(reasons, totals);
	if (!provoked)
		check_delivered(reasons, trial);
}
