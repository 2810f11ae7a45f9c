/* Settings as files write them. */
#include "bench/doctor/sysctl_lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct sysctl_lines lines;

static void parse(const char *text)
{
	char room[4096];
	sysctl_lines_finish(&lines);
	snprintf(room, sizeof(room), "%s", text);
	assert_int_equal(sysctl_lines_parse(&lines, "f", room), 0);
}

static void is(
	size_t index, unsigned line, const char *name, const char *value, bool is_of_container)
{
	assert_true(index < lines.count);
	assert_string_equal(lines.list[index].name, name);
	assert_string_equal(lines.list[index].value, value);
	assert_string_equal(lines.list[index].file, "f");
	assert_int_equal(lines.list[index].line, line);
	assert_int_equal(lines.list[index].is_of_container, is_of_container);
}

static void test_sysctl_conf(void **state)
{
	parse("# net.ipv4.tcp_rfc1337 = 1\n"
	      ";net.ipv4.tcp_rfc1337 = 1\n"
	      "net.ipv4.tcp_fin_timeout = 15\n"
	      "-net.ipv4.tcp_tw_recycle=1\n"
	      "net/ipv4/conf/eth0.1/forwarding=1\n"
	      "  net.ipv4.ip_local_port_range =\t1024\t65000  \n"
	      "vm.swappiness = 1\n"
	      "kernel.subnet.x = 2\n"
	      "net.ipv4.ip_local_reserved_ports = 8080,9148-9150");
	assert_int_equal(lines.count, 5);
	is(0, 3, "net.ipv4.tcp_fin_timeout", "15", false);
	is(1, 4, "net.ipv4.tcp_tw_recycle", "1", false);
	is(2, 5, "net.ipv4.conf.eth0.1.forwarding", "1", false);
	is(3, 6, "net.ipv4.ip_local_port_range", "1024 65000", false);
	is(4, 9, "net.ipv4.ip_local_reserved_ports", "8080,9148-9150", false);
}

static void test_kubernetes(void **state)
{
	parse("  sysctls:\n"
	      "  - name: net.ipv4.tcp_fin_timeout\n"
	      "    value: \"15\"\n"
	      "  - name: \"net.core.somaxconn\"\n"
	      "    value: '1024'\n"
	      "  [{\"name\":\"net.ipv4.tcp_rfc1337\",\"value\":\"1\"}]\n"
	      "  - { name: net.ipv4.tcp_tw_reuse, value: 1 }\n");
	assert_int_equal(lines.count, 4);
	is(0, 3, "net.ipv4.tcp_fin_timeout", "15", true);
	is(1, 5, "net.core.somaxconn", "1024", true);
	is(2, 6, "net.ipv4.tcp_rfc1337", "1", true);
	is(3, 7, "net.ipv4.tcp_tw_reuse", "1", true);
}

static void test_docker(void **state)
{
	parse("docker run --sysctl net.ipv4.tcp_fin_timeout=10 --sysctl "
	      "'net.ipv4.ip_local_port_range=1024 65000' --sysctl \"net.core.somaxconn=9\" image\n"
	      "      - net.core.somaxconn=1024\n"
	      "      - \"net.ipv4.ip_local_port_range=1024 65001\"\n"
	      "      net.ipv4.tcp_rfc1337: 1\n");
	assert_int_equal(lines.count, 6);
	is(0, 1, "net.ipv4.tcp_fin_timeout", "10", true);
	is(1, 1, "net.ipv4.ip_local_port_range", "1024 65000", true);
	is(2, 1, "net.core.somaxconn", "9", true);
	is(3, 2, "net.core.somaxconn", "1024", true);
	is(4, 3, "net.ipv4.ip_local_port_range", "1024 65001", true);
	is(5, 4, "net.ipv4.tcp_rfc1337", "1", true);
}

/* What comes behind a # is no setting; a # within a value is. */
static void test_comments(void **state)
{
	parse("vm.swappiness=1 # see net.ipv4.tcp_rfc1337 = 1\n"
	      "  net.core.somaxconn: 1024 # net.ipv4.tcp_rfc1337: 1\n"
	      "  - name: net.ipv4.tcp_fin_timeout # the client's\n"
	      "    value: \"15\" # fifteen\n"
	      "  - 'net.ipv4.tcp_syn_retries=3' # don't\n"
	      "docker run --sysctl net.ipv4.tcp_tw_reuse=1 image # --sysctl net.ipv4.x=1\n"
	      "  net.ipv4.tcp_congestion_control: a#b\n"
	      "  net.ipv4.tcp_y: \"a # b\" # c\n");
	assert_int_equal(lines.count, 6);
	is(0, 2, "net.core.somaxconn", "1024", true);
	is(1, 4, "net.ipv4.tcp_fin_timeout", "15", true);
	is(2, 5, "net.ipv4.tcp_syn_retries", "3", true);
	is(3, 6, "net.ipv4.tcp_tw_reuse", "1", true);
	is(4, 7, "net.ipv4.tcp_congestion_control", "a#b", true);
	is(5, 8, "net.ipv4.tcp_y", "a # b", true);
	for (size_t i = 0; i < lines.count; i++)
		assert_false(lines.list[i].has_comment || lines.list[i].is_refused);
}

