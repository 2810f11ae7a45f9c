/* What the agent says of its end: each figure at its own name, whole texts of made-up ones that are
 * all different. */
#include "bench/ends/end_json.h"

#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Of the kernel alone (include/net/tcp_states.h). */
#define TCP_NEW_SYN_RECV 12

static void assert_says(json_t *object, const char *expected)
{
	char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
	json_decref(object);
}

static struct holder holder(uint32_t number, const char *name)
{
	struct holder one = {.pid = number, .processes = number + 1, .held = number + 2};
	memcpy(one.name, name, strlen(name));
	return one;
}

static void test_report(void **state)
{
	struct server_end_report report = {
		.backlog_is_known = true,
		.backlog = 1,
		.rss_before = 2,
		.rss_peak = 3,
		.cpu_ns = 4,
		.ended = 5,
		.accept_watch =
			{.looks = 6, .at_once = 7, .ever = 8, .waiting_peak = 9, .waiting = 10},
		.close_watch = {.looks = 11, .blocked = 12, .at_once = 13, .longest_ms = 14},
		.stop_watch = {.processes = 15, .stopped_ns = 16, .at_end = true},
		.descriptor_watch = {.looks = 17, .reached = 18, .limit = 19},
		.quiet_holder = holder(20, "quiet"),
		.late_holder = holder(30, "late"),
	};
	report.holders[SOCKET_LAST_ACK] = holder(40, "holds");
	assert_says(end_json_report(&report),
		"{\"accept_queue\":{\"listeners_at_once\":7,\"listeners_ever\":8,\"looks\":6,"
		"\"waiting\":10,\"waiting_peak\":9},"
		"\"close_blocks\":{\"at_once\":13,\"blocked\":12,\"longest_ms\":14,\"looks\":11},"
		"\"closed_late_by\":{\"held\":32,\"name\":\"late\",\"pid\":30,\"processes\":31},"
		"\"cpu_ns\":4,\"descriptors\":{\"limit\":19,\"limit_reached\":18,\"looks\":17},"
		"\"listen_backlog\":1,\"open_held_by\":{\"last_ack\":{\"held\":42,\"name\":"
		"\"holds\",\"pid\":40,\"processes\":41}},\"processes_ended\":5,"
		"\"quiet_held_by\":{\"held\":22,\"name\":\"quiet\",\"pid\":20,\"processes\":21},"
		"\"rss_before_bytes\":2,\"rss_peak_bytes\":3,"
		"\"stopped\":{\"at_end\":true,\"processes\":15,\"stopped_ns\":16}}");
}

/* Nothing was found, and the backlog is not known. */
static void test_report_of_nothing(void **state)
{
	const struct server_end_report report = {.backlog = 128};
	json_t *object = end_json_report(&report);
	assert_non_null(object);
	assert_true(json_is_null(json_object_get(object, "listen_backlog")));
	assert_true(json_is_null(json_object_get(object, "quiet_held_by")));
	assert_true(json_is_null(json_object_get(object, "closed_late_by")));
	assert_int_equal(json_object_size(json_object_get(object, "open_held_by")), 0);
	json_decref(object);
}

/* The kernel's two states of a half-open connection are one; listeners' queues are no connection of
 * the load's alone, and not told. */
static void test_sample(void **state)
{
	struct sample_end sample = {
		.counters = {.active_opens = 1,
			.passive_opens = 2,
			.gauge_inuse = 3,
			.gauge_tw = 4},
		.census = {.waiting = 99, .fin_wait2_in_tw = 5},
	};
	sample.census.states[TCP_ESTABLISHED] = 6;
	sample.census.states[TCP_SYN_RECV] = 7;
	sample.census.states[TCP_NEW_SYN_RECV] = 8;
	sample.others.states[TCP_TIME_WAIT] = 9;
	assert_says(end_json_sample(&sample),
		"{\"counters\":{\"ActiveOpens\":1,\"PassiveOpens\":2},"
		"\"load\":{\"ESTABLISHED\":6,\"FIN_WAIT_2_in_tw\":5,\"SYN-RECEIVED\":15},"
		"\"others\":{\"TIME-WAIT\":9},\"sockstat_inuse\":3,\"sockstat_tw\":4}");
}

static void test_settings(void **state)
{
	static struct network network = {.setting_count = 2,
		.settings = {{.name = "net.ipv4.a", .value = "1 2"},
			{.name = "net.ipv4.b", .value = "3"}}};
	assert_says(end_json_settings(&network), "{\"net.ipv4.a\":\"1 2\",\"net.ipv4.b\":\"3\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_report_of_nothing),
		cmocka_unit_test(test_sample),
		cmocka_unit_test(test_settings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
