/* A ladder that went through a result file is drawn as it was: of each capture of the folder that
 * is named. */
#include "bench/report/ladder_text.h"
#include "bench/result/ladder_json.h"
#include "bench/result/schema.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *captures;

static char *drawn(const struct ladder *ladder, const struct connection_view *view)
{
	const struct ladder_text_options options = {.width = 100, .look = {.is_utf8 = true}};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	ladder_text_print(ladder, view, &options, out);
	fclose(out);
	return text;
}

static bool capture_take(const char *name, struct played *played)
{
	char path[512];
	struct error error;
	snprintf(path, sizeof(path), "%s/%s", captures, name);
	*played = (struct played){.capture = fopen(path, "rb")};
	return played->capture && played_read(played, &error) == 0;
}

static void facts_compare(const struct connection_view *was, const struct connection_view *is)
{
	assert_int_equal(was->word, is->word);
	assert_string_equal(was->first_closer, is->first_closer);
	assert_string_equal(
		was->first_end ? was->first_end : "", is->first_end ? is->first_end : "");
	assert_int_equal(was->cause, is->cause);
	for (int end = 0; end < VIEW_ENDS; end++) {
		assert_true(endpoint_equals(&was->endpoints[end], &is->endpoints[end]));
		assert_int_equal(was->reset_by[end], is->reset_by[end]);
		assert_int_equal(was->bytes[end], is->bytes[end]);
		assert_int_equal(was->unacknowledged_known[end], is->unacknowledged_known[end]);
		if (was->unacknowledged_known[end])
			assert_int_equal(was->unacknowledged[end], is->unacknowledged[end]);
	}
}

static void result_check(json_t *ladder)
{
	struct error error;
	json_t *schema = schema_create(), *result = json_pack("{s:[O]}", "ladders", ladder);
	if (schema_check(schema, result, "file", &error) == -1)
		fail_msg("%s", error.text);
	json_decref(result);
	json_decref(schema);
}

static void round_trip(const char *name, struct played *played)
{
	struct ladder ladder;
	struct connection_view view;
	json_t *json = ladder_json(name, played);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "strategy")), name);
	result_check(json);
	ladder_of_json(json, &ladder, &view);
	char *was = drawn(&played->ladder, &played->view), *is = drawn(&ladder, &view);
	assert_string_equal(was, is);
	facts_compare(&played->view, &view);
	free(was);
	free(is);
	ladder_finish(&ladder);
	json_decref(json);
}

static void test_each_capture_comes_back(void **state)
{
	struct dirent *entry;
	size_t met = 0;
	DIR *folder = opendir(captures);
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		struct played played;
		if (strstr(entry->d_name, ".pcap") && capture_take(entry->d_name, &played)) {
			round_trip(entry->d_name, &played);
			met++;
		}
		if (strstr(entry->d_name, ".pcap"))
			played_finish(&played);
	}
	closedir(folder);
	assert_true(met >= 15);
}

static void row_give(struct played *played, unsigned number, uint8_t flags)
{
	const struct segment segment = {.at_ns = number * 1000000,
		.tcp = {.seq = 1000 + number, .ack = 1, .payload = 1, .flags = flags}};
	ladder_add(&played->ladder, number % 2, NOTE_RETRANSMISSION, &segment);
}

/* A ladder of many odd rows keeps how it began and how it ended. */
static void test_a_long_one_keeps_its_ends(void **state)
{
	static const unsigned all = 10 * LADDER_JSON_ROWS_MAX;
	struct played played = {.view = {.first_closer = "none"}};
	struct ladder ladder;
	struct connection_view view;
	for (unsigned i = 0; i < all; i++)
		row_give(&played, i, i == all - 1 ? TCP_RST : TCP_ACK);
	json_t *json = ladder_json("long", &played), *rows = json_object_get(json, "rows");
	/* What is left out is a row of each end. */
	assert_int_equal(json_array_size(rows), LADDER_JSON_ROWS_MAX + 2);
	ladder_of_json(json, &ladder, &view);
	uint64_t segments = 0;
	for (size_t i = 0; i < ladder.count; i++)
		segments += ladder.rows[i].segments;
	assert_int_equal(segments, all);
	const struct ladder_row *last = &ladder.rows[ladder.count - 1];
	assert_int_equal(last->tcp.flags, TCP_RST);
	assert_int_equal(last->at_ns, (all - 1) * UINT64_C(1000000));
	assert_int_equal(ladder.rows[0].tcp.seq, 1000);
	const struct ladder_row *middle = &ladder.rows[LADDER_JSON_ROWS_MAX / 2];
	assert_int_equal(middle->folded, 2);
	assert_int_equal(middle->segments + middle[1].segments, all - LADDER_JSON_ROWS_MAX);
	ladder_finish(&ladder);
	played_finish(&played);
	json_decref(json);
}

/* What a file of somebody else's says, or does not. */
static void test_what_is_not_known(void **state)
{
	static const char *const files[] = {"{}", "{\"rows\": [{}, {\"states\": null}]}",
		"{\"rows\": [{\"end\": \"nobody\", \"flags\": \"<b>\", \"seq\": -1, \"bytes\": "
		"1e300,"
		" \"t_ms\": 1e300, \"segments\": 9007199254740991, \"notes\": [\"\", 7]}]}",
		"{\"client\": \":\", \"server\": \"1.2.3:x:\", \"ended\": \"x\", \"first_closer\": "
		"3,"
		" \"reset_by\": [\"server\"], \"bytes\": 7, \"bytes_unacknowledged\": []}",
		("{\"rows\": [{\"segments\": 2}, {\"segments\": 3}, {\"segments\": 4, \"end\": "
		 "\"server\"}, {\"segments\": 5}]}")};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct ladder ladder;
		struct connection_view view;
		json_t *json = json_loads(files[i], 0, NULL);
		assert_non_null(json);
		ladder_of_json(json, &ladder, &view);
		char *text = drawn(&ladder, &view);
		assert_int_equal(view.word, ENDING_NOT_A_CONNECTION);
		assert_non_null(strstr(text, "0.0.0.0:0"));
		free(text);
		ladder_finish(&ladder);
		json_decref(json);
	}
}

int main(int count, char **arguments)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_capture_comes_back),
		cmocka_unit_test(test_a_long_one_keeps_its_ends),
		cmocka_unit_test(test_what_is_not_known),
	};
	captures = count > 1 ? arguments[1] : ".";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
