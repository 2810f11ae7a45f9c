#include "bench/report/nat_text.h"

#include "bench/report/printed.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"

#include <math.h>
#include <stdlib.h>

/* The median over all trials of a strategy, since what makes them invalid may be the NAT; NAN where
 * none has it. */
static double median_of(const json_t *result, const json_t *entry, const char *path)
{
	json_t *trials = json_path_trials(result, json_path_text(entry, "strategy"), false);
	const struct metric *metric = metric_find(path, NULL);
	double median;
	bool is_known = metric && metric_median(trials, metric, &median);
	json_decref(trials);
	return is_known ? median : NAN;
}

static void held_write(const json_t *result, const json_t *entry, const char **before, FILE *out)
{
	double ports = median_of(result, entry, "nat.peak.ports");
	double waits = median_of(result, entry, "nat.peak.time_wait");
	if (isnan(ports))
		return;
	fprintf(out, "%s%s %.0f", *before, json_path_text(entry, "strategy"), ports);
	if (waits > 0)
		fprintf(out, " (%.0f TIME_WAIT)", waits);
	*before = ", ";
}

/* What it did to SYNs, of strategies to whose it did. */
static void syns_write(const json_t *result, const char *path, const char *what, FILE *out)
{
	size_t i;
	json_t *entry;
	const char *before = what;
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		double count = median_of(result, entry, path);
		if (!(count > 0))
			continue;
		fprintf(out, "%s%s %.0f", before, json_path_text(entry, "strategy"), count);
		before = ", ";
	}
}

static void nat_write(const void *what, FILE *out)
{
	const json_t *result = what;
	size_t i;
	json_t *entry;
	const json_t *range = json_path_at(result, "network.nat.port_range");
	json_int_t low = json_integer_value(json_array_get(range, 0)),
		   high = json_integer_value(json_array_get(range, 1));
	char before_text[80];
	const char *before = before_text;
	snprintf(before_text, sizeof(before_text),
		"nat: of its %lld port%s held at most: ", (long long)(high - low + 1),
		high > low ? "s" : "");
	json_array_foreach(json_object_get(result, "summary"), i, entry)
		held_write(result, entry, &before, out);
	syns_write(result, "nat.refused", " | SYNs dropped: ", out);
	syns_write(result, "nat.older_timestamps", " | SYNs with an older timestamp: ", out);
}

void nat_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	(void)brevity;
	if (!json_is_object(json_path_at(result, "network.nat")))
		return;
	char *text = printed(nat_write, result);
	if (text && *text)
		paragraph_print(text, width, out);
	free(text);
}
