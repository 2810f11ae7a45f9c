#include "bench/result/schema.h"

#include "bench/result/json_path.h"
#include "common/bounded_text.h"
#include "common/printable.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACE_MAX 200

struct reading {
	const json_t *schema; /* the whole, to which $ref leads back */
	const char *file;
	struct error *error;
};

/* Where the value stands that is checked. Its text is made only of what is refused: a result has
 * hundreds of thousands of values. */
struct place {
	const struct reading *reading;
	const struct place *above; /* NULL: this is the whole */
	const char *key;           /* NULL: an item of a list */
	size_t index;
};

/* "trials[3].time_wait" */
static void place_write(const struct place *place, FILE *out)
{
	if (!place->above)
		return;
	place_write(place->above, out);
	if (place->key)
		fprintf(out, "%s%s", place->above->above ? "." : "", place->key);
	else
		fprintf(out, "[%zu]", place->index);
}

/* A key of the file is shown cleaned. */
static void place_text(const struct place *place, char *text, size_t size)
{
	char *whole = NULL;
	size_t length;
	FILE *out = open_memstream(&whole, &length);
	if (out)
		place_write(place, out);
	bool is_written = out && fclose(out) == 0;
	bounded_text_write(text, size, "%s", is_written && length > 0 ? whole : "the whole");
	printable_clean(text, PRINTABLE_ONE_LINE);
	free(whole);
}

static int refuse(const struct place *place, const char *what)
{
	char where[PLACE_MAX];
	place_text(place, where, sizeof(where));
	return error_set(place->reading->error, STATUS_FAILED, "%s: %s %s", place->reading->file,
		where, what);
}

static const char *type_name(const json_t *value)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "object",
		[JSON_ARRAY] = "array",
		[JSON_STRING] = "string",
		[JSON_INTEGER] = "integer",
		[JSON_REAL] = "number",
		[JSON_TRUE] = "boolean",
		[JSON_FALSE] = "boolean",
		[JSON_NULL] = "null",
	};
	return names[json_typeof(value)];
}

static bool is_type(const json_t *value, const char *type)
{
	return strcmp(type_name(value), type) == 0 ||
	       (json_is_integer(value) && strcmp(type, "number") == 0);
}

static int type_check(const json_t *node, const json_t *value, const struct place *place)
{
	const json_t *type = json_object_get(node, "type");
	char what[80];
	size_t i;
	json_t *one;
	if (json_is_string(type) && is_type(value, json_string_value(type)))
		return 0;
	json_array_foreach((json_t *)type, i, one)
	{
		if (is_type(value, json_string_value(one)))
			return 0;
	}
	if (json_is_array(type))
		type = json_array_get(type, 0);
	snprintf(what, sizeof(what), "is of type %s, not %s", type_name(value),
		json_string_value(type));
	return refuse(place, what);
}

static int text_check(const json_t *node, const json_t *value, const struct place *place)
{
	const char *text = json_string_value(value);
	char what[80];
	uint32_t code_point;
	bool lines = json_is_true(json_object_get(node, "x-lines"));
	if (json_string_length(value) > SCHEMA_TEXT_MAX) {
		snprintf(what, sizeof(what), "is a text of %zu bytes, more than %d",
			json_string_length(value), SCHEMA_TEXT_MAX);
		return refuse(place, what);
	}
	if (!printable_fault(text, lines ? PRINTABLE_LINES : PRINTABLE_ONE_LINE, &code_point))
		return 0;
	snprintf(what, sizeof(what), "holds the control character U+%04X", code_point);
	return refuse(place, what);
}

static int number_check(const json_t *node, const json_t *value, const struct place *place)
{
	const json_t *minimum = json_object_get(node, "minimum");
	const json_t *maximum = json_object_get(node, "maximum");
	double number = json_number_value(value);
	char what[80];
	if (minimum && number < json_number_value(minimum))
		snprintf(what, sizeof(what), "is %.16g, less than %.16g", number,
			json_number_value(minimum));
	else if (maximum && number > json_number_value(maximum))
		snprintf(what, sizeof(what), "is %.16g, more than %.16g", number,
			json_number_value(maximum));
	else
		return 0;
	return refuse(place, what);
}

static int check(const json_t *node, const json_t *value, const struct place *place);

static int keys_check(const json_t *node, const json_t *value, const struct place *place)
{
	const json_t *properties = json_object_get(node, "properties");
	const json_t *others = json_object_get(node, "additionalProperties");
	const char *key;
	json_t *item;
	json_object_foreach((json_t *)value, key, item)
	{
		uint32_t code_point;
		const json_t *below = json_object_get(properties, key);
		if (!below && printable_fault(key, PRINTABLE_ONE_LINE, &code_point))
			return refuse(place, "has a key with a control character");
		if (!below && json_is_object(others))
			below = others;
		struct place at = {.reading = place->reading, .above = place, .key = key};
		if (below && check(below, item, &at) == -1)
			return -1;
	}
	return 0;
}

static int items_check(const json_t *node, const json_t *value, const struct place *place)
{
	const json_t *items = json_object_get(node, "items");
	size_t i;
	json_t *item;
	json_array_foreach((json_t *)value, i, item)
	{
		struct place at = {.reading = place->reading, .above = place, .index = i};
		if (check(items, item, &at) == -1)
			return -1;
	}
	return 0;
}

/* The only node that a $ref leads to: a trial (schema.c). */
static const json_t *node_resolve(const json_t *node, const json_t *schema)
{
	return json_object_get(node, "$ref") ? json_path_at(schema, "properties.trials.items")
					     : node;
}

/* As deep as the schema is, however deep the value may be; but for trials in trials, which are as
 * deep as the reader of JSON lets them be. */
static int check(const json_t *node, const json_t *value, const struct place *place)
{
	node = node_resolve(node, place->reading->schema);
	/* Not known. */
	if (json_is_null(value))
		return 0;
	if (type_check(node, value, place) == -1)
		return -1;
	if (json_is_string(value))
		return text_check(node, value, place);
	if (json_is_number(value))
		return number_check(node, value, place);
	if (json_is_array(value))
		return items_check(node, value, place);
	return json_is_object(value) ? keys_check(node, value, place) : 0;
}

int schema_check(const json_t *schema, const json_t *value, const char *path, struct error *error)
{
	struct reading reading = {.schema = schema, .file = path, .error = error};
	struct place place = {.reading = &reading};
	return check(schema, value, &place);
}
