#include "bench/report/levels_text.h"

#include "bench/options/family.h"
#include "bench/options/tls_options.h"
#include "bench/report/answer/enumeration.h"
#include "bench/report/comparison_text.h"
#include "bench/report/detectable_text.h"
#include "bench/result/json_path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROW_NAME_MAX 256

_Static_assert(FAMILY_REPEAT >= COMPARISON_TRIALS_LEAST, "the default tells something");

/* What is said of them. */
static const struct kind {
	const char *option, *label, *levels[2];
} kinds[] = {
	{"family", "families", {FAMILY_IPV4_NAME, FAMILY_IPV6_NAME}},
	{"compare-tls", "TLS", {TLS_PLAIN_NAME, TLS_NAME}},
};

static const struct kind *kind_find(const json_t *result)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(json_path_text(result, "factor.option"), kinds[i].option) == 0)
			return &kinds[i];
	return NULL;
}

bool levels_are_compared(const json_t *result)
{
	return kind_find(result);
}

struct levels {
	const struct kind *kind;
	const json_t *strategies;
	size_t count; /* of comparisons: one a strategy, of the second level against the first */
	struct comparison *comparisons;
	char (*names)[2][ROW_NAME_MAX];
};

static const char *strategy_of(const struct levels *levels, size_t i)
{
	return json_path_string(json_array_get(levels->strategies, i));
}

static int comparison_add(struct levels *levels, const json_t *result)
{
	size_t i = levels->count++;
	char(*names)[ROW_NAME_MAX] = levels->names[i];
	for (size_t of = 0; of < 2; of++)
		snprintf(names[of], ROW_NAME_MAX, "%s:%s", strategy_of(levels, i),
			levels->kind->levels[of]);
	return comparison_init(&levels->comparisons[i], result, names[0], result, names[1]);
}

/* Returns 0 or -1; to be finished in either case. */
static int levels_init(struct levels *levels, const struct kind *kind, const json_t *result)
{
	const json_t *strategies = json_path_at(result, "factor.strategies");
	size_t count = json_array_size(strategies);
	*levels = (struct levels){
		.kind = kind,
		.strategies = strategies,
		.comparisons = calloc(count + 1, sizeof(*levels->comparisons)),
		.names = calloc(count + 1, sizeof(*levels->names)),
	};
	if (!levels->comparisons || !levels->names)
		return -1;
	while (levels->count < count)
		if (comparison_add(levels, result) == -1)
			return -1;
	return comparison_judge(levels->comparisons, count, STATISTICS_SEED);
}

static void levels_finish(struct levels *levels)
{
	for (size_t i = 0; i < levels->count; i++)
		comparison_finish(&levels->comparisons[i]);
	free(levels->comparisons);
	free(levels->names);
}

static bool differs(const struct comparison *c)
{
	for (size_t r = 0; r < c->row_count; r++)
		if (c->rows[r].told)
			return true;
	return false;
}

static bool is_alike(const struct comparison *c)
{
	return comparison_has_enough(c) && !differs(c);
}

static bool is_open(const struct comparison *c)
{
	return !comparison_has_enough(c) && !differs(c);
}

typedef bool choice_fn(const struct comparison *c);

/* "graceful, reset and 4 more", of those that are chosen. Returns how many are. */
static size_t names_write(const struct levels *levels, choice_fn *is_chosen, FILE *out)
{
	size_t count = 0, met = 0;
	for (size_t i = 0; i < levels->count; i++)
		count += is_chosen(&levels->comparisons[i]);
	size_t written = enumeration_written(count);
	for (size_t i = 0; i < levels->count && met < written; i++) {
		if (!is_chosen(&levels->comparisons[i]))
			continue;
		met++;
		fprintf(out, "%s%s", enumeration_separator(met, count), strategy_of(levels, i));
	}
	enumeration_end(count, out);
	return count;
}

/* "graceful, reset and 4 more"; NULL: none is chosen. To be freed. */
static char *names_of(const struct levels *levels, choice_fn *is_chosen)
{
	char *text = NULL;
	size_t size, count = 0;
	FILE *out = open_memstream(&text, &size);
	if (out) {
		count = names_write(levels, is_chosen, out);
		fclose(out);
	}
	if (count == 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* " (conn/s would be told from 4.1 to 9 %)", of those that are alike, by each one's own spread. */
static void seen_from_write(const struct levels *levels, FILE *out)
{
	double least = NAN, most = NAN;
	char low[32], high[32];
	for (size_t i = 0; i < levels->count; i++) {
		const struct comparison *c = &levels->comparisons[i];
		for (size_t r = 0; r < c->valid_rows && is_alike(c); r++) {
			const struct comparison_row *row = &c->rows[r];
			double share = row->detectable / row->a;
			if (strcmp(row->metric->name, "rate_per_s") != 0 || !isfinite(share))
				continue;
			least = fmin(least, share);
			most = fmax(most, share);
		}
	}
	if (isnan(least))
		return;
	detectable_percent_write(100 * least, low, sizeof(low));
	detectable_percent_write(100 * most, high, sizeof(high));
	if (most > least)
		fprintf(out,
			" (a difference in conn/s would be told, 4 of 5 times, from %s to %s %%)",
			low, high);
	else
		fprintf(out, " (a difference in conn/s would be told, 4 of 5 times, from %s %%)",
			low);
}

static void differing_write(const struct levels *levels, FILE *out)
{
	for (size_t i = 0; i < levels->count; i++) {
		if (!differs(&levels->comparisons[i]))
			continue;
		fprintf(out, "%s: %s: %s ", levels->kind->label, strategy_of(levels, i),
			levels->kind->levels[1]);
		comparison_told_write(&levels->comparisons[i], out);
		fprintf(out, " against %s.\n", levels->kind->levels[0]);
	}
}

/* Whether a strategy that has too few valid trials was not played often enough for more. */
static bool is_played_seldom(const struct levels *levels, const json_t *result)
{
	for (size_t i = 0; i < levels->count; i++)
		for (size_t of = 0; of < 2 && is_open(&levels->comparisons[i]); of++) {
			json_t *trials = json_path_trials(result, levels->names[i][of], false);
			size_t count = json_array_size(trials);
			json_decref(trials);
			if (count < comparison_least(&levels->comparisons[i]))
				return true;
		}
	return false;
}

static void open_write(const struct levels *levels, const json_t *result, FILE *out)
{
	const struct comparison *first = &levels->comparisons[0];
	size_t least = comparison_least(first);
	fprintf(out, "fewer than %zu valid %s, so whether %s and %s differ is not known: ", least,
		first->is_paired ? "pairs of twins" : "trials of each", levels->kind->levels[0],
		levels->kind->levels[1]);
	if (is_played_seldom(levels, result))
		fprintf(out, "--repeat %zu or more.\n", least);
	else
		fputs("see what makes trials invalid.\n", out);
}

void levels_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	struct levels levels;
	const struct kind *kind = kind_find(result);
	if (!kind)
		return;
	if (levels_init(&levels, kind, result) == 0) {
		char *alike = names_of(&levels, is_alike), *open = names_of(&levels, is_open);
		differing_write(&levels, out);
		if (alike) {
			fprintf(out, "%s: %s: no difference beyond noise between %s and %s",
				kind->label, alike, kind->levels[0], kind->levels[1]);
			seen_from_write(&levels, out);
			fputs(".\n", out);
		}
		if (open) {
			fprintf(out, "%s: %s: ", kind->label, open);
			open_write(&levels, result, out);
		}
		free(alike);
		free(open);
	}
	levels_finish(&levels);
}
