#include "bench/trial/record.h"

#include <stdlib.h>

bool trial_is_declared(const struct trial *trial)
{
	return !trial->server.is_third_party;
}

void trial_finish(struct trial *trial)
{
	load_totals_finish(&trial->totals);
	free(trial->samples);
	free(trial->third_party.command);
	trial->samples = NULL;
	trial->third_party.command = NULL;
}
