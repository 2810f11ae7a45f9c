/* Values of options as text, both ways, and the name that was meant. */
#include "common/clock.h"
#include "common/options.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

struct unit {
	const char *suffix;
	uint64_t factor;
};

/* The first of a table is what a plain number means. */
static const struct unit count_units[] = {
	{"", 1},
	{"k", 1000},
	{"K", 1000},
	{"M", 1000000},
	{"G", 1000000000},
	{NULL, 0},
};

static const struct unit duration_units[] = {
	{"", NS_PER_S},
	{"ns", 1},
	{"us", NS_PER_US},
	{"ms", NS_PER_MS},
	{"s", NS_PER_S},
	{"m", 60 * NS_PER_S},
	{"h", 3600 * NS_PER_S},
	{NULL, 0},
};

/* Reads digits into `value`; returns how many, or -1 when the value does not fit. */
static int digits_parse(const char *text, uint64_t *value)
{
	int length = 0;
	*value = 0;
	for (; text[length] >= '0' && text[length] <= '9'; length++)
		if (__builtin_mul_overflow(*value, 10, value) ||
			__builtin_add_overflow(*value, (uint64_t)(text[length] - '0'), value))
			return -1;
	return length;
}

/* Reads a decimal fraction of `factor`; returns the length, or -1 when a part of one would be left:
 * 1.5k is a count, 1.5 and 0.0001k are not. */
static int fraction_parse(const char *text, uint64_t *value, uint64_t *scale)
{
	int length = digits_parse(text, value);
	if (length < 1 || length > 19)
		return -1;
	*scale = 1;
	for (int i = 0; i < length; i++)
		*scale *= 10;
	return length;
}

/* strtod(3) is not for this: it reads nan, hex and the locale's comma, and rounds. */
static int quantity_parse(const char *text, const struct unit *units, uint64_t *quantity)
{
	uint64_t whole, fraction = 0, scale = 1;
	int length = digits_parse(text, &whole);
	if (length < 1)
		return -1;
	text += length;
	if (*text == '.') {
		if ((length = fraction_parse(text + 1, &fraction, &scale)) == -1)
			return -1;
		text += 1 + length;
	}
	while (units->suffix && strcmp(units->suffix, text) != 0)
		units++;
	if (!units->suffix)
		return -1;
	unsigned __int128 part = (unsigned __int128)fraction * units->factor;
	if (part % scale != 0)
		return -1;
	if (__builtin_mul_overflow(whole, units->factor, &whole) ||
		__builtin_add_overflow(whole, (uint64_t)(part / scale), &whole))
		return -1;
	*quantity = whole;
	return 0;
}

int options_parse_count(const char *text, uint64_t *count)
{
	return quantity_parse(text, count_units, count);
}

int options_parse_duration(const char *text, uint64_t *ns)
{
	return quantity_parse(text, duration_units, ns);
}

/* The largest unit that leaves no remainder: what is printed is read back as the same value. */
static void duration_format(uint64_t ns, char *text, size_t size)
{
	const struct unit *unit = &duration_units[sizeof(duration_units) / sizeof(*unit) - 2];
	while (unit > &duration_units[1] && ns % unit->factor != 0)
		unit--;
	if (ns == 0)
		unit = &duration_units[0];
	snprintf(text, size, "%" PRIu64 "%s", ns / unit->factor, unit->suffix);
}

size_t options_values(const struct option_row *row, const void *target)
{
	const void *field = (const char *)target + row->offset;
	uint64_t value;
	switch (row->kind) {
	case OPTION_FLAG:
		return *(const bool *)field;
	case OPTION_COUNT:
	case OPTION_DURATION:
		/* A default out of bounds could not be typed: it stands for "not set". */
		value = *(const uint64_t *)field;
		return value >= row->low && (row->high == 0 || value <= row->high);
	case OPTION_TEXT:
		return *(const char *const *)field != NULL;
	case OPTION_LIST:
		break;
	}
	return ((const struct option_list *)field)->count;
}

const char *options_value(
	const struct option_row *row, const void *target, size_t item, char room[OPTION_NUMBER_MAX])
{
	const void *field = (const char *)target + row->offset;
	if (item >= options_values(row, target))
		return NULL;
	switch (row->kind) {
	case OPTION_FLAG:
		break;
	case OPTION_COUNT:
		snprintf(room, OPTION_NUMBER_MAX, "%" PRIu64, *(const uint64_t *)field);
		return room;
	case OPTION_DURATION:
		duration_format(*(const uint64_t *)field, room, OPTION_NUMBER_MAX);
		return room;
	case OPTION_TEXT:
		return *(const char *const *)field;
	case OPTION_LIST:
		return ((const struct option_list *)field)->items[item];
	}
	return "";
}

char *options_next_name(char **rest)
{
	static const char blanks[] = " \t\n";
	char *name = strsep(rest, ",");
	if (!name)
		return NULL;
	name += strspn(name, blanks);
	size_t length = strlen(name);
	while (length > 0 && strchr(blanks, name[length - 1]))
		name[--length] = '\0';
	return name;
}

#define NAME_MAX_LENGTH 63

static bool is_same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Levenshtein's distance, row by row, whatever the letters' case. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LENGTH + 1];
	size_t length = strlen(b);
	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			size_t best = diagonal + !is_same_letter(a[i - 1], b[j - 1]);
			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[length];
}

const char *options_nearest(const char *text, const char *const *names, size_t count)
{
	const char *nearest = NULL;
	size_t length = strlen(text);
	if (length > NAME_MAX_LENGTH)
		return NULL;
	size_t least = length / 3 + 2;
	for (size_t i = 0; i < count; i++) {
		if (strlen(names[i]) > NAME_MAX_LENGTH)
			continue;
		/* A beginning is as good as one slip: "server" means "server-close". */
		bool beginning = length >= 3 && strncasecmp(names[i], text, length) == 0;
		size_t distance = beginning ? 1 : edit_distance(text, names[i]);
		if (distance < least) {
			least = distance;
			nearest = names[i];
		}
	}
	return nearest;
}
