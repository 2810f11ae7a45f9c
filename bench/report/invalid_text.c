#include "bench/report/invalid_text.h"

#include "bench/report/like_text.h"
#include "bench/result/json_path.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Strategies that are named; of more, how many there are. */
#define NAMES_MOST 4

static bool is_valid(const json_t *trial)
{
	return json_is_true(json_object_get(trial, "valid"));
}

static void each_print(const json_t *result, size_t width, FILE *out)
{
	size_t i, r;
	json_t *trial, *reason;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		char *text = NULL, repeat[32];
		size_t size;
		FILE *line = is_valid(trial) ? NULL : open_memstream(&text, &size);
		if (!line)
			continue;
		json_path_number_write(trial, "repeat", repeat, sizeof(repeat));
		fprintf(line, "invalid: %s, trial %s:", json_path_text(trial, "strategy"), repeat);
		json_array_foreach(json_object_get(trial, "invalid_because"), r, reason)
			fprintf(line, "%s %s", r ? ";" : "", json_path_string(reason));
		if (fclose(line) == 0)
			paragraph_print(text, width, out);
		free(text);
	}
}

/* A reason, and who has it. */
struct reason {
	const char *text; /* the first trial's */
	bool *has;        /* of the result's trials, in their order */
	bool is_told;
};

struct reasons {
	struct reason *list;
	size_t count, trials;
};

static const char *reason_of(const json_t *trial, const char *like)
{
	size_t r;
	json_t *reason;
	json_array_foreach(json_object_get(trial, "invalid_because"), r, reason)
	{
		if (like_text_is(json_path_string(reason), like))
			return json_path_string(reason);
	}
	return NULL;
}

static bool is_listed(const struct reasons *reasons, const char *text)
{
	for (size_t i = 0; i < reasons->count; i++)
		if (like_text_is(reasons->list[i].text, text))
			return true;
	return false;
}

static void reason_add(struct reasons *reasons, const json_t *trials, const char *text)
{
	struct reason *grown =
		is_listed(reasons, text)
			? NULL
			: realloc(reasons->list, (reasons->count + 1) * sizeof(*grown));
	if (!grown)
		return;
	reasons->list = grown;
	struct reason *reason = &grown[reasons->count];
	*reason = (struct reason){.text = text, .has = calloc(reasons->trials + 1, sizeof(bool))};
	if (!reason->has)
		return;
	for (size_t t = 0; t < reasons->trials; t++) {
		const json_t *trial = json_array_get(trials, t);
		reason->has[t] = !is_valid(trial) && reason_of(trial, text);
	}
	reasons->count++;
}

static struct reasons reasons_of(const json_t *trials)
{
	struct reasons reasons = {.trials = json_array_size(trials)};
	size_t t, r;
	json_t *trial, *reason;
	json_array_foreach((json_t *)trials, t, trial)
	{
		if (is_valid(trial))
			continue;
		json_array_foreach(json_object_get(trial, "invalid_because"), r, reason)
			reason_add(&reasons, trials, json_path_string(reason));
	}
	return reasons;
}

static void reasons_finish(struct reasons *reasons)
{
	for (size_t i = 0; i < reasons->count; i++)
		free(reasons->list[i].has);
	free(reasons->list);
}

/* The least or the most, over the trials, of a reason's number at this place. */
static double extreme(const struct reason *reason, const json_t *trials, size_t place, double sign)
{
	double found = 0;
	bool is_any = false;
	for (size_t t = 0; t < json_array_size(trials); t++) {
		const char *text =
			reason->has[t] ? reason_of(json_array_get(trials, t), reason->text) : NULL;
		size_t met = 0, length;
		for (const char *at = text; at && *at; at += length ? length : 1) {
			length = like_text_number(at, text);
			if (length == 0 || met++ != place)
				continue;
			double number = strtod(at, NULL);
			found = is_any && sign * number < sign * found ? found : number;
			is_any = true;
		}
	}
	return found;
}

/* "2 to 24 connections timed out". */
static void reason_write(const struct reason *reason, const json_t *trials, FILE *out)
{
	size_t place = 0, length;
	for (const char *at = reason->text; *at; at += length ? length : 1) {
		length = like_text_number(at, reason->text);
		if (length == 0) {
			fputc(*at, out);
			continue;
		}
		double least = extreme(reason, trials, place, -1);
		double most = extreme(reason, trials, place++, 1);
		if (least == most)
			fprintf(out, "%.*s", (int)length, at);
		else
			fprintf(out, "%.15g to %.15g", least, most);
	}
}

