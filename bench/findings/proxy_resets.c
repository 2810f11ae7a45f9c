#include "bench/findings/proxy_resets.h"

#include "bench/judge/resets.h"

struct proxy_resets proxy_resets_of(const struct trial *trial)
{
	const struct trial *upstream = trial->upstream;
	const struct estimate none = {.is_exact = true};
	if (!upstream)
		return (struct proxy_resets){.reset = none, .unanswered = none};
	const struct figures figures = figures_of(upstream);
	return (struct proxy_resets){
		.opened = figures.opened,
		.reset = estimate_of(
			upstream, &figures, resets_without_fin(figures.client.endings.resets_sent)),
		.unanswered = estimate_of(
			upstream, &figures, upstream->packet_tap.counts.leaving.unanswered),
	};
}
