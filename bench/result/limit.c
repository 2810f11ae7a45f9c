#include "bench/result/limit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WANTED "needs a number, such as 10000, 10k, 1.5M or 0.25"
#define BLANKS " \t\n"

/* A second in other units: 10^exponent of them, or `factor` seconds. */
static const struct time_unit {
	const char *name;
	int exponent;
	double factor;
} time_units[] = {
	{"ns", 9, 1},
	{"us", 6, 1},
	{"ms", 3, 1},
	{"s", 0, 1},
	{"m", 0, 60},
	{"min", 0, 60},
	{"h", 0, 3600},
};

static const struct time_unit *time_unit_find(const char *name, size_t length)
{
	for (size_t i = 0; name && i < sizeof(time_units) / sizeof(time_units[0]); i++)
		if (strlen(time_units[i].name) == length &&
			strncmp(time_units[i].name, name, length) == 0)
			return &time_units[i];
	return NULL;
}

/* What a suffix says: the number times 10^exponent times factor is in the metric's unit. */
struct scale {
	int exponent;
	double factor;
};

static bool prefix_scale(const char *suffix, size_t length, struct scale *scale)
{
	static const char prefixes[] = "kKMG";
	static const int exponents[] = {3, 3, 6, 9};
	const char *found = length == 1 ? strchr(prefixes, *suffix) : NULL;
	if (found)
		scale->exponent = exponents[found - prefixes];
	return found != NULL;
}

static bool is_word(const char *suffix, size_t length, const char *word)
{
	return word && strlen(word) == length && strncmp(suffix, word, length) == 0;
}

/* Returns NULL, or what is wrong with the suffix. */
static const char *suffix_scale(
	const char *suffix, size_t length, const char *unit, struct scale *scale)
{
	const struct time_unit *typed = time_unit_find(suffix, length);
	const struct time_unit *own = unit ? time_unit_find(unit, strlen(unit)) : NULL;
	if (length == 0 || is_word(suffix, length, unit) || prefix_scale(suffix, length, scale))
		return NULL;
	if (unit && strcmp(unit, "1/s") == 0) {
		bool is_rate = length >= 2 && strncmp(suffix + length - 2, "/s", 2) == 0;
		if (is_rate && (length == 2 || prefix_scale(suffix, length - 2, scale)))
			return NULL;
	}
	if (unit && strcmp(unit, "share") == 0 && is_word(suffix, length, "%")) {
		scale->exponent = -2;
		return NULL;
	}
	if (typed && own) {
		scale->exponent = own->exponent - typed->exponent;
		scale->factor = typed->factor;
		return NULL;
	}
	if (typed)
		return "is a time, and this metric is none (teardown list --metrics)";
	return is_word(suffix, length, "%")
		       ? "is a share, and this metric is none (teardown list --metrics)"
		       : WANTED;
}

/* A decimal number, nothing else that strtod(3) reads. The suffix's power of ten goes with the
 * digits, which are then rounded once: 1.001k is 1001. */
const char *limit_parse(const char **text, const char *unit, double *value)
{
	static const char digits[] = "0123456789";
	char number[64];
	struct scale scale = {.factor = 1};
	const char *from = *text += strspn(*text, BLANKS);
	const char *end = from + (*from == '-');
	size_t whole = strspn(end, digits);
	end += whole;
	if (*end == '.')
		end += 1 + strspn(end + 1, digits);
	if (whole == 0 || (size_t)(end - from) + 6 > sizeof(number))
		return WANTED;
	*text = end + strspn(end, BLANKS);
	size_t length = strcspn(*text, BLANKS);
	const char *wrong = suffix_scale(*text, length, unit, &scale);
	if (wrong)
		return wrong;
	*text += length + strspn(*text + length, BLANKS);
	if (**text)
		return WANTED;
	snprintf(number, sizeof(number), "%.*se%d", (int)(end - from), from, scale.exponent);
	*value = strtod(number, NULL) * scale.factor;
	return NULL;
}

const char *limit_unit_text(const char *unit, char *text, size_t size)
{
	/* A share is a number between 0 and 1, whose own unit says nothing. */
	if (unit && strcmp(unit, "share") == 0)
		unit = NULL;
	bool is_rate = unit && strncmp(unit, "1/", 2) == 0;
	if (is_rate)
		snprintf(text, size, "%s", unit + 1);
	else
		snprintf(text, size, "%s%s", unit ? " " : "", unit ? unit : "");
	return text;
}
