/* A result file as an enemy may write it. The input's bytes are decisions: each takes a node of a
 * good result and puts something else in its place. What the reader lets through is given to every
 * verb that reads a result: report (with --latency, --csv, --fail-if) and compare, and of every
 * fourth input the pages of both are made. Promised: no crash, a refusal that says why, and no
 * control character, "(null)" or "nan" in what is printed; of a page, that its numbers are JSON. */
#include "bench/report/comparison_text.h"
#include "bench/report/csv.h"
#include "bench/report/html/comparison_page.h"
#include "bench/report/html/page.h"
#include "bench/report/metric_text.h"
#include "bench/report/text.h"
#include "bench/result/result.h"
#include "bench/result/threshold.h"
#include "common/printable.h"
#include "fuzz_result_base.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/require.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CHANGES_MAX 6
#define BASES 8
#define WHOLE_EVERY 16
#define PAGE_EVERY 4

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* One node of the result, and where it hangs. */
struct node {
	json_t *parent;
	const char *key; /* of an object's member */
	size_t index;    /* of an array's item */
	json_t *value;
};

/* Finds the node `*left` steps on, in the order of the file. Returns true when it is found. */
static bool node_find(json_t *parent, size_t *left, struct node *found)
{
	const char *key;
	size_t i;
	json_t *value;
	json_object_foreach(parent, key, value)
	{
		*found = (struct node){.parent = parent, .key = key, .value = value};
		if ((*left)-- == 0 || node_find(value, left, found))
			return true;
	}
	json_array_foreach(parent, i, value)
	{
		*found = (struct node){.parent = parent, .index = i, .value = value};
		if ((*left)-- == 0 || node_find(value, left, found))
			return true;
	}
	return false;
}

static size_t node_count(json_t *result)
{
	struct node ignored;
	size_t left = SIZE_MAX;
	node_find(result, &left, &ignored);
	return SIZE_MAX - left;
}

static struct node node_choose(json_t *result, struct input *input)
{
	struct node node = {0};
	size_t all = node_count(result);
	size_t left = (input_byte(input) << 16 | input_byte(input) << 8 | input_byte(input)) %
		      (all ? all : 1);
	if (!node_find(result, &left, &node))
		return (struct node){0};
	return node;
}

static json_t *nested(unsigned depth)
{
	json_t *value = json_integer(1);
	for (unsigned i = 0; i < depth; i++)
		value = i % 2 ? json_pack("{s:o}", "a", value) : json_pack("[o]", value);
	return value;
}

static json_t *long_text(void)
{
	static char text[70001];
	memset(text, 'x', sizeof(text) - 1);
	return json_string(text);
}

static json_t *text_of_input(struct input *input)
{
	char text[32];
	size_t length = input_byte(input) % (sizeof(text) - 1);
	const char *run = input_run(input, &length);
	memcpy(text, run, length);
	text[length] = '\0';
	json_t *json = json_string(text);
	return json ? json : json_string("no UTF-8");
}

static json_t *value_make(json_t *result, struct input *input)
{
	static const char *const texts[] = {"", "graceful", "a\x1b[2J", "\xc2\x9b", "\xe2\x80\xae",
		"%s%n", "-", "a\rb", "trials", "1e308"};
	static const double numbers[] = {0, -1, 1.5, 1e308, -1e308, 4.9e-324, 1e18};
	unsigned kind = input_byte(input) % 12;
	switch (kind) {
	case 0:
		return json_null();
	case 1:
		return json_boolean(input_byte(input) & 1);
	case 2:
		return json_integer((json_int_t)(input_byte(input) % 3) - 1);
	case 3:
		return json_integer(input_byte(input) & 1 ? INT64_MAX : INT64_MIN);
	case 4:
		return json_real(numbers[input_byte(input) % 7]);
	case 5:
		return json_string(texts[input_byte(input) % 10]);
	case 6:
		return text_of_input(input);
	case 7:
		return json_array();
	case 8:
		return json_object();
	case 9:
		return nested(input_byte(input));
	case 10:
		return input_byte(input) % 16 ? json_integer(7) : long_text();
	}
	struct node other = node_choose(result, input);
	return other.value ? json_deep_copy(other.value) : json_null();
}

