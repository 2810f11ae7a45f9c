#include "bench/judge/loss.h"

#include <math.h>

/* Of connections that ended before the response to their last request was whole. */
static uint64_t cut_short(const struct load_totals *totals)
{
	return totals->outcomes[OUTCOME_SHORT] + totals->outcomes[OUTCOME_RESET] +
	       totals->outcomes[OUTCOME_TIMED_OUT];
}

bool loss_is_known(const struct trial *trial)
{
	return !trial->failure[0] && !trial->interrupted && !trial->load.is_third_party &&
	       trial->totals.attempted > 0 && load_totals_balances(&trial->totals);
}

struct loss_figures loss_figures_of(const struct trial *trial)
{
	const struct load_totals *totals = &trial->totals;
	double attempted = (double)totals->attempted;
	if (!loss_is_known(trial))
		return (struct loss_figures){NAN, NAN, NAN, NAN};
	return (struct loss_figures){
		.exhausted_s = totals->no_port_ns > trial->started_ns
				       ? (double)(totals->no_port_ns - trial->started_ns) / 1e9
				       : NAN,
		.lost_share = (double)cut_short(totals) / attempted,
		.refused_share = (double)totals->outcomes[OUTCOME_CONNECT_ERROR] / attempted,
		.bytes = totals->bytes_promised > totals->bytes_received
				 ? (double)(totals->bytes_promised - totals->bytes_received)
				 : 0,
	};
}

uint64_t loss_failed(const struct trial *trial)
{
	const struct load_totals *totals = &trial->totals;
	const struct third_party_report *report = &trial->third_party;
	if (!trial->load.is_third_party)
		return totals->refused + cut_short(totals);
	double said = report->kind ? loader_said_errors(&report->said) : 0;
	return (uint64_t)said + (report->kind && report->said.non_success > 0
						? (uint64_t)report->said.non_success
						: 0);
}

uint64_t loss_asked(const struct trial *trial)
{
	return trial->load.is_third_party ? 0 : trial->totals.exchanges + cut_short(&trial->totals);
}
