#include "bench/trace/ending_limit.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_SIZE 40
#define NAMES_MAX (ENDING_WORDS + ENDING_CAUSES + 2)

struct limit {
	char name[NAME_MAX_SIZE];
	char operator[3];
	double number;
	bool is_share;
};

static const char *const operators[] = {"<=", ">=", "==", "!=", "<", ">"};

static size_t names_list(const char *names[NAMES_MAX])
{
	size_t count = 0;
	for (int word = 0; word < ENDING_WORDS; word++)
		names[count++] = tcp_ending_word_text((enum tcp_ending_word)word);
	for (int cause = 0; cause < ENDING_CAUSES; cause++)
		if (tcp_ending_cause_text((enum tcp_ending_cause)cause))
			names[count++] = tcp_ending_cause_text((enum tcp_ending_cause)cause);
	names[count++] = "connections";
	names[count++] = "bytes-lost";
	return count;
}

static int name_check(const char *text, const char *name, struct error *error)
{
	const char *names[NAMES_MAX];
	size_t count = names_list(names);
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return 0;
	const char *near = options_nearest(name, names, count);
	return error_set(error, STATUS_USAGE,
		"--fail-if '%s': \"%s\" is no end and no cause of a reset%s%s%s", text, name,
		near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static const char *blanks_skip(const char *at)
{
	while (isspace((unsigned char)*at))
		at++;
	return at;
}

static int number_parse(struct limit *limit, const char *text, const char *at, struct error *error)
{
	char number[NAME_MAX_SIZE];
	snprintf(number, sizeof(number), "%s", at);
	size_t length = strlen(number);
	while (length > 0 && isspace((unsigned char)number[length - 1]))
		number[--length] = '\0';
	limit->is_share = length > 0 && number[length - 1] == '%';
	if (limit->is_share &&
		(strcmp(limit->name, "connections") == 0 || strcmp(limit->name, "bytes-lost") == 0))
		return error_set(error, STATUS_USAGE,
			"--fail-if '%s': \"%s\" is no share of the connections", text, limit->name);
	if (limit->is_share) {
		char *end;
		number[length - 1] = '\0';
		limit->number = strtod(number, &end);
		end = (char *)blanks_skip(end);
		if (end != number && *end == '\0' && isfinite(limit->number) && length > 1)
			return 0;
	}
	uint64_t count;
	if (!limit->is_share && options_parse_count(number, &count) == 0) {
		limit->number = (double)count;
		return 0;
	}
	return error_set(error, STATUS_USAGE,
		"--fail-if '%s': \"%s\" is no number; 10, 1k and 1%% are", text, at);
}

static int limit_parse(struct limit *limit, const char *text, struct error *error)
{
	const char *at = blanks_skip(text);
	size_t length = strcspn(at, " \t\n<>=!");
	if (length == 0 || length >= sizeof(limit->name))
		return error_set(error, STATUS_USAGE,
			"--fail-if '%s': needs NAME OPERATOR NUMBER, such as 'reset > 1%%'", text);
	snprintf(limit->name, sizeof(limit->name), "%.*s", (int)length, at);
	if (name_check(text, limit->name, error) == -1)
		return -1;
	at = blanks_skip(at + length);
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (strncmp(at, operators[i], strlen(operators[i])) == 0) {
			snprintf(limit->operator, sizeof(limit->operator), "%s", operators[i]);
			return number_parse(
				limit, text, blanks_skip(at + strlen(operators[i])), error);
		}
	return error_set(error, STATUS_USAGE,
		"--fail-if '%s': needs one of < <= > >= == != behind the name", text);
}

static uint64_t value_of(const struct limit *limit, const struct tally *tally)
{
	for (int word = 0; word < ENDING_WORDS; word++)
		if (strcmp(limit->name, tcp_ending_word_text((enum tcp_ending_word)word)) == 0)
			return tally_word(tally, (enum tcp_ending_word)word);
	for (int cause = 0; cause < ENDING_CAUSES; cause++) {
		const char *text = tcp_ending_cause_text((enum tcp_ending_cause)cause);
		if (text && strcmp(limit->name, text) == 0)
			return tally_cause(tally, (enum tcp_ending_cause)cause);
	}
	return strcmp(limit->name, "bytes-lost") == 0 ? tally_lost(tally)
						      : tally_connections(tally);
}

static bool is_crossed(const struct limit *limit, double value)
{
	const char *operator= limit->operator;
	bool equal = operator[1] == '=';
	if (operator[0] == '<')
		return equal ? value <= limit->number : value < limit->number;
	if (operator[0] == '>')
		return equal ? value >= limit->number : value > limit->number;
	return (value == limit->number) == (operator[0] == '=');
}

int ending_limits_check(const struct option_list *limits, struct error *error)
{
	struct limit limit = {0};
	for (size_t i = 0; i < limits->count; i++)
		if (limit_parse(&limit, limits->items[i], error) == -1)
			return -1;
	return 0;
}

enum status ending_limits_judge(
	const struct option_list *limits, const struct tally *tally, FILE *out)
{
	enum status status = STATUS_OK;
	uint64_t all = tally_connections(tally);
	for (size_t i = 0; i < limits->count; i++) {
		struct limit limit = {0};
		if (limit_parse(&limit, limits->items[i], NULL) == -1)
			continue;
		uint64_t count = value_of(&limit, tally);
		double share = all > 0 ? 100 * (double)count / (double)all : 0;
		if (!is_crossed(&limit, limit.is_share ? share : (double)count))
			continue;
		status = STATUS_THRESHOLD;
		fprintf(out, "teardown: --fail-if '%s': %s is %" PRIu64, limits->items[i],
			limit.name, count);
		if (limit.is_share)
			fprintf(out, " of %" PRIu64 ", %.3g %%", all, share);
		fputc('\n', out);
	}
	return status;
}
