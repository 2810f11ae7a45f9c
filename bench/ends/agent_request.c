#include "bench/ends/agent_request.h"

#include "common/clock.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#define BYTES_MAX (UINT64_C(1) << 40)
#define HOUR_NS (3600 * NS_PER_S)

const char *const agent_words[AGENT_WORDS] = {
	[AGENT_HELLO] = "hello",
	[AGENT_PING] = "ping",
	[AGENT_OPEN] = "open",
	[AGENT_SERVE] = "serve",
	[AGENT_LOAD] = "load",
	[AGENT_ARM] = "arm",
	[AGENT_BEAT] = "beat",
	[AGENT_STOP] = "stop",
	[AGENT_SETTLE] = "settle",
	[AGENT_REPORT] = "report",
	[AGENT_CLOSE] = "close",
};

/* A field of one word's request. */
static const struct field {
	const char *name;
	size_t offset;
	size_t text_size; /* 0: a number, with these bounds */
	uint64_t low, high;
	enum agent_word word;
	bool is_optional;
} fields[] = {
#define FIELD(name) #name, offsetof(struct agent_request, name)
#define TEXT(name) FIELD(name), sizeof(((struct agent_request *)0)->name)
	{FIELD(protocol), 0, 0, UINT32_MAX, AGENT_HELLO, false},
	{TEXT(strategy), 0, 0, AGENT_OPEN, true},
	{TEXT(strategy), 0, 0, AGENT_SERVE, false},
	{TEXT(address), 0, 0, AGENT_SERVE, false},
	{FIELD(port), 0, 1, UINT16_MAX, AGENT_SERVE, false},
	{FIELD(threads), 0, 1, 256, AGENT_SERVE, false},
	{FIELD(requests_per_connection), 0, 1, UINT32_MAX, AGENT_SERVE, false},
	{FIELD(response_bytes), 0, 0, BYTES_MAX, AGENT_SERVE, false},
	{FIELD(keep_alive_ns), 0, 0, HOUR_NS, AGENT_SERVE, true},
	{FIELD(max_body_bytes), 0, 0, BYTES_MAX, AGENT_SERVE, true},
	{FIELD(tls), 0, 0, 1, AGENT_SERVE, true},
	{FIELD(sample_period_ns), 0, NS_PER_MS, HOUR_NS, AGENT_LOAD, false},
	{FIELD(connections), 0, 1, UINT32_MAX, AGENT_ARM, false},
	{FIELD(timeout_ns), 0, 0, HOUR_NS, AGENT_ARM, true},
	{FIELD(closes_late), 0, 0, 1, AGENT_BEAT, true},
#undef TEXT
#undef FIELD
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static int word_take(const json_t *object, struct agent_request *request, struct error *error)
{
	const char *word = json_string_value(json_object_get(object, "do"));
	if (!word)
		return error_set(error, STATUS_USAGE, "a request has no \"do\" with a word");
	for (size_t i = 0; i < AGENT_WORDS; i++)
		if (strcmp(word, agent_words[i]) == 0) {
			request->word = (enum agent_word)i;
			return 0;
		}
	return error_set(error, STATUS_USAGE, "\"do\": there is no word \"%.32s\"", word);
}

static int text_take(const struct field *field, const json_t *value, struct agent_request *request,
	struct error *error)
{
	const char *text = json_string_value(value);
	size_t length = json_string_length(value);
	if (!text || length == 0 || length >= field->text_size)
		return error_set(error, STATUS_USAGE, "%s: \"%s\" is a text of 1 to %zu bytes",
			agent_words[field->word], field->name, field->text_size - 1);
	memcpy((char *)request + field->offset, text, length + 1);
	return 0;
}

static int number_take(const struct field *field, const json_t *value,
	struct agent_request *request, struct error *error)
{
	json_int_t number = json_integer_value(value);
	if (!json_is_integer(value) || number < 0 || (uint64_t)number < field->low ||
		(uint64_t)number > field->high)
		return error_set(error, STATUS_USAGE, "%s: \"%s\" is a whole number, %llu to %llu",
			agent_words[field->word], field->name, (unsigned long long)field->low,
			(unsigned long long)field->high);
	uint64_t taken = (uint64_t)number;
	memcpy((char *)request + field->offset, &taken, sizeof(taken));
	return 0;
}

/* Returns how many fields were there, or -1. */
static int fields_take(const json_t *object, struct agent_request *request, struct error *error)
{
	int found = 0;
	for (size_t i = 0; i < FIELDS; i++) {
		const struct field *field = &fields[i];
		const json_t *value = json_object_get(object, field->name);
		if (field->word != request->word || (!value && field->is_optional))
			continue;
		if (!value)
			return error_set(error, STATUS_USAGE, "%s: \"%s\" is missing",
				agent_words[field->word], field->name);
		if ((field->text_size ? text_take(field, value, request, error)
				      : number_take(field, value, request, error)) == -1)
			return -1;
		found++;
	}
	return found;
}

static int object_take(const json_t *object, struct agent_request *request, struct error *error)
{
	if (word_take(object, request, error) == -1)
		return -1;
	int found = fields_take(object, request, error);
	if (found == -1)
		return -1;
	if (json_object_size(object) != (size_t)found + 1)
		return error_set(error, STATUS_USAGE, "%s: it has a field that is not known",
			agent_words[request->word]);
	return 0;
}

int agent_request_parse(
	const char *line, size_t length, struct agent_request *request, struct error *error)
{
	json_error_t why;
	*request = (struct agent_request){.word = AGENT_HELLO};
	json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &why);
	if (!json_is_object(object)) {
		json_decref(object);
		return error_set(error, STATUS_USAGE, "a line is no JSON object");
	}
	int result = object_take(object, request, error);
	json_decref(object);
	return result;
}

static json_t *field_json(const struct field *field, const struct agent_request *request)
{
	const char *at = (const char *)request + field->offset;
	uint64_t number;
	if (field->text_size)
		return json_string(at);
	memcpy(&number, at, sizeof(number));
	return json_integer((json_int_t)number);
}

static bool is_left_out(const struct field *field, const struct agent_request *request)
{
	return field->is_optional && field->text_size &&
	       *((const char *)request + field->offset) == '\0';
}

size_t agent_request_text(const struct agent_request *request, char line[AGENT_REQUEST_SIZE])
{
	json_t *object = json_pack("{s:s}", "do", agent_words[request->word]);
	size_t length = 0;
	int failed = object ? 0 : -1;
	for (size_t i = 0; i < FIELDS && failed == 0; i++)
		if (fields[i].word == request->word && !is_left_out(&fields[i], request))
			failed = json_object_set_new(
				object, fields[i].name, field_json(&fields[i], request));
	if (failed == 0)
		length = json_dumpb(object, line, AGENT_REQUEST_SIZE - 1, JSON_COMPACT);
	json_decref(object);
	if (length == 0 || length >= AGENT_REQUEST_SIZE)
		return 0;
	line[length] = '\n';
	return length + 1;
}
