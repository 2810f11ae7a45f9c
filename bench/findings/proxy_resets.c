#include "bench/findings/proxy_resets.h"

struct estimate proxy_resets_of(const struct trial *trial, uint64_t *opened)
{
	static const int phases[] = {RESET_OPEN, RESET_ACROSS_FIN, RESET_BEHIND_OTHER_FIN};
	const struct trial *upstream = trial->upstream;
	uint64_t reset = 0;
	*opened = 0;
	if (!upstream)
		return (struct estimate){.is_exact = true};
	const struct figures figures = figures_of(upstream);
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++)
		reset += figures.client.endings.resets_sent[phases[i]];
	*opened = figures.opened;
	return estimate_of(upstream, &figures, reset);
}
