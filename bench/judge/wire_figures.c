#include "bench/judge/wire_figures.h"

/* From here on the wire carries all that it can: it hardly ever has nothing to carry. Below, its
 * thread gets a processor as late as the ends do. */
#define BUSY_SHARE_MAX 0.95

struct wire_figures wire_figures_of(const struct trial *trial)
{
	const struct trial_wire *wire = &trial->wire;
	struct wire_figures figures = {
		.failed = relay_own_losses(wire->counts), .busy_share = wire->busy_share};
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
	if (figures.busy_share > BUSY_SHARE_MAX)
		reasons_add(reasons,
			"the wire was the limit: frames waited for its thread in %.0f %% of the "
			"load; ask for less (--rate, --connections)",
			100 * figures.busy_share);
}
