/* What an agent may answer: the input's first byte says to which word, the rest are lines.
 * Promised: no crash; what is let through is within its bounds, and can be told again. */
#include "bench/ends/agent_answer.h"
#include "bench/ends/end_json.h"
#include "common/printable.h"
#include "tests/fuzz/require.h"

#include <stdint.h>
#include <string.h>

#define SHIFT_NS 1000

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void text_check(const char *text, size_t room)
{
	uint32_t code_point;
	REQUIRE(memchr(text, 0, room));
	REQUIRE(!printable_fault(text, PRINTABLE_ONE_LINE, &code_point));
}

static void record_check(const struct record *record, const void *from)
{
	json_t *object = record_json(record, from);
	REQUIRE(object);
	json_decref(object);
}

static void answer_check(const struct agent_answer *answer)
{
	text_check(answer->version, sizeof(answer->version));
	text_check(answer->kernel, sizeof(answer->kernel));
	text_check(answer->end, sizeof(answer->end));
	REQUIRE(answer->network.setting_count <= NETWORK_SETTINGS_MAX);
	for (size_t i = 0; i < answer->network.setting_count; i++) {
		const struct network_setting *setting = &answer->network.settings[i];
		text_check(setting->name, sizeof(setting->name));
		text_check(setting->value, sizeof(setting->value));
	}
	REQUIRE(answer->samples <= AGENT_SAMPLES_MAX);
	REQUIRE(answer->report.listener_gaps.count <= LISTENER_GAPS_MAX);
	REQUIRE(answer->report.unclosed.count <= CLOSE_WAIT_PLACES_MAX);
	REQUIRE(answer->sample.others.connecting.count <= CONNECTING_PLACES_MAX);
	record_check(&end_report_record, &answer->report);
	record_check(&end_sample_record, &answer->sample);
}

static void line_check(const char *line, size_t length, enum agent_word word)
{
	static struct agent_answer answer;
	static struct sample sample;
	struct error error = {0};
	uint32_t code_point;
	if (word == AGENT_WORDS) {
		if (agent_answer_sample(line, length, SHIFT_NS, &sample, &error) == 0)
			record_check(&end_load_sample_record, &sample);
	} else if (agent_answer_parse(line, length, word, SHIFT_NS, &answer, &error) == 0) {
		answer_check(&answer);
	}
	REQUIRE(!printable_fault(error.text, PRINTABLE_LINES, &code_point));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length == 0)
		return 0;
	enum agent_word word = (enum agent_word)(bytes[0] % (AGENT_WORDS + 1));
	const char *line = (const char *)bytes + 1;
	for (size_t left = length - 1; left > 0;) {
		const char *end = memchr(line, '\n', left);
		size_t size = end ? (size_t)(end - line) : left;
		line_check(line, size, word);
		line += size + (end != NULL);
		left -= size + (end != NULL);
	}
	return 0;
}
