/* What two hosts have to have set, where no trial sets anything: each end's own value counts. */
#include "bench/trial/shared_hosts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct shared_hosts hosts = {
	.network = {.settings = {{.end = TD_CLIENT, .name = "net.ipv4.tcp_tw_reuse", .value = "1"},
			    {.end = TD_SERVER, .name = "net.ipv4.tcp_tw_reuse", .value = "0"}},
		.setting_count = 2}};

/* NULL: both hosts have what it requires. */
static void check(struct td_strategy strategy, const char *lacks)
{
	struct error error = {.text = ""};
	int result = shared_hosts_check(&hosts, &strategy, &error);
	assert_int_equal(result, lacks ? -1 : 0);
	assert_true(!lacks || strstr(error.text, lacks));
}

static void each_end_has_its_own_value(void **state)
{
	check((struct td_strategy){.source_port = TD_PORT_KERNEL}, NULL);
	check((struct td_strategy){.requirements = {{TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1", ""}}},
		NULL);
	check((struct td_strategy){.requirements = {{TD_SERVER, "net.ipv4.tcp_tw_reuse", "1", ""}}},
		"requires net.ipv4.tcp_tw_reuse = 1 on the server's host, which has 0");
	check((struct td_strategy){.requirements = {{TD_SERVER, "net.ipv4.tcp_tw_reuse", "0", ""}}},
		NULL);
	check((struct td_strategy){.requirements = {{TD_CLIENT, "net.ipv4.tcp_tw_reuse", "0", ""}}},
		"on the client's host, which has 1");
}

static void the_last_requirement_counts_too(void **state)
{
	check((struct td_strategy){.requirements = {{TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1", ""},
					   {TD_SERVER, "net.ipv4.tcp_rfc1337", "1", ""}}},
		"requires net.ipv4.tcp_rfc1337 = 1 on the server's host, which has no such "
		"setting");
}

/* What a client that binds its ports itself has of its host's range; NULL: none. */
static void check_bound(const char *range, const char *has)
{
	struct shared_hosts asked = {
		.network = {.is_shared = true,
			.has_bound_ports = true,
			.settings = {{.end = TD_CLIENT, .name = "net.ipv4.ip_local_port_range"}},
			.setting_count = 1}};
	const struct td_strategy strategy = {.source_port = TD_PORT_BIND};
	struct error error = {.text = ""};
	uint16_t low, high;
	char text[20];
	snprintf(asked.network.settings[0].value, SYSCTL_VALUE_MAX, "%s", range);
	network_port_range(&asked.network, &low, &high);
	snprintf(text, sizeof(text), "%u %u", low, high);
	assert_string_equal(text, has ? has : range);
	asked.network.has_bound_ports = false;
	assert_int_equal(shared_hosts_check(&asked, &strategy, &error), has ? 0 : -1);
	assert_true(has || strstr(error.text, "binds its ports itself"));
}

static void ports_that_are_bound_are_outside_of_the_range(void **state)
{
	check_bound("32768 60999", "61000 65535");
	check_bound("1024 64511", "64512 65535");
	check_bound("2048 64512", "1024 2047");
	check_bound("2047 64512", NULL);
	check_bound("1024 65535", NULL);
	check((struct td_strategy){.source_port = TD_PORT_RANGE}, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_end_has_its_own_value),
		cmocka_unit_test(the_last_requirement_counts_too),
		cmocka_unit_test(ports_that_are_bound_are_outside_of_the_range),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