static void change(json_t *result, struct input *input)
{
	struct node node = node_choose(result, input);
	unsigned how = input_byte(input) % 8;
	if (!node.parent)
		return;
	if (how == 0 && node.key)
		json_object_del(node.parent, node.key);
	else if (how == 0)
		json_array_remove(node.parent, node.index);
	else if (how == 1 && !node.key)
		json_array_insert_new(node.parent, node.index, json_deep_copy(node.value));
	else if (how == 1)
		json_object_set_new_nocheck(node.parent, "\x1b]0;a", json_deep_copy(node.value));
	else if (node.key)
		json_object_set_new(node.parent, node.key, value_make(result, input));
	else
		json_array_set_new(node.parent, node.index, value_make(result, input));
}

/* The changed result as a file; sometimes cut, or with a byte changed. To be freed. */
static char *file_make(json_t *result, struct input *input, size_t *size)
{
	char *text = json_dumps(result, JSON_COMPACT);
	REQUIRE(text);
	*size = strlen(text);
	unsigned how = input_byte(input);
	size_t at = (input_byte(input) << 8 | input_byte(input)) * *size / 65536;
	if (how % 16 == 1)
		*size = at;
	else if (how % 16 == 2 && at < *size)
		text[at] = (char)input_byte(input);
	return text;
}

static void printed_check(const char *text, size_t size)
{
	uint32_t code_point;
	REQUIRE(strlen(text) == size);
	REQUIRE(!printable_fault(text, PRINTABLE_LINES, &code_point));
	REQUIRE(!strstr(text, "(null)"));
	REQUIRE(!strstr(text, " nan") && !strstr(text, " inf") && !strstr(text, "-nan"));
}

static void report(const json_t *result, unsigned width)
{
	char *text;
	size_t size;
	struct error error = {0};
	struct option_list thresholds = {.count = 2,
		.items = {"graceful.rate_per_s < 10k",
			"client-close.connections.connect_errors.EADDRNOTAVAIL > 0"}};
	FILE *out = open_memstream(&text, &size);
	REQUIRE(out);
	text_print(result,
		&(struct text_options){.width = width, .look = {.is_utf8 = true}, .latency = true},
		out);
	text_print(result, &(struct text_options){.width = width, .wide = true}, out);
	text_print(result, &(struct text_options){.width = width, .columns = "rate,loss.bytes,p99"},
		out);
	metric_text_print(result, metric_find("rate_per_s", NULL), width,
		&(struct look){.is_utf8 = true}, out);
	if (thresholds_check_result(&thresholds, result, &error) == 0)
		thresholds_judge(&thresholds, result, out, &error);
	fclose(out);
	printed_check(text, size);
	free(text);
	REQUIRE(csv_write(result, "/dev/null", &error) == 0);
}

/* What the script reads is JSON, and nothing in it ends the script's element. Takes the text over.
 */
static void page_check(char *text, size_t size)
{
	static const char begin[] = "<script type=\"application/json\" id=\"plots\">";
	printed_check(text, size);
	char *plots = strstr(text, begin);
	REQUIRE(plots);
	plots += sizeof(begin) - 1;
	char *end = strstr(plots, "</script>");
	REQUIRE(end && !memchr(plots, '<', (size_t)(end - plots)));
	json_t *json = json_loadb(plots, (size_t)(end - plots), 0, NULL);
	REQUIRE(json_is_array(json_object_get(json, "names")));
	json_decref(json);
	free(text);
}

static void report_page(const json_t *result)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	REQUIRE(out && page_write(result, "", out) == 0);
	fclose(out);
	page_check(text, size);
}

