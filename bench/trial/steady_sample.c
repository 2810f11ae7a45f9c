#include "bench/trial/steady_sample.h"

static bool orphans_are_same(const struct sample *a, const struct sample *b)
{
	return a->server.others.fin_wait2_in_tw == b->server.others.fin_wait2_in_tw &&
	       a->client.others.fin_wait2_in_tw == b->client.others.fin_wait2_in_tw;
}

int steady_sample_take(
	sample_take_fn *take, void *source, struct sample *sample, struct error *error)
{
	struct sample next;
	if (take(source, sample, error) == -1)
		return -1;
	for (int looks = 1; looks < STEADY_SAMPLE_LOOKS; looks++) {
		if (take(source, &next, error) == -1)
			return -1;
		if (orphans_are_same(sample, &next))
			return 0;
		*sample = next;
	}
	return 0;
}
