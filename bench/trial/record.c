#include "bench/trial/record.h"

#include <stdlib.h>

bool trial_is_declared(const struct trial *trial)
{
	return !trial->server.is_third_party;
}

void trial_finish(struct trial *trial)
{
	tally_finish(&trial->tally);
	free(trial->samples);
	trial->samples = NULL;
}
