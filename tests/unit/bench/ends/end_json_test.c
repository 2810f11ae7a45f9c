/* What the server's end tells, and what is read of it: each figure at its own name, whole texts of
 * made-up ones that are all different; and that no member of a record is forgotten. */
#include "bench/ends/end_json.h"

#include "bench/ends/server_end.h"
#include "bench/measure/sampler.h"

#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Of the kernel alone (include/net/tcp_states.h). */
#define TCP_NEW_SYN_RECV 12

static void assert_text(json_t *object, const char *expected)
{
	char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

/* It is told so; and what is read of that is told so again. */
static void assert_says(const struct record *record, const void *from, const char *expected)
{
	struct error error = {.text = ""};
	void *again = calloc(1, record->size);
	json_t *object = record_json(record, from);
	assert_non_null(again);
	assert_text(object, expected);
	if (record_json_take(object, record, 0, again, &error) == -1)
		fail_msg("%s", error.text);
	json_decref(object);
	object = record_json(record, again);
	assert_text(object, expected);
	json_decref(object);
	free(again);
}

static struct holder holder(uint32_t number, const char *name)
{
	struct holder one = {.pid = number, .processes = number + 1, .held = number + 2};
	memcpy(one.name, name, strlen(name));
	return one;
}

static struct address address(const char *text)
{
	struct address one;
	assert_int_equal(address_parse(text, &one), 0);
	return one;
}

static struct server_end_report report_make(void)
{
	struct server_end_report report = {
		.backlog_is_known = true,
		.backlog = 1,
		.rss_before = 2,
		.rss_peak = 3,
		.cpu_ns = 4,
		.ended = 5,
		.quiet_holder = holder(20, "quiet"),
		.late_holder = holder(30, "late"),
		.listener_drops = {.drops = 50,
			.backlog = 51,
			.is_reached = true,
			.others = 52,
			.all = 53,
			.reached = 54},
		.unclosed = {.count = 1, .elsewhere = 63},
		.accept_watch = {.looks = 6,
			.at_once = 7,
			.ever = 8,
			.waiting_peak = 9,
			.waiting = 10,
			.gone = 70,
			.load_looks = 71,
			.load_waiting = 72,
			.load_over_ns = 73,
			.all_wait_since_ns = 74,
			.all_wait_until_ns = 75,
			.longest = {.inode = 76, .waiting = 77, .backlog = 78},
			.beside = 79,
			.beside_waiting = 80,
			.untouched_since_ns = 81},
		.accept_holder = {.holder = holder(90, "accepts"),
			.is_stopped = true,
			.descriptor_limit = 93,
			.left_pid = 94,
			.left_to_newcomers = true,
			.left_has_ended = true,
			.left_name = "left"},
		.accept_limit = {.looks = 100,
			.reached = 101,
			.first_ns = 102,
			.limit = 103,
			.holder = holder(104, "limited")},
		.listener_gaps = {.count = 1,
			.list = {{.from_ns = 110,
				.gone_ns = 111,
				.last_ns = 112,
				.until_ns = 113,
				.inode = 114,
				.holder = GAP_HOLDER_RUNS}}},
		.listener_wait = {.at_ns = 120,
			.oldest_ms = 121,
			.waiting = 122,
			.listeners = 123,
			.listeners_waiting = 124,
			.holder = holder(125, "slow")},
		.close_watch = {.looks = 11,
			.threads = 130,
			.blocked = 12,
			.at_once = 13,
			.first_ns = 131,
			.longest_ms = 14,
			.processes = 132,
			.pid = 133,
			.name = "blocked"},
		.stop_watch = {.first_ns = 140,
			.processes = 15,
			.stopped_ns = 16,
			.at_end = true,
			.pid = 141,
			.name = "stopped"},
		.descriptor_watch = {.looks = 17,
			.reached = 18,
			.first_ns = 150,
			.last_ns = 151,
			.limit = 19,
			.pid = 152,
			.processes = 153,
			.name = "full"},
	};
	report.holders[SOCKET_LAST_ACK] = holder(40, "holds");
	report.listener_drops.address = address("10.0.0.1:55");
	report.unclosed.list[0] = (struct unclosed_place){
		.of = {.at = {.port = 60}, .is_accepted = true, .sockets = 61, .oldest_ms = 62},
		.holder = holder(64, "forgets")};
	report.accept_watch.longest.address = address("[fd00::1]:82");
	return report;
}

static void test_report(void **state)
{
	const struct server_end_report report = report_make();
	assert_says(&end_report_record, &report,
		"{\"accept_limit\":{\"first_ns\":102,\"held_by\":{\"held\":106,"
		"\"name\":\"limited\",\"pid\":104,\"processes\":105},\"limit\":103,\"looks\":100,"
		"\"reached\":101},\"accept_queue\":{\"all_wait_since_ns\":74,"
		"\"all_wait_until_ns\":75,\"beside\":79,\"beside_waiting\":80,"
		"\"listeners_at_once\":7,\"listeners_ever\":8,\"listeners_gone\":70,"
		"\"load_looks\":71,\"load_over_ns\":73,\"load_waiting\":72,"
		"\"longest\":{\"address\":\"[fd00::1]:82\",\"backlog\":78,\"inode\":76,"
		"\"waiting\":77},\"looks\":6,\"untouched_since_ns\":81,\"waiting\":10,"
		"\"waiting_peak\":9},\"accept_queue_held_by\":{\"descriptor_limit\":93,"
		"\"held_by\":{\"held\":92,\"name\":\"accepts\",\"pid\":90,\"processes\":91},"
		"\"is_stopped\":true,\"left_has_ended\":true,\"left_name\":\"left\","
		"\"left_pid\":94,\"left_to_newcomers\":true},\"close_blocks\":{\"at_once\":13,"
		"\"blocked\":12,\"first_ns\":131,\"longest_ms\":14,\"looks\":11,"
		"\"name\":\"blocked\",\"pid\":133,\"processes\":132,\"threads\":130},"
		"\"closed_late_by\":{\"held\":32,\"name\":\"late\",\"pid\":30,\"processes\":31},"
		"\"cpu_ns\":4,\"descriptors\":{\"first_ns\":150,\"last_ns\":151,\"limit\":19,"
		"\"limit_reached\":18,\"looks\":17,\"name\":\"full\",\"pid\":152,"
		"\"processes\":153},\"listen_backlog\":1,\"listen_backlog_is_known\":true,"
		"\"listener_drops\":{\"address\":\"10.0.0.1:55\",\"all\":53,\"backlog\":51,"
		"\"drops\":50,\"is_reached\":true,\"others\":52,\"reached\":54},"
		"\"listener_gaps\":[{\"from_ns\":110,\"gone_ns\":111,\"holder\":2,\"inode\":114,"
		"\"last_ns\":112,\"until_ns\":113}],\"listener_wait\":{\"at_ns\":120,"
		"\"held_by\":{\"held\":127,\"name\":\"slow\",\"pid\":125,\"processes\":126},"
		"\"listeners\":123,\"listeners_waiting\":124,\"oldest_ms\":121,"
		"\"waiting\":122},\"open_held_by\":{\"last_ack\":{\"held\":42,\"name\":\"holds\","
		"\"pid\":40,\"processes\":41}},\"processes_ended\":5,"
		"\"quiet_held_by\":{\"held\":22,\"name\":\"quiet\",\"pid\":20,\"processes\":21},"
		"\"rss_before_bytes\":2,\"rss_peak_bytes\":3,\"stopped\":{\"at_end\":true,"
		"\"first_ns\":140,\"name\":\"stopped\",\"pid\":141,\"processes\":15,"
		"\"stopped_ns\":16},\"unclosed\":{\"elsewhere\":63,"
		"\"places\":[{\"at\":\"0.0.0.0:60\",\"held_by\":{\"held\":66,\"name\":\"forgets\","
		"\"pid\":64,\"processes\":65},\"is_accepted\":true,\"oldest_ms\":62,"
		"\"sockets\":61}]}}");
}

/* Nothing was found, and the backlog is not known. */
static void test_report_of_nothing(void **state)
{
	static const struct server_end_report report;
	json_t *object = record_json(&end_report_record, &report);
	assert_non_null(object);
	assert_true(json_is_false(json_object_get(object, "listen_backlog_is_known")));
	assert_true(json_is_null(json_object_get(object, "quiet_held_by")));
	assert_true(json_is_null(json_object_get(object, "closed_late_by")));
	assert_int_equal(json_object_size(json_object_get(object, "open_held_by")), 0);
	assert_int_equal(json_array_size(json_object_get(object, "listener_gaps")), 0);
	json_decref(object);
}

/* What is 0 is left out. */
static void test_sample(void **state)
{
	struct sample sample = {.at_ns = 20, .census_fresh = true, .progress.server_cpu_ns = 21};
	struct sample_end *end = &sample.server;
	end->counters = (struct counters){.active_opens = 1,
		.passive_opens = 2,
		.gauge_inuse = 3,
		.gauge_tw = 4,
		.gauge_orphans = 22,
		.gauge_established = 34,
		.gauge_memory_pages = 23};
	end->sockstat_low = 24;
	end->sockstat_high = 25;
	end->census = (struct diag_census){.waiting = 99,
		.fin_wait2_in_tw = 5,
		.ports_in_use = 26,
		.busiest = {.to = {.port = 27}, .ports = 28, .time_waits = 29},
		.exclusive = {30, 31},
		.connecting = {.count = 1, .list = {{.port = 32}}}};
	end->census.by_owner[SOCKET_ORPHANED] = 33;
	end->census.states[TCP_ESTABLISHED] = 6;
	end->census.states[TCP_SYN_RECV] = 7;
	end->census.states[TCP_NEW_SYN_RECV] = 8;
	end->others.states[TCP_TIME_WAIT] = 9;
	assert_says(&end_load_sample_record, &sample,
		"{\"at_ns\":20,\"census_fresh\":true,\"cpu_ns\":21,"
		"\"sample\":{\"counters\":{\"ActiveOpens\":1,\"PassiveOpens\":2},"
		"\"load\":{\"ESTABLISHED\":6,\"FIN_WAIT_2_in_tw\":5,\"NEW-SYN-RECEIVED\":8,"
		"\"SYN-RECEIVED\":7},\"load_detail\":{\"busiest\":{\"ports\":28,"
		"\"time_waits\":29,\"to\":\"0.0.0.0:27\"},\"by_owner\":{\"orphaned\":33},"
		"\"connecting\":[{\"to\":\"0.0.0.0:32\"}],\"exclusive\":{\"ports\":30,"
		"\"time_waits\":31},\"ports_in_use\":26,\"waiting\":99},"
		"\"others\":{\"TIME-WAIT\":9},\"others_detail\":{},\"snmp_curr_estab\":34,"
		"\"sockstat_high\":25,"
		"\"sockstat_inuse\":3,\"sockstat_low\":24,\"sockstat_memory_pages\":23,"
		"\"sockstat_orphans\":22,\"sockstat_tw\":4}}");
}

/* A state has the name that RFC 9293 gives it. */
static void test_states_have_their_names(void **state)
{
	static const char *const names[] = {[TCP_ESTABLISHED] = "ESTABLISHED",
		[TCP_SYN_SENT] = "SYN-SENT",
		[TCP_SYN_RECV] = "SYN-RECEIVED",
		[TCP_FIN_WAIT1] = "FIN-WAIT-1",
		[TCP_FIN_WAIT2] = "FIN-WAIT-2",
		[TCP_TIME_WAIT] = "TIME-WAIT",
		[TCP_CLOSE] = "CLOSED",
		[TCP_CLOSE_WAIT] = "CLOSE-WAIT",
		[TCP_LAST_ACK] = "LAST-ACK",
		[TCP_CLOSING] = "CLOSING"};
	for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!names[i])
			continue;
		struct sample_end sample = {.sockstat_low = 0};
		sample.census.states[i] = i;
		json_t *object = record_json(&end_sample_record, &sample);
		json_t *load = json_object_get(object, "load");
		assert_int_equal(json_object_size(load), 1);
		assert_int_equal(json_integer_value(json_object_get(load, names[i])), i);
		json_decref(object);
	}
}

