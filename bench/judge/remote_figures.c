#include "bench/judge/remote_figures.h"

#include "bench/judge/figures.h"
#include "bench/judge/load_counters.h"

/* Of which more would show in the figures. */
#define OTHERS_SHARE 0.01
#define CLOCK_BOUND_US 50000.0

static uint64_t at_least_zero(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* The kernel's counters are of the whole host. */
static uint64_t others_of(const struct trial *trial, enum td_who end)
{
	bool is_server = end == TD_SERVER;
	const struct sample_end *before = is_server ? &trial->before.server : &trial->before.client;
	const struct sample_end *after = is_server ? &trial->after.server : &trial->after.client;
	struct counters whole = counters_difference(&after->counters, &before->counters);
	struct counters load = load_counters(trial, end);
	return at_least_zero(
		whole.active_opens + whole.passive_opens, load.active_opens + load.passive_opens);
}

struct remote_figures remote_figures_of(const struct trial *trial, uint64_t opened)
{
	if (!trial->remote.exists)
		return (struct remote_figures){.server_others = 0};
	struct remote_figures figures = {
		.clock_shift_us = (double)trial->remote.clock_shift_ns / 1e3,
		.clock_bound_us = (double)trial->remote.clock_bound_ns / 1e3,
		.server_others = others_of(trial, TD_SERVER),
		.client_others = others_of(trial, TD_CLIENT),
	};
	uint64_t most = figures.server_others > figures.client_others ? figures.server_others
								      : figures.client_others;
	figures.others_share = opened > 0 ? (double)most / (double)opened : 0;
	return figures;
}

static void others_check(
	struct reasons *reasons, uint64_t others, uint64_t opened, const char *host)
{
	if ((double)others > OTHERS_SHARE * (double)opened)
		reasons_add(reasons,
			"%llu other connections began on the %s's host, beside %llu of the load: "
			"more than %.0f %%",
			(unsigned long long)others, host, (unsigned long long)opened,
			100 * OTHERS_SHARE);
}

void remote_figures_check(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	const struct remote_figures *remote = &figures->remote;
	if (!trial->remote.exists || trial->remote.is_lost)
		return;
	others_check(reasons, remote->server_others, figures->opened, "server");
	others_check(reasons, remote->client_others, figures->opened, "client");
	if (remote->clock_bound_us > CLOCK_BOUND_US)
		reasons_add(reasons,
			"the clocks of the two hosts are known to %.0f ms only: more than %.0f ms",
			remote->clock_bound_us / 1e3, CLOCK_BOUND_US / 1e3);
}
