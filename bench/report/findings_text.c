#include "bench/report/findings_text.h"

#include "bench/findings/findings.h"
#include "bench/report/paragraph.h"
#include "bench/result/json_path.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Strategies that are named; of more, how many there are. */
#define NAMES_MOST 4

static const char *id_of(const json_t *finding)
{
	const char *id = json_string_value(json_object_get(finding, "id"));
	return id ? id : "";
}

/* Findings that are told as one: of one kind, and of the same end, whoever holds what it is about;
 * what is said of a server is not said of a client. */
static bool is_like(const json_t *finding, const json_t *other)
{
	static const char *const same[] = {"id", "end", "held_by"};
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		const json_t *a = json_object_get(finding, same[i]);
		const json_t *b = json_object_get(other, same[i]);
		if (a != b && !json_equal(a, b))
			return false;
	}
	return true;
}

static const json_t *finding_of(const json_t *trial, const json_t *like)
{
	size_t i;
	json_t *finding;
	json_array_foreach(json_object_get(trial, "findings"), i, finding)
	{
		if (is_like(finding, like))
			return finding;
	}
	return NULL;
}

static const char *text_of(const json_t *finding)
{
	const char *text = json_string_value(json_object_get(finding, "text"));
	return text ? text : "";
}

/* Trials that have it, those whose text is the first's, and the first. */
struct spread {
	size_t trials, alike;
	const json_t *first;
};

static struct spread spread_of(const json_t *trials, const json_t *like)
{
	struct spread spread = {.trials = 0};
	size_t i;
	json_t *trial;
	json_array_foreach((json_t *)trials, i, trial)
	{
		const json_t *finding = finding_of(trial, like);
		if (!finding)
			continue;
		if (spread.trials++ == 0)
			spread.first = trial;
		spread.alike +=
			strcmp(text_of(finding), text_of(finding_of(spread.first, like))) == 0;
	}
	return spread;
}

/* "graceful", where all of its trials have it; "graceful, trials 1 3". */
static void strategy_write(
	const json_t *trials, const char *strategy, const json_t *like, FILE *out)
{
	size_t i, met = spread_of(trials, like).trials;
	json_t *trial;
	char repeat[32];
	fputs(strategy, out);
	if (met == json_array_size(trials))
		return;
	fprintf(out, ", trial%s", met > 1 ? "s" : "");
	json_array_foreach((json_t *)trials, i, trial)
	{
		json_path_number_write(trial, "repeat", repeat, sizeof(repeat));
		if (finding_of(trial, like))
			fprintf(out, " %s", repeat);
	}
}

/* How many strategies have a trial with it. */
static size_t strategies_of(const json_t *result, const json_t *like)
{
	size_t i, count = 0;
	json_t *entry;
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		json_t *trials = json_path_trials(result, json_path_text(entry, "strategy"), false);
		count += spread_of(trials, like).trials > 0;
		json_decref(trials);
	}
	return count;
}

/* Names the strategies, where these are no more than `most`. */
static void who_write(const json_t *result, const json_t *like, size_t most, FILE *out)
{
	const json_t *all = json_object_get(result, "trials");
	size_t i, met = 0, count = strategies_of(result, like);
	json_t *entry;
	if (spread_of(all, like).trials == json_array_size(all)) {
		fputs("all trials", out);
		return;
	}
	if (count > most) {
		fprintf(out, "%zu strategies", count);
		return;
	}
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		json_t *trials = json_path_trials(result, strategy, false);
		if (spread_of(trials, like).trials > 0) {
			fputs(met++ ? "; " : "", out);
			strategy_write(trials, strategy, like, out);
		}
		json_decref(trials);
	}
}

/* A trial may have a finding more than once, of several settings, say. */
static void texts_write(const json_t *trial, const json_t *like, FILE *out)
{
	size_t i, met = 0;
	json_t *finding;
	json_array_foreach(json_object_get(trial, "findings"), i, finding)
	{
		if (is_like(finding, like))
			fprintf(out, "%s%s", met++ ? " | " : "", text_of(finding));
	}
}

void report_finding_who_write(const json_t *result, const json_t *like, FILE *out)
{
	who_write(result, like, NAMES_MOST, out);
}

void report_finding_text_write(const json_t *result, const json_t *like, FILE *out)
{
	char repeat[32];
	struct spread spread = spread_of(json_object_get(result, "trials"), like);
	texts_write(spread.first, like, out);
	if (spread.alike == spread.trials)
		return;
	json_path_number_write(spread.first, "repeat", repeat, sizeof(repeat));
	fprintf(out, " (%s, trial %s)", json_path_text(spread.first, "strategy"), repeat);
}

