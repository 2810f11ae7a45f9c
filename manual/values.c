/* What may stand behind an option, by its name and its argument. */
#include "bench/findings/findings.h"
#include "bench/result/metric.h"
#include "manual/manual.h"
#include "strategies/core/registry.h"

#include <string.h>

static const struct {
	const char *name;
	enum manual_values values;
} by_name[] = {
	{"strategy", MANUAL_STRATEGIES},
	{"strategies", MANUAL_STRATEGY_LIST},
	{"metric", MANUAL_METRICS},
	{"fail-if", MANUAL_METRICS},
	{"explain", MANUAL_FINDINGS},
};

/* builtin|wrk: words of small letters alone, which are typed as they stand there. */
static bool is_words(const char *argument)
{
	return strchr(argument, '|') &&
	       strspn(argument, "abcdefghijklmnopqrstuvwxyz|-") == strlen(argument);
}

/* --fail-if of trace judges ends of connections, not metrics of a run. */
static bool is_of_captures(const struct option_row *row)
{
	return strcmp(row->name, "fail-if") == 0 && !strstr(row->argument, "METRIC");
}

enum manual_values manual_values_of(const struct option_row *row)
{
	for (size_t i = 0; i < sizeof(by_name) / sizeof(by_name[0]); i++)
		if (strcmp(row->name, by_name[i].name) == 0 && !is_of_captures(row))
			return by_name[i].values;
	if (!row->argument)
		return MANUAL_NOTHING;
	if (strcmp(row->argument, "FILE") == 0)
		return MANUAL_FILES;
	if (strcmp(row->argument, "DIR") == 0)
		return MANUAL_FOLDERS;
	return is_words(row->argument) ? MANUAL_WORDS : MANUAL_NOTHING;
}

static void strategies_write(char separator, FILE *out)
{
	for (size_t i = 0; i < registry_count; i++)
		fprintf(out, "%s%c", registry_strategies[i]->name, separator);
}

void manual_values_write(const struct option_row *row, char separator, FILE *out)
{
	switch (manual_values_of(row)) {
	case MANUAL_WORDS:
		for (const char *c = row->argument; *c; c++)
			fputc(*c == '|' ? separator : *c, out);
		fputc(separator, out);
		break;
	case MANUAL_STRATEGY_LIST:
		if (row->argument && strstr(row->argument, "all"))
			fprintf(out, "all%c", separator);
		strategies_write(separator, out);
		break;
	case MANUAL_STRATEGIES:
		strategies_write(separator, out);
		break;
	case MANUAL_METRICS: {
		struct metric_list summary = metrics_summary();
		for (size_t i = 0; i < summary.count; i++)
			fprintf(out, "%s%c", summary.items[i].name, separator);
		break;
	}
	case MANUAL_FINDINGS:
		for (size_t i = 0; i < finding_kind_count; i++)
			fprintf(out, "%s%c", finding_kinds[i]->id, separator);
		break;
	case MANUAL_NOTHING:
	case MANUAL_FILES:
	case MANUAL_FOLDERS:
		break;
	}
}

bool manual_row(const struct option_table *table, size_t i, struct option_row *row)
{
	size_t count = options_count(table);
	if (i > count + 1)
		return false;
	*row = i < count    ? *options_row(table, i)
	       : i == count ? option_help_row
			    : option_version_row;
	if (i == count)
		row->letter = options_help_letter(table);
	return true;
}
