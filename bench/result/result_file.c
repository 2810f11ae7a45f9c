#include "bench/result/result.h"

#include "bench/result/schema.h"
#include "common/printable.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Every trial and every line of the summary names its strategy: readers rely on it. */
static bool has_strategies(const json_t *list)
{
	size_t i;
	json_t *entry;
	json_array_foreach((json_t *)list, i, entry)
	{
		if (!json_is_string(json_object_get(entry, "strategy")))
			return false;
	}
	return json_is_array(list);
}

/* What is said of a file of another schema. */
static int schema_refuse(const char *path, const json_t *result, struct error *error)
{
	static const char family[] = "teardown-run/";
	const char *schema = json_string_value(json_object_get(result, "schema"));
	uint32_t ignored;
	if (!schema || strlen(schema) > 64 || printable_fault(schema, PRINTABLE_ONE_LINE, &ignored))
		return error_set(error, STATUS_FAILED,
			"%s: is no result of teardown run: it has no schema of ours", path);
	if (strncmp(schema, family, strlen(family)) == 0)
		return error_set(error, STATUS_FAILED,
			"%s: is of schema %s, and this teardown reads %s: read it with the "
			"teardown that wrote it",
			path, schema, RESULT_SCHEMA);
	return error_set(
		error, STATUS_FAILED, "%s: is of schema %s, not %s", path, schema, RESULT_SCHEMA);
}

static int result_check(const json_t *result, const char *path, struct error *error)
{
	const char *own = json_string_value(json_object_get(result, "schema"));
	if (!own || strcmp(own, RESULT_SCHEMA) != 0)
		return schema_refuse(path, result, error);
	const json_t *schema = schema_of_results();
	if (!schema)
		return error_set(error, STATUS_FAILED, "no memory");
	if (schema_check(schema, result, path, error) == -1)
		return -1;
	if (!has_strategies(json_object_get(result, "trials")))
		return error_set(
			error, STATUS_FAILED, "%s: has no trials that name a strategy", path);
	if (!has_strategies(json_object_get(result, "summary")))
		return error_set(
			error, STATUS_FAILED, "%s: has no summary that names strategies", path);
	return 0;
}

static bool is_empty(FILE *file)
{
	int first = getc(file);
	ungetc(first, file);
	return first == EOF && !ferror(file);
}

/* All of it at once: a text in memory is parsed in less time than a stream. */
static json_t *text_parse(FILE *file, json_error_t *fault)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t length = getdelim(&text, &size, '\0', file);
	json_t *result =
		length > 0 ? json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, fault) : NULL;
	free(text);
	return result;
}

json_t *result_read(FILE *file, const char *path, struct error *error)
{
	json_error_t fault = {.line = 1};
	if (is_empty(file)) {
		error_set(error, STATUS_FAILED,
			"%s: is empty: so is the file of a run that has ended no trial yet, or was "
			"killed before it had",
			path);
		return NULL;
	}
	json_t *result = text_parse(file, &fault);
	if (!result) {
		printable_clean(fault.text, PRINTABLE_ONE_LINE);
		error_set(error, STATUS_FAILED, "%s: is not a whole result file: %s (line %d)",
			path, ferror(file) ? "it cannot be read" : fault.text, fault.line);
	} else if (result_check(result, path, error) == 0) {
		return result;
	}
	json_decref(result);
	return NULL;
}

json_t *result_load(const char *path, struct error *error)
{
	if (strcmp(path, "-") == 0)
		return result_read(stdin, "standard input", error);
	FILE *file = fopen(path, "re");
	if (!file) {
		error_set_errno(error, STATUS_USAGE, "%s", path);
		return NULL;
	}
	json_t *result = result_read(file, path, error);
	fclose(file);
	return result;
}

int result_store(int fd, const json_t *result)
{
	FILE *out = fdopen(fd, "w");
	if (!out) {
		close(fd);
		return -1;
	}
	bool is_whole = json_dumpf(result, out, JSON_INDENT(1) | JSON_REAL_PRECISION(10)) == 0;
	is_whole = is_whole && fputc('\n', out) != EOF && fflush(out) == 0;
	/* A pipe cannot be synchronized; a full disk may say so only now. */
	is_whole = is_whole && (fsync(fileno(out)) == 0 || errno == EINVAL || errno == EROFS);
	int why = errno;
	bool is_closed = fclose(out) == 0;
	errno = is_whole ? errno : why;
	return is_whole && is_closed ? 0 : -1;
}
