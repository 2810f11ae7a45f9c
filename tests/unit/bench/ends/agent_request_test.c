/* What an agent may be told, and what is refused: each bound from both sides. */
#include "bench/ends/agent_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int parse(const char *line, struct agent_request *request, struct error *error)
{
	return agent_request_parse(line, strlen(line), request, error);
}

static void each_word_has_its_fields(void **state)
{
	struct agent_request request;
	struct error error = {.text = ""};
	assert_int_equal(parse("{\"do\":\"hello\",\"protocol\":1}", &request, &error), 0);
	assert_int_equal(request.word, AGENT_HELLO);
	assert_int_equal(request.protocol, 1);
	assert_int_equal(parse("{\"address\":\"::1\",\"port\":65535,\"do\":\"serve\",\"threads\":2,"
			       "\"strategy\":\"graceful\",\"requests_per_connection\":3,"
			       "\"response_bytes\":4,\"max_body_bytes\":5}",
				 &request, &error),
		0);
	assert_int_equal(request.word, AGENT_SERVE);
	assert_string_equal(request.strategy, "graceful");
	assert_string_equal(request.address, "::1");
	assert_int_equal(request.port, 65535);
	assert_int_equal(request.threads, 2);
	assert_int_equal(request.requests_per_connection, 3);
	assert_int_equal(request.response_bytes, 4);
	assert_int_equal(request.max_body_bytes, 5);
	assert_int_equal(request.keep_alive_ns, 0);
	assert_int_equal(
		parse("{\"do\":\"load\",\"sample_period_ns\":1000000}", &request, &error), 0);
	assert_int_equal(request.sample_period_ns, 1000000);
	assert_int_equal(
		parse("{\"do\":\"arm\",\"connections\":7,\"timeout_ns\":8}", &request, &error), 0);
	assert_int_equal(request.connections, 7);
	assert_int_equal(request.timeout_ns, 8);
	assert_int_equal(parse("{\"do\":\"beat\",\"closes_late\":1}", &request, &error), 0);
	assert_int_equal(request.closes_late, 1);
	for (size_t i = 0; i < AGENT_WORDS; i++)
		assert_non_null(agent_words[i]);
}

static void words_without_fields(void **state)
{
	static const enum agent_word words[] = {AGENT_PING, AGENT_OPEN, AGENT_BEAT, AGENT_STOP,
		AGENT_SETTLE, AGENT_REPORT, AGENT_CLOSE};
	struct agent_request request;
	struct error error = {.text = ""};
	char line[100];
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(line, sizeof(line), "{\"do\":\"%s\"}", agent_words[words[i]]);
		assert_int_equal(parse(line, &request, &error), 0);
		assert_int_equal(request.word, words[i]);
		snprintf(line, sizeof(line), "{\"do\":\"%s\",\"port\":1}", agent_words[words[i]]);
		assert_int_equal(parse(line, &request, &error), -1);
		assert_non_null(strstr(error.text, "not known"));
	}
}

static void what_is_refused(void **state)
{
	static const struct {
		const char *line, *why;
	} wrong[] = {
		{"", "no JSON object"},
		{"[]", "no JSON object"},
		{"{\"do\":\"ping\"} {}", "no JSON object"},
		{"{\"do\":\"ping\",\"do\":\"ping\"}", "no JSON object"},
		{"{}", "no \"do\""},
		{"{\"do\":1}", "no \"do\""},
		{"{\"do\":\"PING\"}", "no word \"PING\""},
		{"{\"do\":\"hello\"}", "hello: \"protocol\" is missing"},
		{"{\"do\":\"hello\",\"protocol\":4294967296}", "0 to 4294967295"},
		{"{\"do\":\"hello\",\"protocol\":1.0}", "whole number"},
		{"{\"do\":\"hello\",\"protocol\":null}", "whole number"},
		{"{\"do\":\"load\",\"sample_period_ns\":999999}", "1000000 to"},
		{"{\"do\":\"load\",\"sample_period_ns\":3600000000001}", "to 3600000000000"},
		{"{\"do\":\"arm\",\"connections\":0}", "1 to"},
		{"{\"do\":\"beat\",\"closes_late\":2}", "0 to 1"},
		{"{\"do\":\"beat\",\"closes_late\":-1}", "0 to 1"},
	};
	struct agent_request request;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct error error = {.text = ""};
		assert_int_equal(parse(wrong[i].line, &request, &error), -1);
		assert_int_equal(error.status, STATUS_USAGE);
		if (!strstr(error.text, wrong[i].why))
			fail_msg("%s: %s", wrong[i].line, error.text);
	}
}

/* 63 bytes are a strategy's name, 64 are not; nor are none. */
static void texts_have_their_room(void **state)
{
	static const char name[] =
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	struct agent_request request;
	struct error error;
	char line[300];
	for (int length = 0; length <= 64; length++) {
		snprintf(line, sizeof(line),
			"{\"do\":\"serve\",\"strategy\":\"%.*s\",\"address\":\"a\",\"port\":1,"
			"\"threads\":1,\"requests_per_connection\":1,\"response_bytes\":0}",
			length, name);
		assert_int_equal(parse(line, &request, &error), length > 0 && length < 64 ? 0 : -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_word_has_its_fields),
		cmocka_unit_test(words_without_fields),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(texts_have_their_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
