#include "bench/result/hgrm.h"

#include <stdio.h>

static int file_write(const struct histogram *histogram, const char *path, struct error *error)
{
	FILE *out = fopen(path, "we");
	if (!out)
		return error_set_errno(error, STATUS_FAILED, "%s", path);
	int failed = histogram_write_hgrm(histogram, out);
	failed |= fclose(out);
	return failed ? error_set_errno(error, STATUS_FAILED, "%s", path) : 0;
}

int hgrm_write(const char *folder, const struct trial *trial, struct error *error)
{
	char path[4200];
	for (int i = 0; i < LATENCIES; i++) {
		if (histogram_count(trial->totals.latencies[i]) == 0)
			continue;
		int length = snprintf(path, sizeof(path), "%s/%s-%u-%s.hgrm", folder,
			trial_row(trial), trial->repeat, load_totals_latency_names[i]);
		if (length < 0 || (size_t)length >= sizeof(path))
			return error_set(
				error, STATUS_USAGE, "--hgrm %s: the path is too long", folder);
		if (file_write(trial->totals.latencies[i], path, error) == -1)
			return -1;
	}
	return 0;
}