static void comparison_page(
	const json_t *result, const json_t *base, const struct comparison *comparison)
{
	char *text;
	size_t size;
	const struct compared compared = {
		.paths = {"a.json", "b.json"},
		.results = {result, base},
		.list = comparison,
		.count = 1,
	};
	FILE *out = open_memstream(&text, &size);
	REQUIRE(out && comparison_page_write(&compared, out) == 0);
	fclose(out);
	page_check(text, size);
}

static void compare(const json_t *result, const json_t *base, bool with_page)
{
	char *text;
	size_t size, i;
	json_t *entry;
	FILE *out = open_memstream(&text, &size);
	REQUIRE(out);
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		struct comparison comparison;
		const char *name = json_string_value(json_object_get(entry, "strategy"));
		REQUIRE(name && comparison_init(&comparison, result, name, base, name) == 0);
		REQUIRE(comparison_judge(&comparison, 1, 1) == 0);
		comparison_text_print(&comparison, 80, false, out);
		comparison_text_print(&comparison, 80, true, out);
		if (with_page)
			comparison_page(result, base, &comparison);
		comparison_finish(&comparison);
	}
	fclose(out);
	printed_check(text, size);
	free(text);
}

static bool is_of(const json_t *entry, const char *strategy)
{
	const char *own = json_string_value(json_object_get(entry, "strategy"));
	return own && strcmp(own, strategy) == 0;
}

/* Leaves of the list the entries of one strategy. */
static void entries_keep(json_t *result, const char *list, const char *strategy)
{
	json_t *entry, *kept = json_array();
	size_t i;
	json_array_foreach(json_object_get(result, list), i, entry)
	{
		if (is_of(entry, strategy))
			json_array_append(kept, entry);
	}
	json_object_set_new(result, list, kept);
}

/* The result of the one strategy that has this place in the summary. */
static json_t *part_create(const json_t *whole, size_t place)
{
	json_t *part = json_deep_copy(whole);
	json_t *entry = json_array_get(json_object_get(whole, "summary"), place);
	const char *strategy = json_string_value(json_object_get(entry, "strategy"));
	REQUIRE(part && strategy);
	entries_keep(part, "trials", strategy);
	entries_keep(part, "summary", strategy);
	REQUIRE(json_array_size(json_object_get(part, "trials")) > 0);
	return part;
}

/* Most of the time goes by the size of the result. So the whole one is the base of few inputs, and
 * each of its strategies that of many. */
static const json_t *base_choose(unsigned choice)
{
	static json_t *whole, *parts[BASES];
	static size_t count;
	if (!whole) {
		whole = json_loadb(fuzz_result_base, fuzz_result_base_size, 0, NULL);
		REQUIRE(whole);
		count = json_array_size(json_object_get(whole, "summary"));
		REQUIRE(count > 1 && count <= BASES);
		for (size_t i = 0; i < count; i++)
			parts[i] = part_create(whole, i);
	}
	return choice % WHOLE_EVERY == 0 ? whole : parts[choice % count];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct input input = {bytes, length};
	struct error error = {0};
	size_t size;
	unsigned choice = input_byte(&input), width = 40 + choice;
	const json_t *base = base_choose(choice);
	json_t *changed = json_deep_copy(base);
	for (unsigned changes = input_byte(&input) % CHANGES_MAX; changes > 0; changes--)
		change(changed, &input);
	char *text = file_make(changed, &input, &size);
	FILE *file = fmemopen(text, size ? size : 1, "r");
	REQUIRE(file);
	json_t *result = result_read(file, "result.json", &error);
	fclose(file);
	if (result) {
		report(result, width);
		if (choice % PAGE_EVERY == 0)
			report_page(result);
		compare(result, base, choice % PAGE_EVERY == 0);
	} else {
		REQUIRE(error.status == STATUS_FAILED);
		REQUIRE(strncmp(error.text, "result.json: ", 13) == 0);
		printed_check(error.text, strlen(error.text));
	}
	json_decref(result);
	json_decref(changed);
	free(text);
	return 0;
}
