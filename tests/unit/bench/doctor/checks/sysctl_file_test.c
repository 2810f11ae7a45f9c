/* Files that would make settings which do nothing, or do harm. */
#include "bench/doctor/settings.h"
#include "bench/doctor/sysctl_lines.h"
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
	return found_find(&made.host, "sysctl-file");
}

static struct sysctl_lines lines;
static char room[4096];

/* What this kernel would say of names is left out: each is known. */
static const struct diagnosed *judge(const char *text)
{
	sysctl_lines_finish(&lines);
	snprintf(room, sizeof(room), "%s", text);
	assert_int_equal(sysctl_lines_parse(&lines, "9.conf", room), 0);
	made_up_host_init(&made);
	made.host.lines = &lines;
	doctor_settings_read(&made.space.settings, &lines);
	return find();
}

static void test_line(void **state)
{
	const struct diagnosed *found = judge("\nnet.ipv4.tcp_fin_timeout = 15\n");
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_NOTICE);
	assert_string_equal(found->headline, "9.conf:2: tcp_fin_timeout = 15");
	found_has(found, "does not shorten TIME_WAIT");
	assert_true(found_number(found, "line") == 2);
	/* The host itself is not looked at. */
	assert_int_equal(found_count("settings") + found_count("ports-run-out"), 0);
	assert_int_equal(judge("net.ipv4.tcp_rfc1337 = 1")->level, LEVEL_WARNING);
}

/* The kernel reads 0x10, and refuses 1e6: nothing is set then, to 1 least of all. */
static void test_numbers(void **state)
{
	judge("net.ipv4.tcp_max_tw_buckets = 0x10\n");
	found_has(find(), "beyond 16 ");
	const struct diagnosed *found = judge("net.ipv4.tcp_max_tw_buckets = 1e6\n");
	assert_int_equal(found->level, LEVEL_WARNING);
	found_has(found, "the kernel refuses this value: 1e6 is no number");
	assert_int_equal(found_count("sysctl-file"), 1);
	found_has(judge("net.ipv4.tcp_max_tw_buckets = 1,000\n"), "1,000 is no number");
	found_has(judge("net.ipv4.tcp_tw_reuse = 3\n"), "it takes 0 to 2");
	found_has(judge("net.ipv4.ip_local_port_range = 60000 1000\n"),
		"its last port is below its first");
	found_has(judge("net.ipv4.tcp_rmem = 4096 0 9\n"),
		"the kernel refuses this value, and sets the numbers before it: it takes 1 to "
		"2,147,483,647");
	/* The comment is not what is wrong with it. */
	found = judge("net.ipv4.tcp_tw_reuse = 3 # all\n");
	found_has(found, "it takes 0 to 2");
	assert_int_equal(found_count("sysctl-file"), 1);
	/* What is refused sets nothing: an earlier line counts. */
	judge("net.ipv4.tcp_rfc1337 = 1\nnet.ipv4.tcp_rfc1337 = no\n");
	assert_int_equal(found_count("sysctl-file"), 2);
}

static void test_two_together(void **state)
{
	judge("net.ipv4.tcp_tw_reuse = 1\nnet.ipv4.tcp_timestamps = 0\n");
	assert_int_equal(found_count("sysctl-file"), 2);
	found_has(find(), "9.conf:1: tcp_tw_reuse = 1");
	found_has(find(), "net.ipv4.tcp_timestamps=1");
	judge("net.ipv4.tcp_timestamps = 0\nnet.ipv4.tcp_tw_reuse = 1\n");
	found_has(find(), "net.ipv4.tcp_tw_reuse then does nothing while tcp_timestamps = 0");
}

static void test_the_last_counts(void **state)
{
	const struct diagnosed *found =
		judge("net.ipv4.tcp_rfc1337 = 1\nnet.ipv4.tcp_rfc1337 = 0\n");
	assert_int_equal(found_count("sysctl-file"), 1);
	found_has(found, "a later line sets another value");
	found_has(found, "9.conf:2: 0");
	assert_null(judge("net.ipv4.tcp_rfc1337 = 0\nnet.ipv4.tcp_rfc1337 = 0\n"));
}

