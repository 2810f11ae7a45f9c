#include "bench/report/remarks.h"

#include "bench/report/detectable_text.h"
#include "bench/report/paragraph.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"
#include "bench/statistics/statistics.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Strategies that are named as noisy, of each metric; and in brief. */
#define NOISY_MOST 3
#define NOISY_BRIEF 1

void remarks_trial_print(const json_t *trial, FILE *out)
{
	char repeat[32];
	json_path_number_write(trial, "repeat", repeat, sizeof(repeat));
	fprintf(out, "%s, trial %s", json_path_text(trial, "strategy"), repeat);
}

/* An invalid trial's reasons say it. */
static void unknown_closer_print(const json_t *trial, FILE *out)
{
	const char *because = json_path_text(trial, "first_closer.unknown_because");
	if (strcmp(because, "-") == 0 || !json_is_true(json_object_get(trial, "valid")))
		return;
	fputs("first closer unknown: ", out);
	remarks_trial_print(trial, out);
	fprintf(out, ": %s\n", because);
}

/* A connection that the client opened, and that accept(2) never saw. */
static void kept_print(const json_t *trial, FILE *out)
{
	const json_t *connections = json_object_get(trial, "connections");
	long long kept = json_integer_value(json_object_get(connections, "kept_from_accept"));
	long long reset = json_integer_value(json_object_get(connections, "reset_before_accept"));
	long long all = json_integer_value(json_object_get(connections, "established"));
	if (kept <= 0)
		return;
	fputs("kept from accept: ", out);
	remarks_trial_print(trial, out);
	bool deferred = json_is_true(json_object_get(connections, "kept_by_defer_accept"));
	fprintf(out, ": %lld of %lld connections never came to accept(2): ", kept, all);
	if (reset > 0)
		fprintf(out, "the client reset %lld%s", reset,
			deferred ? " before their first byte" : "");
	if (kept > reset)
		fprintf(out, "%s%lld still waited", reset > 0 ? ", " : "", kept - reset);
	fputs(deferred ? "; until that byte TCP_DEFER_ACCEPT keeps a connection back\n"
		       : "; no counter tells what kept them back\n",
		out);
}

void remarks_not_run_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	const json_t *not_run = json_object_get(result, "not_run");
	size_t i;
	json_t *entry;
	if (brevity < TELL_LEAST || json_array_size(not_run) == 1) {
		json_array_foreach(not_run, i, entry) fprintf(out, "not run: %s: %s\n",
			json_path_text(entry, "strategy"), json_path_text(entry, "because"));
		return;
	}
	json_array_foreach(not_run, i, entry) fprintf(
		out, "%s%s", i == 0 ? "not run: " : ", ", json_path_text(entry, "strategy"));
	fputs(json_array_size(not_run) > 0 ? ": teardown report FILE --explain not-run\n" : "",
		out);
}

static void trials_print(
	const json_t *result, void (*print)(const json_t *trial, FILE *out), FILE *out)
{
	size_t i;
	json_t *trial;
	json_array_foreach(json_object_get(result, "trials"), i, trial) print(trial, out);
}

void remarks_kept_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	trials_print(result, kept_print, out);
}

void remarks_closer_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	trials_print(result, unknown_closer_print, out);
}

/* Returns whether all strategies have few. */
static bool few_print(const json_t *result, FILE *out)
{
	size_t i, few = 0, all = json_array_size(json_object_get(result, "summary"));
	json_t *entry;
	json_array_foreach(json_object_get(result, "summary"), i, entry) few +=
		json_integer_value(json_object_get(entry, "valid_trials")) <
		STATISTICS_TRIALS_ADVISED;
	if (few == 1 && all == 1)
		fprintf(out, "few: fewer than %d valid trials: the medians say little (--repeat)\n",
			STATISTICS_TRIALS_ADVISED);
	else if (few > 0)
		fprintf(out,
			"few: %zu of %zu strategies have fewer than %d valid trials: their medians "
			"say little (--repeat)\n",
			few, all, STATISTICS_TRIALS_ADVISED);
	return few == all;
}

/* Of all metrics these two are looked at: tails are always wide. */
static const char *const watched[] = {"rate_per_s", "total_us_p50"};

/* How wide the 95 % interval is beside the median, where that makes the median doubtful; else 0. */
static double noise_of(const json_t *summary, const char *metric_name)
{
	const json_t *metric = json_object_get(summary, metric_name);
	double median = json_number_value(json_object_get(metric, "median"));
	double low = json_number_value(json_object_get(metric, "low"));
	double high = json_number_value(json_object_get(metric, "high"));
	double share = median > 0 ? (high - low) / median : 0;
	/* Figures of a file may be so far apart that the quotient is no number. */
	return share > STATISTICS_WIDE && isfinite(share) ? share : 0;
}

/* The strategy whose interval of the metric is the widest of those narrower than `below`. */
static const char *noisiest(const json_t *result, const char *metric, double below, double *share)
{
	size_t i;
	json_t *entry;
	const char *found = NULL;
	*share = 0;
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		double own = noise_of(entry, metric);
		if (own <= *share || own >= below)
			continue;
		*share = own;
		found = json_path_text(entry, "strategy");
	}
	return found;
}

static size_t noisy_count(const json_t *result, const char *metric)
{
	size_t i, count = 0;
	json_t *entry;
	json_array_foreach(json_object_get(result, "summary"), i, entry) count +=
		noise_of(entry, metric) > 0;
	return count;
}

/* Names the noisiest, at most so many. Returns how many there are. */
static size_t noise_write(
	const json_t *result, const char *metric, const char *before, size_t most, FILE *out)
{
	size_t count = noisy_count(result, metric), named = 0;
	double share = INFINITY;
	for (const char *strategy; named < most; named++) {
		strategy = noisiest(result, metric, share, &share);
		if (!strategy)
			break;
		if (named == 0)
			fprintf(out, "%s%s of ", before, metric);
		fprintf(out, "%s%s (%.0f %%)", named ? ", " : "", strategy, 100 * share);
	}
	if (count > named)
		fprintf(out, ", %zu more", count - named);
	return count;
}

static void noise_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	char *text;
	size_t size, met = 0;
	FILE *line = open_memstream(&text, &size);
	if (!line)
		return;
	fputs(brevity <= TELL_ALL ? "noisy: 95 % intervals are wide beside medians: " : "noisy: ",
		line);
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		met += noise_write(result, watched[i], met ? "; " : "",
			brevity <= TELL_ALL ? NOISY_MOST : NOISY_BRIEF, line);
	if (fclose(line) == 0 && met > 0)
		paragraph_print(text, width, out);
	free(text);
}

void remarks_medians_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	bool are_all_few = few_print(result, out);
	if (are_all_few && brevity == TELL_LEAST)
		return;
	noise_print(result, width, brevity, out);
	detectable_print(result, width, out);
}
