/* Names of sysctls, what belongs to the host, and values that are read whole or not at all. */
#include "common/sysctl.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void names(void **state)
{
	static const struct {
		const char *name;
		bool good;
	} rows[] = {
		{"net.ipv4.tcp_timestamps", true},
		{"net.ipv4.conf.eth0-1.rp_filter", true},
		{"kernel.ostype", true},
		{"", false},
		{".net", false},
		{"net.", false},
		{"net..ipv4", false},
		{"net.ipv4/tcp_timestamps", false},
		{"net.ipv4.tcp timestamps", false},
		{"net.ipv4.tcp_timestamps\n", false},
		{"net.ipv4.\xc3\xa4", false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (sysctl_is_name(rows[i].name) != rows[i].good)
			fail_msg("%s", rows[i].name);
	char name[SYSCTL_NAME_MAX + 1] = "";
	memset(name, 'x', SYSCTL_NAME_MAX - 1);
	assert_true(sysctl_is_name(name));
	name[SYSCTL_NAME_MAX - 1] = 'x';
	assert_false(sysctl_is_name(name));
}

static void of_the_network_and_of_the_host(void **state)
{
	static const struct {
		const char *name;
		bool network, host_wide;
	} rows[] = {
		{"net.ipv4.tcp_timestamps", true, false},
		{"net.ipv4.tcp_max_tw_buckets", true, false},
		{"net.ipv4.tcp_rmem", true, false},
		{"net.ipv4.tcp_mem", true, true},
		{"net.ipv4.tcp_max_orphans", true, true},
		{"net.ipv4.tcp_available_congestion_control", true, true},
		{"net.core.somaxconn", true, false},
		{"net.core.rmem_max", true, true},
		{"net.core.xfrm_acq_expires", true, false},
		{"net.netfilter.nf_conntrack_max", true, true},
		{"net.netfilter.nf_conntrack_buckets", true, false},
		{"kernel.ostype", false, false},
		{"network.x", false, false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (sysctl_is_of_network(rows[i].name) != rows[i].network ||
			sysctl_is_host_wide(rows[i].name) != rows[i].host_wide)
			fail_msg("%s", rows[i].name);
}

static void white_space(void **state)
{
	static const char *const rows[][2] = {
		{"1", "1"},
		{"1\n", "1"},
		{"4096\t131072\t6291456\n", "4096 131072 6291456"},
		{"  a \t b\r\n", "a b"},
		{"", ""},
		{" \n", ""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char value[64];
		snprintf(value, sizeof(value), "%s", rows[i][0]);
		sysctl_normalise(value);
		assert_string_equal(value, rows[i][1]);
	}
}

static void assert_fails(int result, int error)
{
	int found = errno;
	assert_int_equal(result, -1);
	assert_int_equal(found, error);
}

static void a_value_is_read_whole_or_not_at_all(void **state)
{
	char value[64];
	assert_int_equal(sysctl_read("kernel.ostype", value, sizeof(value)), 0);
	assert_string_equal(value, "Linux");
	memset(value, 'x', sizeof(value));
	assert_int_equal(sysctl_read("kernel.ostype", value, sizeof("Linux")), 0);
	assert_string_equal(value, "Linux");
	memset(value, 'x', sizeof(value));
	assert_fails(sysctl_read("kernel.ostype", value, sizeof("Linux") - 1), EMSGSIZE);
	assert_int_equal(value[0], 'x');
}

static void what_is_no_sysctl(void **state)
{
	char value[64];
	assert_fails(sysctl_read("kernel/ostype", value, sizeof(value)), EINVAL);
	assert_fails(sysctl_read("..proc.self.comm", value, sizeof(value)), EINVAL);
	assert_fails(sysctl_write("kernel/ostype", "x"), EINVAL);
	assert_fails(sysctl_read("net.ipv4.no_such_setting", value, sizeof(value)), ENOENT);
	assert_fails(sysctl_write("net.ipv4.no_such_setting", "1"), ENOENT);
	/* This setting can be written by nobody. */
	assert_int_equal(sysctl_write("kernel.ostype", "x"), -1);
	assert_int_equal(sysctl_read("kernel.ostype", value, sizeof(value)), 0);
	assert_string_equal(value, "Linux");
}

/* The kernel separates by tabs, a table by one space. */
static void a_value_that_the_kernel_separates_by_tabs(void **state)
{
	char value[128];
	unsigned low, high;
	assert_int_equal(sysctl_read("net.ipv4.ip_local_port_range", value, sizeof(value)), 0);
	assert_null(strpbrk(value, "\t\n"));
	assert_int_equal(sscanf(value, "%u %u", &low, &high), 2);
}

/* One after the other, of a folder, of another, of none, and of the first again. */
static void values_of_folders(void **state)
{
	static const char *const read_names[] = {"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_rfc1337",
		"kernel.ostype", "net.ipv4.tcp_fin_timeout"};
	struct sysctl_folder folder = {.fd = -1};
	char value[64], alone[64];
	for (size_t i = 0; i < sizeof(read_names) / sizeof(read_names[0]); i++) {
		assert_int_equal(sysctl_read(read_names[i], alone, sizeof(alone)), 0);
		assert_int_equal(
			sysctl_folder_read(&folder, read_names[i], value, sizeof(value)), 0);
		assert_string_equal(value, alone);
		assert_fails(sysctl_folder_read(&folder, "net.ipv4.none", value, 64), ENOENT);
		assert_fails(
			sysctl_folder_read(&folder, "net.none.tcp_fin_timeout", value, 64), ENOENT);
		assert_fails(sysctl_folder_read(&folder, "kernel/ostype", value, 64), EINVAL);
	}
	sysctl_folder_close(&folder);
	assert_int_equal(folder.fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(of_the_network_and_of_the_host),
		cmocka_unit_test(white_space),
		cmocka_unit_test(a_value_that_the_kernel_separates_by_tabs),
		cmocka_unit_test(a_value_is_read_whole_or_not_at_all),
		cmocka_unit_test(what_is_no_sysctl),
		cmocka_unit_test(values_of_folders),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
