#include "bench/load/recorder_ramp.h"

#include "bench/load/recorder.h"

static struct ramp_step *step_of(struct recorder *recorder, uint64_t due_ns)
{
	size_t step = ramp_step_of(&recorder->ramp, recorder->from_ns, due_ns);
	return &recorder->totals.ramp.steps[step];
}

void recorder_ramp_due(struct recorder *recorder, uint64_t due_ns)
{
	if (recorder->ramp.rises_ns > 0)
		step_of(recorder, due_ns)->due++;
}

void recorder_ramp_answered(struct recorder *recorder, uint64_t due_ns, uint64_t to_ns)
{
	if (recorder->ramp.rises_ns > 0 && to_ns > due_ns)
		step_of(recorder, due_ns)->total_bins[ramp_bin(to_ns - due_ns)]++;
}

void recorder_ramp_met(struct recorder *recorder, uint64_t due_ns, enum ramp_trouble trouble)
{
	if (recorder->ramp.rises_ns == 0)
		return;
	step_of(recorder, due_ns)->met[trouble]++;
	ramp_count_first(&recorder->totals.ramp, trouble, due_ns);
}

void recorder_ramp_ended(struct recorder *recorder, uint64_t due_ns, enum outcome outcome)
{
	static const enum ramp_trouble troubles[OUTCOMES] = {
		[OUTCOME_SHORT] = RAMP_SHORT,
		[OUTCOME_RESET] = RAMP_RESET,
		[OUTCOME_TIMED_OUT] = RAMP_TIMED_OUT,
	};
	if (outcome != OUTCOME_COMPLETED)
		recorder_ramp_met(recorder, due_ns, troubles[outcome]);
	else if (recorder->ramp.rises_ns > 0)
		step_of(recorder, due_ns)->completed++;
}
