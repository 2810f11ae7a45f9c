#include "bench/judge/wire_figures.h"

/* From here on connections wait for the wire longer than for all else together, the delay that was
 * asked for and both ends. */
#define WAITED_SHARE_MAX 0.5

struct wire_figures wire_figures_of(const struct trial *trial)
{
	const struct trial_wire *wire = &trial->wire;
	struct wire_figures figures = {.failed = relay_own_losses(wire->counts), .use = wire->use};
	for (unsigned end = 0; end < RELAY_ENDS; end++) {
		figures.frames += wire->counts[end].arrived;
		figures.bytes += wire->counts[end].bytes;
		figures.lost += wire->counts[end].lost;
		figures.duplicated += wire->counts[end].duplicated;
	}
	return figures;
}

void wire_figures_check(struct reasons *reasons, const struct trial *trial)
{
	const struct wire_figures figures = wire_figures_of(trial);
	reasons_count(reasons, figures.failed, "frames that the wire failed to carry");
	if (figures.use.waited_share > WAITED_SHARE_MAX)
		reasons_add(reasons,
			"the wire was the limit: connections waited for its thread in %.0f %% of "
			"their time, while it carried %.0f frames/s; ask for less (--rate, "
			"--connections)",
			100 * figures.use.waited_share, figures.use.frames_per_s);
}
