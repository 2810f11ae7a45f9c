/* teardown compare: two result files, or two strategies of one. */
#include "bench/report/comparison_text.h"
#include "bench/report/conditions_text.h"
#include "bench/report/html/html.h"
#include "bench/report/paragraph.h"
#include "bench/result/json_path.h"
#include "bench/result/result.h"
#include "bench/result/upstream.h"
#include "bench/verb/verb.h"

#include <stdlib.h>
#include <string.h>

struct compare_options {
	const char *strategies, *html;
	bool wide;
};

static const struct option_row rows[] = {
	{"strategies", 's', OPTION_TEXT, offsetof(struct compare_options, strategies), "A,B",
		"of two files: only these; of one file: the two to compare", 0, 0},
	{"html", 0, OPTION_TEXT, offsetof(struct compare_options, html), "FILE",
		"write it as a page to look at, too; it needs no network", 0, 0},
	{"wide", 0, OPTION_FLAG, offsetof(struct compare_options, wide), NULL,
		"all columns: both p, and all digits", 0, 0},
};

static const struct option_table table = {
	.program = "teardown compare",
	.usage = "A.json [B.json] [OPTION...]",
	.about = "Compares every strategy that two result files share, or two strategies of one "
		 "file (--strategies A,B). "
		 "A row has ~ where nothing can be said, and beside it how large a difference "
		 "would have been seen.",
	.groups = OPTION_ROWS(rows),
	.examples = "# two runs\n"
		    "teardown compare before.json after.json\n"
		    "# two strategies of one run, whose trials were interleaved\n"
		    "teardown compare result.json --strategies graceful,reset",
};

#define LABEL_SIZE 160

struct compare {
	const char *paths[2];
	json_t *results[2]; /* of one file: the same twice */
	char *names;        /* of --strategies, cut into pieces */
	const char **asked;
	size_t asked_count;
	/* Those of the hop behind a proxy come last, and have labels in place of strategies. */
	struct comparison *comparisons;
	size_t count, front_count;
	json_t *behind[2];
	char (*labels)[2][LABEL_SIZE];
};

static const char *summary_name(const json_t *result, size_t i)
{
	const json_t *entry = json_array_get(json_object_get(result, "summary"), i);
	return json_string_value(json_object_get(entry, "strategy"));
}

static size_t summary_count(const json_t *result)
{
	return json_array_size(json_object_get(result, "summary"));
}

static bool has_strategy(const json_t *result, const char *strategy)
{
	for (size_t i = 0; i < summary_count(result); i++)
		if (strcmp(summary_name(result, i), strategy) == 0)
			return true;
	return false;
}

