#include "bench/report/family_text.h"

#include "bench/options/family.h"
#include "bench/report/answer/enumeration.h"
#include "bench/report/comparison_text.h"
#include "bench/report/detectable_text.h"
#include "bench/result/json_path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROW_NAME_MAX 256

_Static_assert(FAMILY_REPEAT >= COMPARISON_TRIALS_LEAST, "the default tells something");

struct families {
	const json_t *strategies;
	size_t count; /* of comparisons: one a strategy, of IPv6 against IPv4 */
	struct comparison *comparisons;
	char (*names)[2][ROW_NAME_MAX];
};

static const char *strategy_of(const struct families *families, size_t i)
{
	return json_path_string(json_array_get(families->strategies, i));
}

static int comparison_add(struct families *families, const json_t *result)
{
	size_t i = families->count++;
	char(*names)[ROW_NAME_MAX] = families->names[i];
	snprintf(names[0], ROW_NAME_MAX, "%s:" FAMILY_IPV4_NAME, strategy_of(families, i));
	snprintf(names[1], ROW_NAME_MAX, "%s:" FAMILY_IPV6_NAME, strategy_of(families, i));
	return comparison_init(&families->comparisons[i], result, names[0], result, names[1]);
}

/* Returns 0 or -1; to be finished in either case. */
static int families_init(struct families *families, const json_t *result)
{
	const json_t *strategies = json_path_at(result, "factor.strategies");
	size_t count = json_array_size(strategies);
	*families = (struct families){
		.strategies = strategies,
		.comparisons = calloc(count + 1, sizeof(*families->comparisons)),
		.names = calloc(count + 1, sizeof(*families->names)),
	};
	if (!families->comparisons || !families->names)
		return -1;
	while (families->count < count)
		if (comparison_add(families, result) == -1)
			return -1;
	return comparison_judge(families->comparisons, count, STATISTICS_SEED);
}

static void families_finish(struct families *families)
{
	for (size_t i = 0; i < families->count; i++)
		comparison_finish(&families->comparisons[i]);
	free(families->comparisons);
	free(families->names);
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
static size_t names_write(const struct families *families, choice_fn *is_chosen, FILE *out)
{
	size_t count = 0, met = 0;
	for (size_t i = 0; i < families->count; i++)
		count += is_chosen(&families->comparisons[i]);
	size_t written = enumeration_written(count);
	for (size_t i = 0; i < families->count && met < written; i++) {
		if (!is_chosen(&families->comparisons[i]))
			continue;
		met++;
		fprintf(out, "%s%s", enumeration_separator(met, count), strategy_of(families, i));
	}
	enumeration_end(count, out);
	return count;
}

/* "graceful, reset and 4 more"; NULL: none is chosen. To be freed. */
static char *names_of(const struct families *families, choice_fn *is_chosen)
{
	char *text = NULL;
	size_t size, count = 0;
	FILE *out = open_memstream(&text, &size);
	if (out) {
		count = names_write(families, is_chosen, out);
		fclose(out);
	}
	if (count == 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* " (conn/s would be told from 4.1 to 9 %)", of those that are alike, by each one's own spread. */
static void seen_from_write(const struct families *families, FILE *out)
{
	double least = NAN, most = NAN;
	char low[32], high[32];
	for (size_t i = 0; i < families->count; i++) {
		const struct comparison *c = &families->comparisons[i];
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

static void differing_write(const struct families *families, FILE *out)
{
	for (size_t i = 0; i < families->count; i++) {
		if (!differs(&families->comparisons[i]))
			continue;
		fprintf(out, "families: %s: IPv6 ", strategy_of(families, i));
		comparison_told_write(&families->comparisons[i], out);
		fputs(" against IPv4.\n", out);
	}
}

/* Whether a strategy that has too few valid trials was not played often enough for more. */
static bool is_played_seldom(const struct families *families, const json_t *result)
{
	for (size_t i = 0; i < families->count; i++)
		for (size_t of = 0; of < 2 && is_open(&families->comparisons[i]); of++) {
			json_t *trials = json_path_trials(result, families->names[i][of], false);
			size_t count = json_array_size(trials);
			json_decref(trials);
			if (count < comparison_least(&families->comparisons[i]))
				return true;
		}
	return false;
}

static void open_write(const struct families *families, const json_t *result, FILE *out)
{
	const struct comparison *first = &families->comparisons[0];
	size_t least = comparison_least(first);
	fprintf(out,
		"fewer than %zu valid %s, so whether IPv4 and IPv6 differ is not known: ", least,
		first->is_paired ? "pairs of twins" : "trials of each");
	if (is_played_seldom(families, result))
		fprintf(out, "--repeat %zu or more.\n", least);
	else
		fputs("see what makes trials invalid.\n", out);
}

void families_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	struct families families;
	if (strcmp(json_path_text(result, "factor.option"), "family") != 0)
		return;
	if (families_init(&families, result) == 0) {
		char *alike = names_of(&families, is_alike), *open = names_of(&families, is_open);
		differing_write(&families, out);
		if (alike) {
			fprintf(out,
				"families: %s: no difference beyond noise between IPv4 and IPv6",
				alike);
			seen_from_write(&families, out);
			fputs(".\n", out);
		}
		if (open) {
			fprintf(out, "families: %s: ", open);
			open_write(&families, result, out);
		}
		free(alike);
		free(open);
	}
	families_finish(&families);
}
