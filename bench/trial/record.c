#include "bench/trial/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool trial_is_declared(const struct trial *trial)
{
	return !trial->server.is_third_party;
}

const char *trial_row(const struct trial *trial)
{
	return trial->row ? trial->row : trial->strategy->name;
}

bool trial_is_ended(const struct trial *trial)
{
	return !trial->is_cut_off;
}

uint64_t trial_load_ended_ns(const struct trial *trial)
{
	const struct third_party_report *report = &trial->third_party;
	return trial->started_ns + report->ran_ns - report->startup_ns;
}

const char *trial_setting(
	const struct trial *trial, enum td_who end, const char *name, const char *otherwise)
{
	for (size_t i = 0; i < trial->setting_count; i++)
		if (trial->settings[i].end == end && strcmp(trial->settings[i].name, name) == 0)
			return trial->settings[i].value;
	return otherwise;
}

void trial_progress_end(struct trial *trial)
{
	const struct load_totals *totals = &trial->totals;
	struct sample_progress *progress = &trial->after.progress;
	progress->completed = totals->outcomes[OUTCOME_COMPLETED];
	progress->refused = totals->connect_errors[ECONNREFUSED];
	progress->reset = totals->outcomes[OUTCOME_RESET];
}

void trial_finish(struct trial *trial)
{
	load_totals_finish(&trial->totals);
	free(trial->samples);
	free(trial->third_party.command);
	trial->samples = NULL;
	trial->third_party.command = NULL;
	if (trial->upstream)
		trial_finish(trial->upstream);
	free(trial->upstream);
	trial->upstream = NULL;
}
