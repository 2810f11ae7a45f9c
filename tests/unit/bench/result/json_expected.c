#include "json_expected.h"

#include "bench/result/json_path.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct numbers {
	const struct number *list;
	size_t count;
	size_t met;
};

static void number_check(struct numbers *wanted, const char *path, double value)
{
	for (size_t i = 0; i < wanted->count; i++) {
		const struct number *number = &wanted->list[i];
		if (strcmp(number->path, path) != 0)
			continue;
		if (!(fabs(value - number->value) <= 1e-9 * fabs(number->value)))
			fail_msg("%s is %.17g, not %.17g", path, value, number->value);
		wanted->met++;
		return;
	}
	fail_msg("%s is written, as %.17g", path, value);
}

/* Visits every number but those of counters, curves and findings, which other tests look at. */
static void numbers_check(struct numbers *wanted, const json_t *json, const char *path)
{
	char below[256];
	const char *key;
	size_t i;
	json_t *value;
	if (json_is_number(json))
		number_check(wanted, path, json_number_value(json));
	json_object_foreach((json_t *)json, key, value)
	{
		snprintf(below, sizeof(below), "%s%s%s", path, *path ? "." : "", key);
		if (strcmp(below, "counters") != 0 && strcmp(below, "findings") != 0 &&
			strcmp(key, "curve") != 0)
			numbers_check(wanted, value, below);
	}
	json_array_foreach((json_t *)json, i, value)
	{
		snprintf(below, sizeof(below), "%s[%zu]", path, i);
		numbers_check(wanted, value, below);
	}
}

void all_numbers(const json_t *json, const struct number *list, size_t count)
{
	struct numbers wanted = {list, count, 0};
	numbers_check(&wanted, json, "");
	assert_int_equal(wanted.met, wanted.count);
}

void keys_are(const json_t *object, const char *wanted)
{
	char keys[1024] = "";
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)object, key, value)
	{
		strcat(keys, key);
		strcat(keys, " ");
	}
	assert_string_equal(keys, wanted);
}

void text_is(const json_t *json, const char *path, const char *wanted)
{
	assert_string_equal(json_path_text(json, path), wanted);
}
