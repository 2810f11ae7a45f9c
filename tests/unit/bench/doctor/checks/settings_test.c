/* Settings that do nothing or harm, and settings that look like it. */
#include "tests/unit/bench/doctor/found.h"
#include "tests/unit/bench/doctor/made_up_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct made_up_host made;

static const struct diagnosed *find(void)
{
	return found_find(&made.host, "settings");
}

/* A row a rule: the setting, the value that has it, one beside it that has not, what is said. */
static void test_rules(void **state)
{
	struct doctor_settings *s = &made.space.settings;
	const struct {
		int64_t *setting, bad, good;
		const char *said;
	} rows[] = {
		{&s->fin_timeout, 15, 60, "tcp_fin_timeout = 15: does not shorten TIME_WAIT"},
		{&s->rfc1337, 1, 0, "tcp_rfc1337 = 1: a client that connects again"},
		{&s->max_tw_buckets, 5000, 131072,
			"beyond 5,000 (83 closes/s) no TIME_WAIT is made; the kernel's own 131,072 "
			"would "
			"cost 67 MB"},
		{&s->abort_on_overflow, 1, 0, "tcp_abort_on_overflow = 1: a full listen queue"},
		{&s->tw_recycle, 1, 0, "tcp_tw_recycle = 1: drops SYNs of clients that share"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		made_up_host_init(&made);
		s->ehash_entries = 262144;
		*rows[i].setting = rows[i].good;
		assert_null(find());
		*rows[i].setting = rows[i].bad;
		found_has(find(), rows[i].said);
		*rows[i].setting = -1;
		assert_null(find());
	}
}

static void test_levels(void **state)
{
	made_up_host_init(&made);
	made.space.settings.fin_timeout = 15;
	made.space.settings.rfc1337 = 1;
	const struct diagnosed *found = find();
	assert_int_equal(found->level, LEVEL_NOTICE);
	assert_int_equal(found->line_count, 2);
	assert_true(found_number(found, "tcp_fin_timeout") == 15);
	assert_true(found_number(found, "tcp_rfc1337") == 1);
	made.space.settings.tw_recycle = 1;
	assert_int_equal(find()->level, LEVEL_WARNING);
}

/* Either alone is fine. */
static void test_reuse_needs_timestamps(void **state)
{
	made_up_host_init(&made);
	made.space.settings.timestamps = 0;
	assert_null(find());
	made.space.settings.tw_reuse = 1;
	found_has(find(), "tcp_tw_reuse = 1: does nothing while tcp_timestamps = 0");
	made.space.settings.timestamps = 1;
	assert_null(find());
}

/* A small machine's cap is small; a namespace that shares the host's table tells its size so. */
static void test_cap_of_a_small_machine(void **state)
{
	made_up_host_init(&made);
	made.space.settings.ehash_entries = -8192;
	made.space.settings.max_tw_buckets = 4096;
	assert_null(find());
	made.space.settings.max_tw_buckets = 4095;
	assert_non_null(find());
	made.space.settings.ehash_entries = -1;
	assert_non_null(find());
	made.space.settings.max_tw_buckets = 4096;
	assert_null(find());
}

static void test_backlog_below_somaxconn(void **state)
{
	made_up_host_init(&made);
	made.space.settings.somaxconn = 65535;
	assert_null(find());
	made_up_host_listens(&made, 0, 511, 0);
	found_has(find(), "somaxconn = 65535: no program here asks listen() for more than 511");
	made_up_host_listens(&made, 0, 65535, 0);
	assert_null(find());
	made.space.listener_count = 1;
	made.space.settings.somaxconn = 4096;
	assert_null(find());
}

/* A pod has the kernel's own where its host was tuned. */
static void test_namespace_has_its_own(void **state)
{
	struct doctor_namespace spaces[2];
	made_up_host_init(&made);
	port_range_read(&made.space.settings.ports, "32768 60999", "");
	made.space.pair_count = 0;
	spaces[0] = spaces[1] = made.space;
	snprintf(spaces[1].name, sizeof(spaces[1].name), "net:[4026532456]");
	made.host.namespaces = spaces;
	made.host.namespace_count = 2;
	assert_null(find());
	spaces[0].settings.tw_reuse = 1;
	port_range_read(&spaces[0].settings.ports, "1024 65535", "");
	const struct diagnosed *found = find();
	found_has(
		found, "tcp_tw_reuse = 2: the host's is 1, but each network namespace has its own");
	found_has(found, "28,232 ports from there on: the host has 64,512");
	assert_int_equal(found_count("settings"), 1);
	spaces[1].was_walked = false;
	assert_null(find());
	/* Its owner has set it to something else. */
	spaces[1].was_walked = true;
	spaces[1].settings.tw_reuse = 0;
	port_range_read(&spaces[1].settings.ports, "40000 40999", "");
	assert_null(find());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_reuse_needs_timestamps),
		cmocka_unit_test(test_cap_of_a_small_machine),
		cmocka_unit_test(test_backlog_below_somaxconn),
		cmocka_unit_test(test_namespace_has_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, found_finish);
}
