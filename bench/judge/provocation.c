#include "bench/judge/provocation.h"

#include "bench/judge/event_figures.h"
#include "bench/judge/ramp_figures.h"

bool provocation_was_asked(const struct trial *trial)
{
	return event_figures_has_come(trial) || ramp_was_asked(trial);
}