/* "graceful"; "graceful, trials 1 3", where it is not all of its trials. */
static size_t strategy_write(
	const json_t *trials, const char *strategy, const bool *has, bool is_first, FILE *out)
{
	size_t t, all = 0, met = 0;
	json_t *trial;
	char repeat[32];
	json_array_foreach((json_t *)trials, t, trial)
	{
		bool is_own = strcmp(json_path_text(trial, "strategy"), strategy) == 0;
		all += is_own;
		met += is_own && has[t];
	}
	if (met == 0)
		return 0;
	fprintf(out, "%s%s", is_first ? "" : ", ", strategy);
	if (met == all)
		return 1;
	fprintf(out, " (trial%s", met > 1 ? "s" : "");
	json_array_foreach((json_t *)trials, t, trial)
	{
		if (!has[t] || strcmp(json_path_text(trial, "strategy"), strategy) != 0)
			continue;
		json_path_number_write(trial, "repeat", repeat, sizeof(repeat));
		fprintf(out, " %s", repeat);
	}
	fputc(')', out);
	return 1;
}

/* Returns how many of the trials have it. */
static size_t has_count(const bool *has, size_t trials)
{
	size_t count = 0;
	for (size_t t = 0; t < trials; t++)
		count += has[t];
	return count;
}

static size_t strategies_count(const json_t *result, const bool *has)
{
	size_t i, t, count = 0;
	json_t *entry, *trial;
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		bool is_any = false;
		json_array_foreach(json_object_get(result, "trials"), t, trial) is_any |=
			has[t] && strcmp(json_path_text(trial, "strategy"),
					  json_path_text(entry, "strategy")) == 0;
		count += is_any;
	}
	return count;
}

static void who_write(const json_t *result, const bool *has, FILE *out)
{
	const json_t *trials = json_object_get(result, "trials");
	size_t i, named = 0, count = strategies_count(result, has);
	json_t *entry;
	if (has_count(has, json_array_size(trials)) == json_array_size(trials)) {
		fputs("all trials", out);
		return;
	}
	if (count > NAMES_MOST) {
		fprintf(out, "%zu strategies", count);
		return;
	}
	json_array_foreach(json_object_get(result, "summary"), i, entry) named +=
		strategy_write(trials, json_path_text(entry, "strategy"), has, named == 0, out);
}

/* Reasons that the same trials have stand behind one another. */
static void alike_write(
	const json_t *result, struct reasons *reasons, size_t first, const char *before, FILE *out)
{
	const json_t *trials = json_object_get(result, "trials");
	const bool *has = reasons->list[first].has;
	fputs(before, out);
	who_write(result, has, out);
	for (size_t i = first; i < reasons->count; i++) {
		struct reason *reason = &reasons->list[i];
		if (reason->is_told || memcmp(reason->has, has, reasons->trials) != 0)
			continue;
		fputs(i == first ? ": " : "; ", out);
		reason_write(reason, trials, out);
		reason->is_told = true;
	}
}

static void folded_write(const json_t *result, struct reasons *reasons, FILE *out)
{
	size_t told = 0;
	for (size_t i = 0; i < reasons->count; i++)
		if (!reasons->list[i].is_told)
			alike_write(result, reasons, i, told++ ? " | " : "invalid: ", out);
}

/* The first reason, and how many more there are. */
static void first_write(const json_t *result, struct reasons *reasons, FILE *out)
{
	const json_t *trials = json_object_get(result, "trials");
	size_t t, invalid = 0, more = reasons->count - 1;
	json_t *trial;
	json_array_foreach((json_t *)trials, t, trial) invalid += !is_valid(trial);
	if (has_count(reasons->list[0].has, reasons->trials) < reasons->trials) {
		fprintf(out, "invalid: %zu of %zu trials, ", invalid, reasons->trials);
		who_write(result, reasons->list[0].has, out);
		fputs(": ", out);
	} else if (reasons->trials > 1) {
		fprintf(out, "invalid: all %zu trials: ", reasons->trials);
	} else {
		fputs("invalid: the only trial: ", out);
	}
	reason_write(&reasons->list[0], trials, out);
	if (more > 0)
		fprintf(out, "; %zu more reason%s: teardown report FILE --explain invalid", more,
			more > 1 ? "s" : "");
}

static void together_print(const json_t *result, size_t width,
	void (*write)(const json_t *result, struct reasons *reasons, FILE *out), FILE *out)
{
	char *text = NULL;
	size_t size;
	struct reasons reasons = reasons_of(json_object_get(result, "trials"));
	FILE *line = reasons.count > 0 ? open_memstream(&text, &size) : NULL;
	if (line)
		write(result, &reasons, line);
	if (line && fclose(line) == 0)
		paragraph_print(text, width, out);
	free(text);
	reasons_finish(&reasons);
}

void invalid_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	if (brevity == TELL_EACH)
		each_print(result, width, out);
	else
		together_print(result, width, folded_write, out);
}

void invalid_first_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	together_print(result, width, first_write, out);
}
