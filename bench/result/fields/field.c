#include "bench/result/fields/field.h"

#include "bench/load/load_totals.h"
#include "bench/load/third_party/loader_kind.h"
#include "bench/measure/counters.h"
#include "bench/measure/socket_state.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const struct field_group *const field_groups[] = {&field_group_file, &field_group_trial,
	&field_group_load, &field_group_latency, &field_group_tls, &field_group_kernel,
	&field_group_endings, &field_group_others, &field_group_clients, &field_group_events,
	&field_group_ramp, &field_group_wire, &field_group_nat, &field_group_remote,
	&field_group_sample, &field_group_ladder};
const size_t field_group_count = sizeof(field_groups) / sizeof(field_groups[0]);

static const char *end_word(size_t i)
{
	static const char *const ends[] = {"server", "client"};
	return i < sizeof(ends) / sizeof(ends[0]) ? ends[i] : NULL;
}

static const char *latency_word(size_t i)
{
	return i < LATENCIES ? load_totals_latency_names[i] : NULL;
}

static const char *quantile_word(size_t i)
{
	static const char *const quantiles[] = {"p50", "p90", "p99", "p999", "max", "mean"};
	return i < sizeof(quantiles) / sizeof(quantiles[0]) ? quantiles[i] : NULL;
}

static const char *counter_word(size_t i)
{
	return i < counters_row_count ? counters_rows[i].name : NULL;
}

/* Errno numbers begin with 1; the first word is of those that load_totals does not tell apart. */
static const char *errno_word(size_t i)
{
	const char *name = i ? strerrorname_np((int)i) : "unknown";
	return i >= LOAD_TOTALS_ERRNO_MAX ? NULL : name ? name : "unknown";
}

static const char *state_word(size_t i)
{
	return i < SOCKET_STATES ? socket_state_words[i] : NULL;
}

static const char *loader_error_word(size_t i)
{
	return i < LOADER_ERRORS ? loader_error_names[i] : NULL;
}

static const char *loader_latency_word(size_t i)
{
	return i < LOADER_LATENCIES ? loader_latency_names[i] : NULL;
}

static const struct {
	const char *name;
	const char *(*word)(size_t i); /* NULL behind the last */
	const char *is;                /* what the words are, where they are too many to be told */
} listed[] = {
	{"{end}", end_word},
	{"{latency}", latency_word},
	{"{quantile}", quantile_word},
	{"{counter}", counter_word},
	{"{errno}", errno_word, "an errno by its name, such as EADDRNOTAVAIL"},
	{"{state}", state_word},
	{"{loader_error}", loader_error_word},
	{"{loader_latency}", loader_latency_word},
};

#define LISTED (sizeof(listed) / sizeof(listed[0]))

/* Which listed {word} stands first in the text; LISTED: none. */
static size_t word_find(const char *text, const char **at)
{
	size_t first = LISTED;
	*at = NULL;
	for (size_t w = 0; w < LISTED; w++) {
		const char *found = strstr(text, listed[w].name);
		if (found && (!*at || found < *at)) {
			*at = found;
			first = w;
		}
	}
	return first;
}

static bool has_path_before(const struct field *field, const char *path)
{
	for (size_t g = 0; g < field_group_count; g++)
		for (size_t i = 0; i < field_groups[g]->count; i++) {
			const struct field *other = &field_groups[g]->fields[i];
			if (other == field)
				return false;
			if (strcmp(other->path, path) == 0)
				return true;
		}
	return false;
}

static void expand(const struct field_leaf *leaf, field_leaf_fn *visit, void *argument)
{
	const char *at;
	size_t which = word_find(leaf->path, &at);
	if (which == LISTED) {
		if (!has_path_before(leaf->field, leaf->path))
			visit(argument, leaf);
		return;
	}
	const char *word;
	for (size_t i = 0; (word = listed[which].word(i)); i++) {
		struct field_leaf next = *leaf;
		int length = snprintf(next.path, sizeof(next.path), "%.*s%s%s",
			(int)(at - leaf->path), leaf->path, word, at + strlen(listed[which].name));
		assert(length < FIELD_PATH_MAX);
		(void)length;
		if (which == 0)
			next.end = i;
		expand(&next, visit, argument);
	}
}