static int refuse_strategy(
	const char *path, const json_t *result, const char *name, struct error *error)
{
	const char **names = calloc(summary_count(result) + 1, sizeof(*names)), *near = NULL;
	for (size_t i = 0; names && i < summary_count(result); i++)
		names[i] = summary_name(result, i);
	if (names)
		near = options_nearest(name, names, summary_count(result));
	free(names);
	return error_set(error, STATUS_USAGE, "%s: has no strategy \"%s\"%s%s%s", path, name,
		near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static int no_memory(struct error *error)
{
	return error_set(error, STATUS_FAILED, "no memory");
}

static int strategies_split(struct compare *compare, const char *text, struct error *error)
{
	if (!text)
		return 0;
	char *rest = compare->names = strdup(text);
	compare->asked = calloc(strlen(text) + 1, sizeof(*compare->asked));
	if (!rest || !compare->asked)
		return no_memory(error);
	for (char *name; (name = options_next_name(&rest));) {
		compare->asked[compare->asked_count++] = name;
		for (size_t side = 0; side < 2; side++)
			if (!has_strategy(compare->results[side], name))
				return refuse_strategy(
					compare->paths[side], compare->results[side], name, error);
	}
	return 0;
}

static int add(struct compare *compare, const char *a, const char *b, struct error *error)
{
	return comparison_init(&compare->comparisons[compare->count++], compare->results[0], a,
		       compare->results[1], b) == 0
		       ? 0
		       : no_memory(error);
}

static bool is_asked(const struct compare *compare, const char *name)
{
	for (size_t i = 0; i < compare->asked_count; i++)
		if (strcmp(compare->asked[i], name) == 0)
			return true;
	return compare->asked_count == 0;
}

static int refuse_one_file(const json_t *result, struct error *error)
{
	char names[200] = "";
	for (size_t i = 0, used = 0; i < summary_count(result) && used < sizeof(names); i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
			summary_name(result, i));
	if (summary_count(result) < 2)
		return error_set(error, STATUS_USAGE,
			"one file with one strategy, %s: name another file to compare it with",
			names);
	return error_set(error, STATUS_USAGE,
		"one file: name the two strategies to compare, --strategies A,B, of %s", names);
}

/* The same pairs, of the hop behind, where both sides have one. */
static int pairs_behind(struct compare *compare, struct error *error)
{
	compare->front_count = compare->count;
	for (size_t i = 0; i < 2; i++)
		compare->behind[i] = result_upstream(compare->results[i]);
	compare->labels = calloc(compare->count + 1, sizeof(*compare->labels));
	if (!compare->labels)
		return no_memory(error);
	if (!compare->behind[0] || !compare->behind[1])
		return 0;
	for (size_t i = 0; i < compare->front_count; i++) {
		const struct comparison *front = &compare->comparisons[i];
		struct comparison *c = &compare->comparisons[compare->count++];
		char(*labels)[LABEL_SIZE] = compare->labels[i];
		if (comparison_init(
			    c, compare->behind[0], front->a, compare->behind[1], front->b) == -1)
			return no_memory(error);
		snprintf(labels[0], LABEL_SIZE, "%s (proxy to upstream)", front->a);
		snprintf(labels[1], LABEL_SIZE, "%s (proxy to upstream)", front->b);
		c->a = labels[0];
		c->b = labels[1];
	}
	return 0;
}

static int pair_of_one_file(struct compare *compare, struct error *error)
{
	if (compare->asked_count != 2)
		return refuse_one_file(compare->results[0], error);
	if (strcmp(compare->asked[0], compare->asked[1]) == 0)
		return error_set(error, STATUS_USAGE,
			"--strategies %s,%s: of one file, these are the same trials",
			compare->asked[0], compare->asked[1]);
	return add(compare, compare->asked[0], compare->asked[1], error);
}

static int pairs_choose(struct compare *compare, struct error *error)
{
	compare->comparisons =
		calloc(2 * summary_count(compare->results[0]) + 2, sizeof(*compare->comparisons));
	if (!compare->comparisons)
		return no_memory(error);
	if (compare->results[0] == compare->results[1])
		return pair_of_one_file(compare, error);
	for (size_t i = 0; i < summary_count(compare->results[0]); i++) {
		const char *name = summary_name(compare->results[0], i);
		if (is_asked(compare, name) && has_strategy(compare->results[1], name) &&
			add(compare, name, name, error) == -1)
			return -1;
	}
	if (compare->count == 0)
		return error_set(error, STATUS_USAGE, "%s and %s have no strategy in common",
			compare->paths[0], compare->paths[1]);
	return 0;
}

/* The files, and what was not the same. */
static void sides_print(const struct compare *compare, size_t width)
{
	char *text = NULL;
	size_t size;
	FILE *lines = open_memstream(&text, &size);
	for (size_t i = 0; lines && i < 2; i++)
		conditions_source_print(
			i ? "B" : "A", compare->paths[i], compare->results[i], lines);
	if (lines)
		conditions_print(compare->results[0], compare->results[1], lines);
	if (lines && fclose(lines) == 0)
		paragraphs_print(text, width, stdout);
	free(text);
}

static int compare_print(struct compare *compare, bool is_wide, struct error *error)
{
	bool one = compare->results[0] == compare->results[1];
	unsigned width = verb_width();
	if (comparison_judge(compare->comparisons, compare->count, STATISTICS_SEED) == -1)
		return error_set(error, STATUS_FAILED, "no memory");
	sides_print(compare, width);
	if (compare->count > compare->front_count)
		putchar('\n');
	for (size_t i = 0; i < compare->count; i++) {
		bool has_hops = compare->count > compare->front_count;
		if (has_hops && i == compare->front_count)
			putchar('\n');
		if (has_hops && (i == 0 || i == compare->front_count))
			paragraph_print(i ? "Behind the proxy, its connections to the upstream:"
					  : "In front of the proxy, between the clients and it:",
				width, stdout);
		putchar('\n');
		comparison_text_print(&compare->comparisons[i], width, is_wide, stdout);
	}
	putchar('\n');
	comparison_legend_print(compare->comparisons, compare->count, width, is_wide, one, stdout);
	return 0;
}

static int page_write(const struct compare *compare, const char *path, struct error *error)
{
	const struct compared compared = {
		.paths = {compare->paths[0], compare->paths[1]},
		.results = {compare->results[0], compare->results[1]},
		.list = compare->comparisons,
		.count = compare->count,
	};
	return path ? html_comparison_write(&compared, path, error) : 0;
}

static int compare_load(
	struct compare *compare, const struct option_operands *files, struct error *error)
{
	if (files->count < 1 || files->count > 2)
		return error_set(error, STATUS_USAGE,
			"compare needs one or two result files, not %zu", files->count);
	for (size_t i = 0; i < 2; i++) {
		bool again = i == files->count;
		compare->paths[i] = files->items[again ? 0 : i];
		compare->results[i] = again ? json_incref(compare->results[0])
					    : result_load(compare->paths[i], error);
		if (!compare->results[i])
			return -1;
	}
	return 0;
}

static int compare_run(const struct verb_call *call, struct error *error)
{
	const struct compare_options *options = call->options;
	struct compare compare = {0};
	int status = STATUS_OK;
	if (compare_load(&compare, &call->operands, error) == -1 ||
		html_check_beside(options->html, compare.paths[0], error) == -1 ||
		html_check_beside(options->html, compare.paths[1], error) == -1 ||
		strategies_split(&compare, options->strategies, error) == -1 ||
		pairs_choose(&compare, error) == -1 || pairs_behind(&compare, error) == -1 ||
		compare_print(&compare, options->wide, error) == -1 ||
		page_write(&compare, options->html, error) == -1)
		status = -1;
	for (size_t i = 0; i < compare.count; i++)
		comparison_finish(&compare.comparisons[i]);
	json_decref(compare.results[0]);
	json_decref(compare.results[1]);
	json_decref(compare.behind[0]);
	json_decref(compare.behind[1]);
	free(compare.labels);
	free(compare.comparisons);
	free(compare.asked);
	free(compare.names);
	return status;
}

const struct verb verb_compare = {
	.name = "compare",
	.does = "two result files, or two strategies of one, with statistics",
	.table = &table,
	.options_size = sizeof(struct compare_options),
	.takes_operands = true,
	.run = compare_run,
};
