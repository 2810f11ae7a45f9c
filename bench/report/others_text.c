#include "bench/report/others_text.h"

#include "bench/result/fields/field.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"
#include "bench/result/upstream.h"

#include <stdbool.h>
#include <string.h>

/* The median of a count over trials; 0 where none has it. */
static double median_of(const json_t *trials, const char *end, const char *name)
{
	char path[FIELD_PATH_MAX];
	double median = 0;
	snprintf(path, sizeof(path), "other_connections.%s.%s", end, name);
	const struct metric *metric = metric_find(path, NULL);
	return metric && metric_median(trials, metric, &median) ? median : 0;
}

/* Where they led, of the first trial that tells. */
static const char *place_of(const json_t *trials, const char *end, const char *name)
{
	char path[FIELD_PATH_MAX];
	size_t i;
	json_t *trial;
	snprintf(path, sizeof(path), "other_connections.%s.%s", end, name);
	json_array_foreach((json_t *)trials, i, trial)
	{
		const char *to = json_path_text(trial, path);
		if (strcmp(to, "-") != 0)
			return strcmp(to, "several") == 0 ? "several places" : to;
	}
	return "nowhere";
}

static void part_print(
	const json_t *trials, const char *end, const char *name, const char *words, FILE *out)
{
	double count = median_of(trials, end, name);
	if (count > 0)
		fprintf(out, ", %.0f %s", count, words);
}

/* Why, of those that did not open; results of before do not say it. */
static void why_print(const json_t *trials, const char *end, double missing, FILE *out)
{
	double refused = median_of(trials, end, "refused");
	double unanswered = median_of(trials, end, "unanswered");
	double there = median_of(trials, end, "failed_there");
	double given_up = missing - refused - unanswered;
	const char *separator = " (";
	if (refused + unanswered <= 0) {
		fputs(" (refused, or not answered)", out);
		return;
	}
	const struct {
		double count;
		const char *words;
	} parts[] = {{refused, "refused"}, {unanswered, "not answered"}, {given_up, "given up"}};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].count <= 0)
			continue;
		fprintf(out, "%s%.0f %s", separator, parts[i].count, parts[i].words);
		separator = ", ";
	}
	fputs("), ", out);
	if (there < missing)
		fprintf(out, "%.0f of them ", there);
	fprintf(out, "to %s", place_of(trials, end, "failed_to"));
}

/* One place is known, where a census met it. */
static void unsent_print(const json_t *trials, const char *end, double unsent, FILE *out)
{
	const char *to = place_of(trials, end, "unsent_to");
	bool is_known = strcmp(to, "nowhere") != 0;
	fprintf(out, "; %.0f connect%s sent no SYN", unsent, unsent == 1 ? "" : "s");
	if (is_known)
		fprintf(out, ", %s %s", unsent == 1 ? "to" : "as one to", to);
	fputs(" (no neighbour answers for the address, or a rule drops it)", out);
}

/* Connects that came to nothing. */
static void missing_print(const json_t *trials, const char *end, bool is_more, FILE *out)
{
	double missing = median_of(trials, end, "attempted") - median_of(trials, end, "opened");
	double unsent = median_of(trials, end, "unsent");
	if (missing > 0) {
		fprintf(out, "; %.0f%s did not open", missing, is_more ? " more" : "");
		why_print(trials, end, missing, out);
	}
	if (unsent > 0)
		unsent_print(trials, end, unsent, out);
}

/* The table leaves out what they cost but for CPU time and memory, which belong to a process. */
static void end_print(const json_t *trials, const char *strategy, const char *end, FILE *out)
{
	static const struct {
		const char *name, *words;
	} parts[] = {
		{"closed_by_opener", "closed first by their opener"},
		{"closed_by_acceptor", "closed first by the other end"},
		{"closed_by_both", "closed by both at once"},
		{"closed_by_reset", "reset"},
		{"still_open", "still open"},
	};
	double opened = median_of(trials, end, "opened");
	double missing = median_of(trials, end, "attempted") - opened;
	double unsent = median_of(trials, end, "unsent");
	double before = median_of(trials, end, "began_before");
	if (opened <= 0 && missing <= 0 && before <= 0 && unsent <= 0)
		return;
	fprintf(out, "others: %s: beside the load the %s opened ", strategy, end);
	if (opened > 0)
		fprintf(out, "%.0f connection%s to %s", opened, opened == 1 ? "" : "s",
			place_of(trials, end, "to"));
	else
		fputs("none", out);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		part_print(trials, end, parts[i].name, parts[i].words, out);
	missing_print(trials, end, opened > 0, out);
	if (before > 0)
		fprintf(out, "; %.0f from before the trial were used", before);
	double time_waits = median_of(trials, end, "time_wait_made");
	if (time_waits > 0)
		fprintf(out, "; TIME_WAITs made by them at the %s: %.0f", end, time_waits);
	fputs("; the table leaves them out, but for CPU and memory\n", out);
}

void others_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	size_t i;
	json_t *entry;
	if (result_has_hops(result))
		return;
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		json_t *trials = json_path_trials(result, strategy, true);
		if (json_array_size(trials) == 0) {
			json_decref(trials);
			trials = json_path_trials(result, strategy, false);
		}
		end_print(trials, strategy, "server", out);
		/* Clients beside the load are told of as such (clients_text.h). */
		if (!json_is_object(json_path_at(json_array_get(trials, 0), "beside")))
			end_print(trials, strategy, "client", out);
		json_decref(trials);
	}
}