static void test_gone_and_unknown(void **state)
{
	found_has(judge("net.ipv4.tcp_fack = 1"), "does nothing since Linux 4.15");
	assert_null(judge("net.ipv4.tcp_tw_resue = 1"));
	lines.list[0].is_unknown = true;
	snprintf(lines.list[0].near, sizeof(lines.list[0].near), "net.ipv4.tcp_tw_reuse");
	found_has(find(), "this kernel has no such setting");
	/* What a kernel has not, it does not do. */
	judge("net.ipv4.tcp_tw_recycle = 1");
	lines.list[0].is_unknown = true;
	found_has(find(), "is gone since Linux 4.12");
	assert_int_equal(found_count("sysctl-file"), 1);
}

static void test_comments(void **state)
{
	const struct diagnosed *found = judge("net.ipv4.tcp_syn_retries = 5 # five\n");
	assert_int_equal(found->level, LEVEL_NOTICE);
	found_has(found, "the kernel takes the numbers");
	found = judge("net.ipv4.tcp_rfc1337 = 1# never\n");
	assert_int_equal(found->level, LEVEL_WARNING);
	found_has(found, "the kernel refuses this one");
	/* What is refused does nothing else, and no earlier line gives way to it. */
	assert_int_equal(found_count("sysctl-file"), 1);
	judge("net.ipv4.tcp_rfc1337 = 0\nnet.ipv4.tcp_rfc1337 = 1# never\n");
	assert_int_equal(found_count("sysctl-file"), 1);
	/* What is taken counts. */
	judge("net.ipv4.tcp_rfc1337 = 1 # always\n");
	assert_int_equal(found_count("sysctl-file"), 2);
	assert_null(judge("  net.ipv4.tcp_syn_retries: 5 # five\n"));
	/* Fewer numbers than the setting has. */
	found = judge("net.ipv4.tcp_rmem = 4096 131072 # min\n");
	assert_int_equal(found->level, LEVEL_WARNING);
	found_has(found, "sets the numbers before it, and refuses this one");
	found = judge("net.ipv4.ip_local_port_range = 32768 # low\n");
	assert_int_equal(found->level, LEVEL_WARNING);
	found_has(found, "the kernel refuses this one");
}

/* A comment is no other value. */
static void test_the_same_with_a_comment(void **state)
{
	judge("net.ipv4.tcp_syn_retries = 5 # five\nnet.ipv4.tcp_syn_retries = 5\n");
	assert_int_equal(found_count("sysctl-file"), 1);
	found_lacks(find(), "another value");
	judge("net.ipv4.tcp_syn_retries = 5\nnet.ipv4.tcp_syn_retries = 5 # five\n");
	assert_int_equal(found_count("sysctl-file"), 1);
	judge("net.ipv4.tcp_syn_retries = 5 # five\nnet.ipv4.tcp_syn_retries = 56\n");
	assert_int_equal(found_count("sysctl-file"), 2);
}

static void test_of_containers(void **state)
{
	found_has(judge("- name: net.core.rmem_max\n  value: \"1\"\n"),
		"a container, or a pod, cannot");
	assert_null(judge("net.core.rmem_max = 1\n"));
	assert_null(judge("- name: net.core.somaxconn\n  value: \"1024\"\n"));
	/* Two services of one file. */
	assert_null(judge("  net.core.somaxconn: 1024\n  net.core.somaxconn: 2048\n"));
}

static void test_usual_ones_are_fine(void **state)
{
	assert_null(judge("net.ipv4.tcp_fin_timeout = 60\nnet.ipv4.tcp_tw_reuse = 1\n"
			  "net.ipv4.ip_local_port_range = 1024 65535\nvm.swappiness = 1\n"
			  "# net.ipv4.tcp_rfc1337 = 1\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_two_together),
		cmocka_unit_test(test_the_last_counts),
		cmocka_unit_test(test_gone_and_unknown),
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_the_same_with_a_comment),
		cmocka_unit_test(test_of_containers),
		cmocka_unit_test(test_usual_ones_are_fine),
	};
	int failed = cmocka_run_group_tests(tests, NULL, found_finish);
	sysctl_lines_finish(&lines);
	return failed;
}