/* sysctl(8) writes the whole rest of the line, and the kernel takes some of these. */
static void test_values_with_comments(void **state)
{
	static const struct {
		const char *text;
		bool has_comment, is_refused;
	} rows[] = {
		{"net.ipv4.tcp_fin_timeout = 30   # half a minute", true, false},
		{"net.ipv4.tcp_fin_timeout = 30 ; half a minute", true, false},
		{"-net.ipv4.ip_local_port_range = 1024 65000\t# all", true, false},
		{"net.ipv4.tcp_fin_timeout = 30# half a minute", true, true},
		{"net.ipv4.tcp_fin_timeout = # none", true, true},
		{"net.ipv4.tcp_congestion_control = reno # old", true, true},
		{"net.ipv4.ip_local_reserved_ports = 8080 # web", true, true},
		{"net.ipv4.tcp_fin_timeout = 30", false, false},
		{"net.ipv4.tcp_fin_timeout = -1 ", false, false},
		{"net.ipv4.tcp_congestion_control = reno", false, false},
		{"net.ipv4.ip_local_reserved_ports = 8080", false, false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		parse(rows[i].text);
		assert_int_equal(lines.count, 1);
		assert_int_equal(lines.list[0].has_comment, rows[i].has_comment);
		assert_int_equal(lines.list[0].is_refused, rows[i].is_refused);
	}
	parse("net.a = 1\nnet.a = 2# two\nnet.b = 3# three\n");
	assert_string_equal(sysctl_lines_find(&lines, "net.a")->value, "1");
	assert_null(sysctl_lines_find(&lines, "net.b"));
}

/* Several settings in a line, and a value that is not yet one. */
static void test_brackets(void **state)
{
	parse("sysctls: [net.core.somaxconn=1024, net.ipv4.tcp_syncookies=0]\n"
	      "sysctls: {net.core.somaxconn: 1025, net.ipv4.tcp_syncookies: 1}\n"
	      "sysctl -w net.core.somaxconn=1026; sysctl -w net.ipv4.tcp_syncookies=2&&x\n"
	      "- {name: net.ipv4.ip_local_reserved_ports, value: 8080}\n"
	      "net.core.somaxconn: {{ .Values.backlog }}\n");
	assert_int_equal(lines.count, 8);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(lines.list[2 * i].name, "net.core.somaxconn");
		assert_int_equal(lines.list[2 * i].value[3], "456"[i]);
		assert_int_equal(strlen(lines.list[2 * i].value), 4);
		assert_string_equal(lines.list[2 * i + 1].name, "net.ipv4.tcp_syncookies");
		assert_int_equal(lines.list[2 * i + 1].value[0], "012"[i]);
		assert_int_equal(strlen(lines.list[2 * i + 1].value), 1);
	}
	is(6, 4, "net.ipv4.ip_local_reserved_ports", "8080", true);
	for (size_t i = 0; i < lines.count; i++)
		assert_false(lines.list[i].is_refused);
}

/* Only a port of the host's own range is known to be too low: a container may have another. */
static void test_low_ports(void **state)
{
	parse("net.ipv4.ip_unprivileged_port_start = 2000\n"
	      "net.ipv4.ip_local_port_range = 1999 60000\n"
	      "net.ipv4.ip_local_port_range = 2000 60000\n"
	      "- net.ipv4.ip_local_port_range=1999 60000\n");
	assert_string_equal(lines.list[1].why_refused,
		"its first port is below ip_unprivileged_port_start, 2,000");
	assert_false(lines.list[2].is_refused || lines.list[3].is_refused);
}

static void test_nonsense(void **state)
{
	static const char *const texts[] = {"", "net.", "net..x = 1", "net.ipv4.x =", "net.ipv4.x",
		"value: 1", "=net.ipv4.tcp_x", "net.ipv4.x = \"", "\"net.", "- name: net.ipv4.y\n",
		"xnet.ipv4.x = 1", "my-net.ipv4.x = 1", "--sysctl", "planet/x = 1"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		parse(texts[i]);
		assert_int_equal(lines.count, 0);
	}
	parse("net.ipv4.x = \x1b[31m\n");
	is(0, 1, "net.ipv4.x", "?[31m", false);
}

/* Neither fits: the name is none of the kernel's, the value is cut. */
static void test_long(void **state)
{
	char text[1024];
	memset(text, 'x', sizeof(text));
	memcpy(text, "net.", 4);
	memcpy(text + 500, " = 1", 5);
	parse(text);
	assert_true(lines.count <= 1);
	memcpy(text, "net.ipv4.y = ", 13);
	text[500] = 'x';
	text[sizeof(text) - 1] = '\0';
	parse(text);
	assert_int_equal(lines.count, 1);
}

static void test_the_last_is_found(void **state)
{
	parse("net.a = 1\nnet.b = 2\nnet.a = 3\n");
	assert_string_equal(sysctl_lines_find(&lines, "net.a")->value, "3");
	assert_null(sysctl_lines_find(&lines, "net.c"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sysctl_conf),
		cmocka_unit_test(test_kubernetes),
		cmocka_unit_test(test_docker),
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_values_with_comments),
		cmocka_unit_test(test_brackets),
		cmocka_unit_test(test_low_ports),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_the_last_is_found),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	sysctl_lines_finish(&lines);
	return failed;
}
