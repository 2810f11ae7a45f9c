#include "bench/findings/overflow_resets.h"

#include "bench/findings/finding.h"
#include "bench/judge/estimate.h"
#include "bench/judge/resets.h"

#include <string.h>

const char *overflow_aborts(const struct trial *trial)
{
	const char *value =
		finding_setting(trial, TD_SERVER, "net.ipv4.tcp_abort_on_overflow", "0");
	return strcmp(value, "0") == 0 ? NULL : value;
}

/* Established connections that the client reset itself, which its EstabResets counts as well. */
static uint64_t by_client(const struct trial *trial, const struct figures *figures)
{
	uint64_t aborts = figures->client.counters.abort_on_close;
	uint64_t seen = resets_without_fin(figures->client.endings.resets_sent);
	double all = estimate_of(trial, figures, seen).count;
	return all > (double)aborts ? (uint64_t)all : aborts;
}

uint64_t overflow_resets(const struct trial *trial, const struct figures *figures)
{
	const struct counters *s = &figures->server.counters, *c = &figures->client.counters;
	if (!overflow_aborts(trial))
		return 0;
	uint64_t aborts = s->abort_on_close + s->abort_on_data + s->abort_on_memory +
			  s->abort_on_timeout + s->abort_on_linger;
	/* Of connections that the server had: by its process, or with its listener. */
	uint64_t ended = finding_less(s->estab_resets, c->out_rsts);
	uint64_t had = ended > aborts ? ended : aborts;
	uint64_t came = finding_less(c->estab_resets, by_client(trial, figures) + had);
	/* Data behind the ACK draws one more. */
	uint64_t sent = finding_less(s->out_rsts, had);
	uint64_t most = sent < s->listen_overflows ? sent : s->listen_overflows;
	return came < most ? came : most;
}
