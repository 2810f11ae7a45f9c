#include "bench/ends/agent_answer.h"

#include "bench/ends/end_json.h"

#include <jansson.h>
#include <string.h>

#define FIELDS(name) name, sizeof(name) / sizeof((name)[0]), sizeof(struct agent_answer), false
#define IS(name, kind, most)                                                                       \
	{                                                                                          \
#name, kind, offsetof(struct agent_answer, name), most, NULL, 0                    \
	}
#define TEXT(name) IS(name, RECORD_TEXT, sizeof(((struct agent_answer *)0)->name))
#define HAS(name, record)                                                                          \
	{                                                                                          \
#name, RECORD_ONE, offsetof(struct agent_answer, name), 0, record, 0               \
	}

static const struct record_field hello[] = {
	IS(protocol, RECORD_U64, 0), IS(cpus, RECORD_U64, 1 << 16), TEXT(version), TEXT(kernel)};
static const struct record_field ping[] = {IS(at_ns, RECORD_INSTANT, 0)};
static const struct record_field opened[] = {
	{"network", RECORD_TEXT, offsetof(struct agent_answer, network_kind),
		sizeof(((struct agent_answer *)0)->network_kind), NULL, 0},
	IS(applies, RECORD_BOOL, 0)};
static const struct record_field state[] = {IS(at_ns, RECORD_INSTANT, 0),
	IS(waiting, RECORD_U64, UINT32_MAX), IS(cpu_ns, RECORD_U64, 0),
	HAS(sample, &end_sample_record)};
static const struct record_field beat[] = {IS(runs, RECORD_BOOL, 0), TEXT(end)};
static const struct record_field closed[] = {IS(clean, RECORD_BOOL, 0), TEXT(end)};
static const struct record_field report[] = {IS(still_open, RECORD_U64, UINT32_MAX),
	IS(close_wait_ms, RECORD_U64, 0), IS(samples_missed, RECORD_U64, 0),
	IS(samples, RECORD_U64, AGENT_SAMPLES_MAX), HAS(report, &end_report_record)};

static const struct record records[AGENT_WORDS] = {
	[AGENT_HELLO] = {FIELDS(hello)},
	[AGENT_PING] = {FIELDS(ping)},
	[AGENT_OPEN] = {FIELDS(opened)},
	[AGENT_LOAD] = {FIELDS(state)},
	[AGENT_ARM] = {FIELDS(ping)},
	[AGENT_BEAT] = {FIELDS(beat)},
	[AGENT_SETTLE] = {FIELDS(state)},
	[AGENT_REPORT] = {FIELDS(report)},
	[AGENT_CLOSE] = {FIELDS(closed)},
};

static json_t *line_load(const char *line, size_t length, struct error *error)
{
	json_error_t why;
	json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &why);
	if (json_is_object(object))
		return object;
	json_decref(object);
	error_set(error, STATUS_FAILED, "it is no JSON object: \"%.*s\"",
		length > 200 ? 200 : (int)length, line);
	return NULL;
}

static int word_check(const json_t *object, enum agent_word word, struct error *error)
{
	const char *failed = json_string_value(json_object_get(object, "error"));
	const char *did = json_string_value(json_object_get(object, "did"));
	if (failed)
		return error_set(error, STATUS_FAILED, "%s", failed);
	if (!did || strcmp(did, agent_words[word]) != 0)
		return error_set(
			error, STATUS_FAILED, "its \"did\" is not \"%s\"", agent_words[word]);
	return 0;
}

static int object_take(const json_t *object, enum agent_word word, int64_t shift_ns,
	struct agent_answer *answer, struct error *error)
{
	if (word_check(object, word, error) == -1)
		return -1;
	if (word == AGENT_OPEN && end_json_settings_take(json_object_get(object, "settings"),
					  &answer->network, error) == -1)
		return -1;
	return record_json_take(object, &records[word], shift_ns, answer, error);
}

int agent_answer_parse(const char *line, size_t length, enum agent_word word, int64_t shift_ns,
	struct agent_answer *answer, struct error *error)
{
	memset(answer, 0, sizeof(*answer));
	json_t *object = line_load(line, length, error);
	if (!object)
		return -1;
	int result = object_take(object, word, shift_ns, answer, error);
	json_decref(object);
	return result;
}

int agent_answer_sample(const char *line, size_t length, int64_t shift_ns, struct sample *sample,
	struct error *error)
{
	memset(sample, 0, sizeof(*sample));
	json_t *object = line_load(line, length, error);
	if (!object)
		return -1;
	int result = record_json_take(object, &end_load_sample_record, shift_ns, sample, error);
	json_decref(object);
	return result;
}