void fields_expand(field_leaf_fn *visit, void *argument)
{
	for (size_t g = 0; g < field_group_count; g++)
		for (size_t i = 0; i < field_groups[g]->count; i++) {
			struct field_leaf leaf = {.field = &field_groups[g]->fields[i]};
			assert(strlen(leaf.field->path) < FIELD_PATH_MAX);
			snprintf(leaf.path, sizeof(leaf.path), "%s", leaf.field->path);
			expand(&leaf, visit, argument);
		}
}

const char *field_word(const struct field *field, size_t i)
{
	return field->word ? field->word(i) : field->words ? field->words[i] : NULL;
}

/* What stands in the leaf's path for the row's {name}, which may be there once. */
static size_t word_chosen(const struct field_leaf *leaf, const char *name, const char **word)
{
	const char *pattern = leaf->field->path, *path = leaf->path;
	while (*pattern) {
		size_t name_length = strcspn(pattern, "}") + 1;
		size_t length = strcspn(path, ".[");
		if (*pattern != '{') {
			pattern++;
			path++;
		} else if (strncmp(pattern, name, name_length) == 0) {
			*word = path;
			return length;
		} else {
			pattern += name_length;
			path += length;
		}
	}
	return 0;
}

void field_leaf_text(const struct field_leaf *leaf, const char *text, char *to, size_t size)
{
	size_t used = 0;
	const char *at, *word;
	for (size_t which; (which = word_find(text, &at)) < LISTED && used < size;) {
		size_t length = word_chosen(leaf, listed[which].name, &word);
		used += (size_t)snprintf(to + used, size - used, "%.*s%.*s", (int)(at - text), text,
			(int)length, length ? word : "");
		text = at + strlen(listed[which].name);
	}
	if (used < size)
		used += (size_t)snprintf(to + used, size - used, "%s", text);
	assert(used < size);
}

const char *field_merge_word(const struct field *field)
{
	static const char *const words[] = {
		[FIELD_NO_RULE] = "",
		[FIELD_PARTS] = "parts",
		[FIELD_SAME] = "same",
		[FIELD_SUM] = "sum",
		[FIELD_SUM_OF_PEAKS] = "sum of peaks",
		[FIELD_LEAST] = "least",
		[FIELD_MOST] = "most",
		[FIELD_MEAN] = "mean",
		[FIELD_LEAST_SHARE] = "least share",
		[FIELD_WHO] = "who",
		[FIELD_ALIKE] = "alike",
		[FIELD_FIRST] = "first",
		[FIELD_MADE] = "made",
		[FIELD_LEFT_OUT] = "left out",
	};
	return words[field->merge];
}

bool field_is_number(const struct field *field)
{
	switch (field->kind) {
	case FIELD_COUNT:
	case FIELD_ORDINAL:
	case FIELD_INTEGER:
	case FIELD_NUMBER:
	case FIELD_REAL:
		return true;
	case FIELD_OBJECT:
	case FIELD_LIST:
	case FIELD_TEXT:
	case FIELD_LINES:
	case FIELD_FLAG:
	case FIELD_VALUE:
	case FIELD_WORD:
	case FIELD_AGAIN:
		break;
	}
	return false;
}

/* A list that is longer than a reader wants is told by what it is. */
void fields_words_print(const char *prefix, FILE *out)
{
	for (size_t w = 0; w < LISTED; w++) {
		fprintf(out, "%s%s:", prefix, listed[w].name);
		if (listed[w].is)
			fprintf(out, " %s", listed[w].is);
		const char *word;
		for (size_t i = 0; !listed[w].is && (word = listed[w].word(i)); i++)
			fprintf(out, "%s %s", i ? "," : "", word);
		fputc('\n', out);
	}
}
