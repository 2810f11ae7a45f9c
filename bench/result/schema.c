#include "bench/result/schema.h"

#include "bench/result/fields/field.h"

#include <stdio.h>
#include <string.h>

/* What FIELD_AGAIN stands for. */
#define SCHEMA_TRIAL "#/properties/trials/items"

static json_t *typed(const char *type, const struct field *field)
{
	return field->presence == FIELD_NULLABLE ? json_pack("[s, s]", type, "null")
						 : json_string(type);
}

static void bounds_set(json_t *node, const struct field *field)
{
	bool is_integer = field->kind == FIELD_COUNT || field->kind == FIELD_ORDINAL;
	if (is_integer || field->kind == FIELD_NUMBER)
		json_object_set_new(node, "minimum", json_integer(field->kind == FIELD_ORDINAL));
	if (is_integer)
		json_object_set_new(node, "maximum", json_integer(FIELD_COUNT_MAX));
}

static void words_set(json_t *node, const struct field *field)
{
	json_t *words = json_array();
	const char *word;
	for (size_t i = 0; (word = field_word(field, i)); i++)
		json_array_append_new(words, json_string(word));
	if (field->presence == FIELD_NULLABLE)
		json_array_append_new(words, json_null());
	json_object_set_new(node, "enum", words);
}

static void kind_set(json_t *node, const struct field *field)
{
	static const char *const types[] = {
		[FIELD_OBJECT] = "object",
		[FIELD_LIST] = "array",
		[FIELD_TEXT] = "string",
		[FIELD_LINES] = "string",
		[FIELD_FLAG] = "boolean",
		[FIELD_COUNT] = "integer",
		[FIELD_ORDINAL] = "integer",
		[FIELD_INTEGER] = "integer",
		[FIELD_NUMBER] = "number",
		[FIELD_REAL] = "number",
	};
	if (field->kind == FIELD_VALUE)
		json_object_update_new(
			node, json_pack("{s:[s,s,s,s], s:{s:s, s:s}}", "type", "integer", "string",
				      "boolean", "array", "items", "type", "string", "description",
				      "One of the values that were given."));
	else if (field->kind == FIELD_WORD)
		json_object_set_new(node, "type", json_pack("[s, s]", "number", "string"));
	else
		json_object_set_new(node, "type", typed(types[field->kind], field));
	if (field->kind == FIELD_OBJECT)
		json_object_update_new(node, json_pack("{s:{}, s:[], s:b}", "properties",
						     "required", "additionalProperties", 0));
	bounds_set(node, field);
	if (field->kind == FIELD_LINES)
		json_object_set_new(node, "x-lines", json_true());
	if (field_word(field, 0))
		words_set(node, field);
}

/* How `teardown merge` makes one of several (bench/fleet). */
static void merge_set(json_t *node, const struct field_leaf *leaf)
{
	char weight[FIELD_PATH_MAX];
	json_object_set_new(node, "x-merge", json_string(field_merge_word(leaf->field)));
	if (leaf->field->absent_is_zero)
		json_object_set_new(node, "x-absent-is-zero", json_true());
	if (leaf->field->merge != FIELD_MEAN && leaf->field->merge != FIELD_LEAST_SHARE)
		return;
	field_leaf_text(leaf, leaf->field->weight, weight, sizeof(weight));
	json_object_set_new(node, "x-weight", json_string(weight));
}

static json_t *node_create(const struct field_leaf *leaf)
{
	char sentence[400];
	field_leaf_text(leaf, leaf->field->sentence, sentence, sizeof(sentence));
	json_t *node = json_pack("{s:s}", "description", sentence);
	if (leaf->field->kind == FIELD_AGAIN) {
		json_object_set_new(node, "$ref", json_string(SCHEMA_TRIAL));
		merge_set(node, leaf);
		return node;
	}
	kind_set(node, leaf->field);
	merge_set(node, leaf);
	return node;
}

/* The node that one key leads to. A key in {…} stands for all that no table lists; "[]" for a
 * list's items. */
static json_t *child(json_t *node, const char *key)
{
	if (strcmp(key, "[]") == 0)
		return json_object_get(node, "items");
	if (*key == '{')
		return json_object_get(node, "additionalProperties");
	return json_object_get(json_object_get(node, "properties"), key);
}

static void child_set(json_t *node, const char *key, const struct field_leaf *leaf)
{
	json_t *new = node_create(leaf);
	if (strcmp(key, "[]") == 0) {
		json_object_set_new(node, "items", new);
		return;
	}
	if (*key == '{') {
		json_object_set_new(node, "additionalProperties", new);
		return;
	}
	json_object_set_new(json_object_get(node, "properties"), key, new);
	if (leaf->field->presence != FIELD_OPTIONAL)
		json_array_append_new(json_object_get(node, "required"), json_string(key));
}

/* Splits the next key off: up to a dot, or "[]" by itself. Returns false at the end. */
static bool key_next(const char **path, char key[FIELD_PATH_MAX])
{
	if (**path == '.')
		++*path;
	size_t length = **path == '[' ? 2 : strcspn(*path, ".[");
	snprintf(key, FIELD_PATH_MAX, "%.*s", (int)length, *path);
	*path += length;
	return length > 0;
}

static void leaf_add(void *argument, const struct field_leaf *leaf)
{
	json_t *node = argument;
	char key[FIELD_PATH_MAX];
	const char *path = leaf->path;
	while (key_next(&path, key) && *path)
		node = child(node, key);
	child_set(node, key, leaf);
}

json_t *schema_create(void)
{
	json_t *schema = json_pack("{s:s, s:s, s:s, s:s, s:{}, s:[], s:b}", "$schema",
		"https://json-schema.org/draft/2020-12/schema", "title",
		"A result of teardown run, schema teardown-run/1", "description",
		"Made from the table of fields in bench/result: `teardown list --schema`.", "type",
		"object", "properties", "required", "additionalProperties", 0);
	if (schema)
		fields_expand(leaf_add, schema);
	return schema;
}

const json_t *schema_of_results(void)
{
	static json_t *schema;
	if (!schema)
		schema = schema_create();
	return schema;
}