/* The whole paragraph, to be freed; NULL when there is no memory. */
static char *paragraph_of(const json_t *result, const json_t *like)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	fprintf(out, "finding: %s: ", id_of(like));
	report_finding_who_write(result, like, out);
	fputs(": ", out);
	report_finding_text_write(result, like, out);
	return fclose(out) == 0 ? text : NULL;
}

static bool is_listed(const json_t *list, const json_t *finding)
{
	size_t i;
	json_t *listed;
	json_array_foreach((json_t *)list, i, listed) if (is_like(finding, listed)) return true;
	return false;
}

/* Adds the first finding of each that is told as one: of this kind; NULL: of those that only
 * another version knows. */
static void kinds_add(json_t *list, const json_t *trials, const struct finding_kind *kind)
{
	size_t t, f;
	json_t *trial, *finding;
	json_array_foreach((json_t *)trials, t, trial)
	{
		json_array_foreach(json_object_get(trial, "findings"), f, finding)
		{
			const char *id = id_of(finding);
			if (*id && finding_kind_find(id) == kind && !is_listed(list, finding))
				json_array_append(list, finding);
		}
	}
}

/* One finding for each that is told, the most harmful first; to be given to json_decref. */
json_t *report_findings_list(const json_t *result)
{
	json_t *list = json_array();
	const json_t *trials = json_object_get(result, "trials");
	for (size_t k = 0; k < finding_kind_count; k++)
		kinds_add(list, trials, finding_kinds[k]);
	kinds_add(list, trials, NULL);
	return list;
}

/* Names the findings from `at` on, and who has them. To be freed; NULL: there are none, or no
 * memory. */
static char *rest_of(const json_t *result, json_t *list, size_t at, bool with_who)
{
	char *text;
	size_t size;
	FILE *line = at < json_array_size(list) ? open_memstream(&text, &size) : NULL;
	if (!line)
		return NULL;
	fputs(at > 0 ? "more findings: " : "findings: ", line);
	for (size_t i = at; i < json_array_size(list); i++) {
		const json_t *like = json_array_get(list, i);
		fprintf(line, "%s%s%s", i > at ? ", " : "", id_of(like), with_who ? " (" : "");
		if (with_who) {
			who_write(result, like, 1, line);
			fputc(')', line);
		}
	}
	fputs(": teardown report FILE --explain ID", line);
	if (fclose(line) == 0)
		return text;
	free(text);
	return NULL;
}

/* Lines of a text, which is freed. */
static size_t lines_of(char *text, size_t width)
{
	size_t lines = text ? paragraph_lines(text, width) : 0;
	free(text);
	return lines;
}

/* What is told: the findings before `told`, and the names of the rest. */
struct telling {
	size_t told;
	bool with_who;
};

/* As many findings as leave room to name the rest, but at least the first; of the rest who has
 * them, where there is room. */
static struct telling telling_of(
	const json_t *result, json_t *list, size_t width, size_t lines_most)
{
	struct telling telling = {0, false};
	size_t lines = 0;
	for (size_t at = 0; at < json_array_size(list); at++) {
		lines += lines_of(paragraph_of(result, json_array_get(list, at)), width);
		size_t for_rest = lines_of(rest_of(result, list, at + 1, true), width);
		bool with_who = lines + for_rest <= lines_most;
		if (at == 0 || with_who)
			telling = (struct telling){at + 1, with_who};
	}
	return telling;
}

static void told_print(char *text, size_t width, FILE *out)
{
	if (text)
		paragraph_print(text, width, out);
	free(text);
}

void report_findings_print(const json_t *result, size_t width, size_t lines_most, FILE *out)
{
	json_t *list = report_findings_list(result);
	struct telling telling = telling_of(result, list, width, lines_most);
	for (size_t i = 0; i < telling.told; i++)
		told_print(paragraph_of(result, json_array_get(list, i)), width, out);
	told_print(rest_of(result, list, telling.told, telling.with_who), width, out);
	json_decref(list);
}

size_t report_findings_least(const json_t *result, size_t width, size_t told)
{
	json_t *list = report_findings_list(result);
	size_t lines = lines_of(rest_of(result, list, told, false), width);
	for (size_t i = 0; i < told && i < json_array_size(list); i++)
		lines += lines_of(paragraph_of(result, json_array_get(list, i)), width);
	json_decref(list);
	return lines;
}

void report_findings_name(const json_t *result, size_t width, FILE *out)
{
	json_t *list = report_findings_list(result);
	told_print(rest_of(result, list, 0, false), width, out);
	json_decref(list);
}
