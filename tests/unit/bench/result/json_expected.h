/* What a test expects of JSON: each number at its path, the keys of an object, a text. */
#ifndef UNIT_RESULT_JSON_EXPECTED_H
#define UNIT_RESULT_JSON_EXPECTED_H

#include <jansson.h>
#include <stddef.h>

struct number {
	const char *path;
	double value;
};

/* Each of these numbers is there, and no other but those of counters, curves and findings. */
void all_numbers(const json_t *json, const struct number *list, size_t count);

/* The object's keys in their order, each with a blank behind it. */
void keys_are(const json_t *object, const char *wanted);

void text_is(const json_t *json, const char *path, const char *wanted);

#endif