static void test_settings(void **state)
{
	static const struct network network = {.setting_count = 2,
		.settings = {{.name = "net.ipv4.a", .value = "1 2"},
			{.name = "net.ipv4.b", .value = "3"}}};
	static struct network again;
	struct error error;
	json_t *object = end_json_settings(&network);
	assert_text(object, "{\"net.ipv4.a\":\"1 2\",\"net.ipv4.b\":\"3\"}");
	assert_int_equal(end_json_settings_take(object, &again, &error), 0);
	json_decref(object);
	assert_int_equal(again.setting_count, 2);
	assert_int_equal(again.settings[1].end, TD_SERVER);
	assert_string_equal(again.settings[1].name, "net.ipv4.b");
	assert_string_equal(again.settings[1].value, "3");
}

static void test_what_is_no_setting(void **state)
{
	static const char *const wrong[] = {
		"[]", "{\"kernel.core_pattern\":\"|id\"}", "{\"net.ipv4.a\":1}"};
	static struct network network;
	struct error error;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		json_t *object = json_loads(wrong[i], 0, NULL);
		assert_int_equal(end_json_settings_take(object, &network, &error), -1);
		json_decref(object);
	}
	json_t *object = json_object();
	for (int i = 0; i <= NETWORK_SETTINGS_MAX; i++) {
		char name[32];
		snprintf(name, sizeof(name), "net.ipv4.%d", i);
		json_object_set_new(object, name, json_string(""));
	}
	network.setting_count = 0;
	assert_int_equal(end_json_settings_take(object, &network, &error), -1);
	assert_int_equal(network.setting_count, NETWORK_SETTINGS_MAX);
	json_decref(object);
}

