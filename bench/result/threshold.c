/* Thresholds as text. */
#include "bench/result/threshold.h"

#include "bench/result/limit.h"
#include "bench/result/metric.h"
#include "bench/result/upstream.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const char *const operators[THRESHOLD_OPERATORS] = {
	[THRESHOLD_LESS] = "<",
	[THRESHOLD_AT_MOST] = "<=",
	[THRESHOLD_MORE] = ">",
	[THRESHOLD_AT_LEAST] = ">=",
	[THRESHOLD_EQUAL] = "==",
	[THRESHOLD_UNEQUAL] = "!=",
};

#define NAME_ENDS " \t\n<>=!"
/* So many metrics are named that have a word in their names, and it so many letters. */
#define NEAR_MAX 4
#define NEAR_LENGTH 3

struct parser {
	const char *text, *at;
	struct error *error;
};

static int refuse(const struct parser *parser, const char *at, const char *why)
{
	if (*at == '\0')
		return error_set(parser->error, STATUS_USAGE, "--fail-if '%s': at its end: %s",
			parser->text, why);
	return error_set(parser->error, STATUS_USAGE,
		"--fail-if '%s': at character %zu, \"%s\": %s", parser->text,
		(size_t)(at - parser->text) + 1, at, why);
}

static void spaces_skip(struct parser *parser)
{
	while (isspace((unsigned char)*parser->at))
		parser->at++;
}

/* Reads up to a character of `end`, which holds what no name holds. */
static int name_read(struct parser *parser, const char *end, char *name, const char *wanted)
{
	size_t length = strcspn(parser->at, end);
	if (length == 0)
		return refuse(parser, parser->at, wanted);
	if (length >= THRESHOLD_NAME_MAX)
		return refuse(parser, parser->at, "this name is too long");
	snprintf(name, THRESHOLD_NAME_MAX, "%.*s", (int)length, parser->at);
	parser->at += length;
	return 0;
}

/* "upstream." in front of a metric, or nothing. */
static size_t upstream_length(const char *text)
{
	const char *metric = result_upstream_metric(text);
	return metric ? (size_t)(metric - text) : 0;
}

/* Whether a strategy has the name that stands here, with a dot behind it. */
static bool is_named(const char *text, const char *const *strategies, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(text, strategies[i], strcspn(text, ".")) == 0 &&
			strlen(strategies[i]) == strcspn(text, "."))
			return true;
	return false;
}

/* Whether a metric stands here without a strategy before it. */
static bool metric_alone(const struct parser *parser)
{
	char name[THRESHOLD_NAME_MAX];
	size_t length = strcspn(parser->at, NAME_ENDS);
	if (length == 0 || length >= sizeof(name))
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)length, parser->at);
	return metric_find(name, NULL) != NULL;
}

/* A word alone is meant as a metric: columns of the table have names of their own. */
static int no_metric(struct parser *parser, const char *from, const char *name)
{
	struct error unknown = {0};
	char why[sizeof(unknown.text) + (size_t)NEAR_MAX * FIELD_PATH_MAX];
	struct metric_list all = metrics_all();
	size_t length, named = 0;
	metric_find(name, &unknown);
	length = (size_t)snprintf(why, sizeof(why), "%s", unknown.text);
	for (size_t i = 0; i < all.count && named < NEAR_MAX && strlen(name) >= NEAR_LENGTH; i++)
		if (strstr(all.items[i].name, name))
			length += (size_t)snprintf(why + length, sizeof(why) - length, "%s%s",
				named++ ? ", " : "; those with this word are ", all.items[i].name);
	return refuse(parser, from, why);
}

static int strategy_read(struct parser *parser, struct threshold *threshold,
	const char *const *strategies, size_t count)
{
	char why[2 * THRESHOLD_NAME_MAX + 64];
	const char *from = parser->at;
	if (metric_alone(parser) ||
		(upstream_length(parser->at) && !is_named(parser->at, strategies, count))) {
		threshold->strategy[0] = '\0';
		return 0;
	}
	if (name_read(parser, "." NAME_ENDS, threshold->strategy,
		    "needs STRATEGY.METRIC, such as graceful.rate_per_s") == -1)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (strcmp(strategies[i], threshold->strategy) == 0)
			return 0;
	const char *near = options_nearest(threshold->strategy, strategies, count);
	if (*parser->at != '.' && !near)
		return no_metric(parser, from, threshold->strategy);
	snprintf(why, sizeof(why), "no strategy \"%s\" here%s%s%s", threshold->strategy,
		near ? "; did you mean " : ", but ",
		near    ? near
		: count ? strategies[0]
			: "none",
		near        ? "?"
		: count > 1 ? " and others"
			    : "");
	return refuse(parser, from, why);
}

static int metric_read(struct parser *parser, struct threshold *threshold)
{
	struct error unknown = {0};
	bool is_named = threshold->strategy[0];
	if (is_named && *parser->at != '.')
		return refuse(parser, parser->at, "needs a dot and a metric, such as .rate_per_s");
	parser->at += is_named;
	size_t prefix = upstream_length(parser->at);
	const char *from = parser->at += prefix;
	threshold->is_upstream = prefix > 0;
	if (name_read(parser, NAME_ENDS, threshold->metric, "needs a metric") == -1)
		return -1;
	return metric_find(threshold->metric, &unknown) ? 0 : refuse(parser, from, unknown.text);
}

static int operator_read(struct parser *parser, struct threshold *threshold)
{
	char typed[4];
	spaces_skip(parser);
	snprintf(typed, sizeof(typed), "%.*s", (int)strspn(parser->at, "<>=!"), parser->at);
	for (int op = 0; op < THRESHOLD_OPERATORS; op++) {
		if (strcmp(operators[op], typed) != 0)
			continue;
		threshold->op = (enum threshold_operator)op;
		parser->at += strlen(typed);
		return 0;
	}
	return refuse(parser, parser->at, "needs one of < <= > >= == !=");
}

static int limit_read(struct parser *parser, struct threshold *threshold)
{
	const struct metric *metric = metric_find(threshold->metric, NULL);
	const char *wrong =
		limit_parse(&parser->at, metric ? metric->field->unit : NULL, &threshold->limit);
	return wrong ? refuse(parser, parser->at, wrong) : 0;
}

int threshold_parse(struct threshold *threshold, const char *text, const char *const *strategies,
	size_t count, struct error *error)
{
	struct parser parser = {.text = text, .at = text, .error = error};
	*threshold = (struct threshold){.text = text};
	spaces_skip(&parser);
	if (strategy_read(&parser, threshold, strategies, count) == -1 ||
		metric_read(&parser, threshold) == -1 || operator_read(&parser, threshold) == -1)
		return -1;
	return limit_read(&parser, threshold);
}

int thresholds_check(const struct option_list *texts, const char *const *strategies, size_t count,
	bool has_proxy, struct error *error)
{
	struct threshold threshold;
	for (size_t i = 0; i < texts->count; i++) {
		if (threshold_parse(&threshold, texts->items[i], strategies, count, error) == -1)
			return -1;
		if (threshold.is_upstream && !has_proxy)
			return error_set(error, STATUS_USAGE, "--fail-if '%s': " RESULT_NO_UPSTREAM,
				texts->items[i]);
	}
	return 0;
}