/* Which bytes of a record its table has. */
static void mark(const struct record *record, char *bytes)
{
	static const size_t sizes[] = {[RECORD_U64] = 8,
		[RECORD_U32] = 4,
		[RECORD_U16] = 2,
		[RECORD_BOOL] = sizeof(bool),
		[RECORD_INSTANT] = 8,
		[RECORD_ADDRESS] = sizeof(struct address),
		[RECORD_PLACE] = sizeof(struct tcp_segment_end)};
	for (size_t i = 0; i < record->count; i++) {
		const struct record_field *field = &record->fields[i];
		char *at = bytes + field->offset;
		if (field->kind == RECORD_ONE || field->kind == RECORD_ONE_OR_NULL)
			mark(field->of, at);
		else if (field->kind == RECORD_TEXT)
			memset(at, 1, field->most);
		else if (field->kind != RECORD_LIST)
			memset(at, 1, sizes[field->kind]);
		for (size_t k = 0; field->kind == RECORD_LIST && k < field->most; k++)
			mark(field->of, at + k * field->of->size);
		if (field->kind == RECORD_LIST)
			memset(bytes + field->count_offset, 1, sizeof(size_t));
	}
}

static size_t bytes_untold(const struct record *record)
{
	size_t untold = 0;
	char *bytes = calloc(1, record->size);
	assert_non_null(bytes);
	mark(record, bytes);
	for (size_t i = 0; i < record->size; i++)
		untold += !bytes[i];
	free(bytes);
	return untold;
}

/* What is not told of a report is what its watch keeps for itself, what the other side knows, and
 * padding. A member that is added without a name for it is not among these. */
static void test_no_member_is_forgotten(void **state)
{
	const struct listener_gaps *gaps = NULL;
	size_t own = sizeof(gaps->latest_count) + sizeof(gaps->latest) + sizeof(gaps->latest_ns) +
		     sizeof(gaps->is_over) + LISTENER_GAPS_MAX * sizeof(gaps->list[0].refused);
	assert_int_equal(bytes_untold(&end_report_record) - own, 53);
	assert_int_equal(bytes_untold(&end_sample_record), 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_report_of_nothing),
		cmocka_unit_test(test_sample),
		cmocka_unit_test(test_states_have_their_names),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_what_is_no_setting),
		cmocka_unit_test(test_no_member_is_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
