/* The network of a trial, made for real. Exits 77 where namespaces are impossible. */
#include "bench/network/netns.h"
#include "bench/network/network.h"
#include "bench/network/settings.h"
#include "common/clock.h"
#include "tests/unit/bench/network/namespaces.h"

#include <dirent.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#define PORT 8080
#define SOMAXCONN_NAME "net.core.somaxconn"

static const struct network_spec plain = {
	.client_addresses = 1, .port_low = 32768, .port_high = 60999};

static void network_make(struct network *network, const struct network_spec *spec)
{
	struct error error;
	if (network_create(network, spec, &error) == -1)
		fail_msg("%s", error.text);
}

static void setting_read(const char *name, char *value, size_t size)
{
	char path[96];
	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	for (char *c = path + strlen("/proc/sys/"); *c; c++)
		if (*c == '.')
			*c = '/';
	FILE *file = fopen(path, "re");
	value[0] = '\0';
	if (!file)
		return;
	if (!fgets(value, (int)size, file))
		value[0] = '\0';
	fclose(file);
	sysctl_normalise(value);
}

static const char *setting_recorded(
	const struct network *network, enum td_who end, const char *name)
{
	const char *value = NULL;
	for (size_t i = 0; i < network->setting_count; i++) {
		const struct network_setting *setting = &network->settings[i];
		if (setting->end != end || strcmp(setting->name, name) != 0)
			continue;
		assert_null(value); /* recorded once */
		value = setting->value;
	}
	return value;
}

struct look {
	const struct network *network;
	enum td_who end;
	size_t seen;
};

/* In the namespace: everything that is recorded of the end reads as recorded. */
static int settings_look(void *argument, struct error *error)
{
	struct look *look = argument;
	for (size_t i = 0; i < look->network->setting_count; i++) {
		const struct network_setting *setting = &look->network->settings[i];
		char value[sizeof(setting->value)];
		if (setting->end != look->end)
			continue;
		setting_read(setting->name, value, sizeof(value));
		if (strcmp(value, setting->value) != 0)
			return error_set(error, STATUS_FAILED, "%s is \"%s\", recorded as \"%s\"",
				setting->name, value, setting->value);
		look->seen++;
	}
	return 0;
}

static void settings_are_read_back(void **state)
{
	const struct network_setting asked[] = {
		{TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1"},
		{TD_SERVER, "net.ipv4.tcp_max_tw_buckets", "10"},
		{TD_SERVER, "net.ipv4.tcp_rmem", "4096\t 8192  16384 "},
		{TD_CLIENT, "net.ipv4.tcp_ecn", "0"},
		{TD_CLIENT, "net.ipv4.tcp_ecn", "1"},
	};
	struct network_spec spec = plain;
	spec.port_low = 20000;
	spec.port_high = 20999;
	spec.settings = asked;
	spec.setting_count = sizeof(asked) / sizeof(asked[0]);
	struct network network;
	char host_before[64], host_after[64];
	setting_read(SOMAXCONN_NAME, host_before, sizeof(host_before));
	network_make(&network, &spec);

	struct error error = {.text = ""};
	struct look server = {&network, TD_SERVER, 0}, client = {&network, TD_CLIENT, 0};
	if (netns_run(network.server_netns, settings_look, &server, &error) == -1 ||
		netns_run(network.client_netns, settings_look, &client, &error) == -1)
		fail_msg("%s", error.text);
	assert_int_equal(server.seen + client.seen, network.setting_count);
	assert_true(server.seen > 10 && client.seen > 10);
#define RECORDED(end, name) setting_recorded(&network, end, name)
	assert_string_equal(RECORDED(TD_CLIENT, "net.ipv4.ip_local_port_range"), "20000 20999");
	assert_string_equal(RECORDED(TD_SERVER, "net.ipv4.ip_local_port_range"), "32768 60999");
	assert_string_equal(RECORDED(TD_CLIENT, "net.ipv4.tcp_tw_reuse"), "1");
	assert_string_equal(RECORDED(TD_SERVER, "net.ipv4.tcp_tw_reuse"), "0");
	assert_string_equal(RECORDED(TD_SERVER, "net.ipv4.tcp_max_tw_buckets"), "10");
	assert_string_equal(RECORDED(TD_SERVER, "net.ipv4.tcp_rmem"), "4096 8192 16384");
	assert_string_equal(RECORDED(TD_CLIENT, "net.ipv4.tcp_ecn"), "1");
	assert_string_equal(RECORDED(TD_CLIENT, SOMAXCONN_NAME), "65535");
	assert_non_null(RECORDED(TD_SERVER, "net.ipv4.tcp_congestion_control"));
#undef RECORDED
	setting_read(SOMAXCONN_NAME, host_after, sizeof(host_after));
	assert_string_equal(host_before, host_after);
	network_destroy(&network);
}

static size_t descriptors_open(void)
{
	size_t count = 0;
	DIR *directory = opendir("/proc/self/fd");
	assert_non_null(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

static void a_setting_that_does_not_take_is_an_error(void **state)
{
	static const struct {
		struct network_setting setting;
		const char *says;
	} rows[] = {
		{{TD_SERVER, "net.ipv4.no_such_thing", "1"}, "server:net.ipv4.no_such_thing"},
		{{TD_CLIENT, "net.ipv4.tcp_syn_retries", "9999"}, "tcp_syn_retries=9999"},
		{{TD_CLIENT, "net.ipv4.tcp_syn_retries", "0x5"}, "\"0x5\" and reads \"5\""},
		{{TD_CLIENT, "net.ipv4.tcp_mem", "1 2 3"}, "net.ipv4.tcp_mem is host-wide"},
	};
	size_t open_before = descriptors_open();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct network_spec spec = plain;
		struct network network;
		struct error error = {.text = ""};
		spec.settings = &rows[i].setting;
		spec.setting_count = 1;
		assert_int_equal(network_create(&network, &spec, &error), -1);
		if (!strstr(error.text, rows[i].says))
			fail_msg("\"%s\" does not say \"%s\"", error.text, rows[i].says);
		network_destroy(&network);
	}
	assert_int_equal(descriptors_open(), open_before);
}

#define TEXT_30 "123456789012345678901234567890"
#define TEXT_90 TEXT_30 TEXT_30 TEXT_30

static unsigned closes_of_none;

/* In place of the C library's. */
int close(int fd)
{
	closes_of_none += fd < 0;
	return (int)syscall(SYS_close, fd);
}

/* The hosts' own network has no descriptor of ours. */
static void what_is_not_its_own_is_not_closed(void **state)
{
	struct network shared = NETWORK_NONE;
	shared.client_netns = NETNS_OWN;
	closes_of_none = 0;
	network_destroy(&shared);
	assert_int_equal(closes_of_none, 0);
	assert_int_equal(shared.client_netns, -1);
}

static void settings_are_parsed(void **state)
{
	static const struct {
		const char *text, *refusal; /* NULL: none */
	} rows[] = {
		{"client:net.ipv4.tcp_tw_reuse=1", NULL},
		{"server:net.ipv4.tcp_rmem= 1\t2 3 ", NULL},
		{"client:net.core.somaxconn=1", NULL},
		{"proxy:net.core.somaxconn=1", NULL},
		{"upstream:net.core.somaxconn=1", NULL},
		{"nat:net.ipv4.ip_forward=1", NULL},
		{"nat:net.netfilter.nf_conntrack_max=1", "host-wide"},
		{"natt:net.ipv4.ip_forward=1", "; did you mean nat:?"},
		{"prox:net.ipv4.tcp_sack=1", "; did you mean proxy:?"},
		{"client:net.ipv4.tcp_mem=1 2 3", "host-wide"},
		{"server:net.ipv4.udp_mem=1 2 3", "host-wide"},
		{"server:net.ipv4.tcp_max_orphans=1", "host-wide"},
		{"server:net.core.rmem_max=1", "host-wide"},
		{"server:net.core.netdev_max_backlog=1", "host-wide"},
		{"client:kernel.pid_max=1", "begin with \"net.\""},
		{"client:=1", "begin with \"net.\""},
		{"client:net.ipv4/tcp_tw_reuse=1", "not the name"},
		{"client:net...kernel.pid_max=1", "not the name"},
		{"client:net./../kernel/pid_max=1", "not the name"},
		{"client:net.ipv4.=1", "not the name"},
		{"client:net.ipv4.tcp tw=1", "not the name"},
		{"client:net.ipv4.tcp_tw_reuse", "with --nat)"},
		{"client:net.ipv4.tcp_tw_reuse=", "no value"},
		{"net.ipv4.tcp_tw_reuse=1", "write client:"},
		{"both:net.ipv4.tcp_tw_reuse=1", "with --nat)"},
		{"", "write client:"},
		{"client:net." TEXT_90 "1=1", NULL},
		{"client:net." TEXT_90 "12=1", "too long"},
		{"client:net.ipv4.tcp_tw_reuse=" TEXT_90 "1234567890123456789012345678901234567",
			NULL},
		{"client:net.ipv4.tcp_tw_reuse=" TEXT_90 "12345678901234567890123456789012345678",
			"too long"},
	};
	struct network_setting setting;
	struct error error;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		error = (struct error){.text = "(accepted)"};
		int result = settings_parse(rows[i].text, &setting, &error);
		if (result == 0 && !rows[i].refusal)
			continue;
		if (result == 0 || !rows[i].refusal || !strstr(error.text, rows[i].refusal))
			fail_msg("%s: %s", rows[i].text, error.text);
		assert_int_equal(error.status, STATUS_USAGE);
	}
	/* Its end is named: the value is what lacks. */
	assert_int_equal(settings_parse("client:net.ipv4.tcp_tw_reuse", &setting, &error), -1);
	assert_null(strstr(error.text, "did you mean"));
	assert_int_equal(settings_parse(rows[1].text, &setting, &error), 0);
	assert_int_equal(setting.end, TD_SERVER);
	assert_string_equal(setting.name, "net.ipv4.tcp_rmem");
	assert_string_equal(setting.value, "1 2 3");
	assert_int_equal(settings_parse("proxy:net.ipv4.tcp_tw_reuse=1", &setting, &error), 0);
	assert_int_equal(setting.end, TD_CLIENT);
	assert_true(setting.of_proxy);
	assert_int_equal(settings_parse("nat:net.ipv4.ip_forward=1", &setting, &error), 0);
	assert_int_equal(setting.end, TD_NONE);
	assert_false(setting.of_proxy);
}

static int socket_make(void *fd, struct error *error)
{
	*(int *)fd = socket(*(const int *)fd, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return *(int *)fd == -1 ? error_set_errno(error, STATUS_FAILED, "socket") : 0;
}

static int socket_in(const struct network *network, int netns_fd)
{
	int fd = network_family(network);
	assert_int_equal(netns_run(netns_fd, socket_make, &fd, NULL), 0);
	return fd;
}

static int listen_at(const struct network *network, struct address address)
{
	address_set_port(&address, PORT);
	int fd = socket_in(network, network->server_netns);
	assert_int_equal(bind(fd, address_sockaddr(&address), address.length), 0);
	assert_int_equal(listen(fd, 16), 0);
	return fd;
}

static int listen_on(const struct network *network)
{
	return listen_at(network, network->server_address);
}

/* One byte from the client's address to the server. */
static void talk_from_address(
	const struct network *network, int listener, const struct address *from)
{
	struct address to = network->server_address;
	address_set_port(&to, PORT);
	struct address seen = {.length = sizeof(seen.storage)};
	char byte = 0;
	int client = socket_in(network, network->client_netns);
	assert_int_equal(bind(client, address_sockaddr(from), from->length), 0);
	assert_int_equal(connect(client, address_sockaddr(&to), to.length), 0);
	struct tcp_info info;
	socklen_t info_size = sizeof(info);
	assert_int_equal(getsockopt(client, IPPROTO_TCP, TCP_INFO, &info, &info_size), 0);
	assert_int_equal(info.tcpi_total_retrans, 0);
	int server = accept(listener, (struct sockaddr *)&seen.storage, &seen.length);
	assert_int_not_equal(server, -1);
	address_set_port(&seen, 0);
	assert_true(address_equals(&seen, from));
	assert_int_equal(write(client, "x", 1), 1);
	assert_int_equal(read(server, &byte, 1), 1);
	assert_int_equal(byte, 'x');
	close(client);
	close(server);
}

static void talk_from(const struct network *network, int listener, uint32_t index)
{
	const struct address from = network_client_address(network, index);
	talk_from_address(network, listener, &from);
}

static void thousands_talk(int family)
{
	struct network_spec spec = plain;
	struct network network;
	spec.family = family;
	spec.client_addresses = NETWORK_CLIENT_ADDRESSES_MAX;
	uint64_t began_ns = clock_now_ns();
	network_make(&network, &spec);
	uint64_t took_ns = clock_now_ns() - began_ns;
	print_message(
		"%u addresses: %u ms\n", spec.client_addresses, (unsigned)(took_ns / NS_PER_MS));
	assert_true(took_ns < 60 * NS_PER_S);
	int listener = listen_on(&network);
	static const uint32_t indexes[] = {0, 1, 255, 256, 2047, NETWORK_CLIENT_ADDRESSES_MAX - 1};
	for (size_t i = 0; i < sizeof(indexes) / sizeof(indexes[0]); i++)
		talk_from(&network, listener, indexes[i]);
	close(listener);
	network_destroy(&network);
}

static void thousands_of_addresses_talk(void **state)
{
	thousands_talk(AF_INET);
}

static void thousands_of_ipv6_addresses_talk(void **state)
{
	thousands_talk(AF_INET6);
}

static bool has_client(const struct network *network, const char *text)
{
	struct address address;
	uint32_t words[4] = {0};
	size_t size;
	assert_int_equal(address_parse(text, &address), 0);
	const uint8_t *bytes = address_bytes(&address, &size);
	assert_true(size <= sizeof(words));
	memcpy(words, bytes, size);
	return network_has_client_address(network, words);
}

static void clients_of_ipv6_are_told_from_others(void **state)
{
	struct network_spec spec = plain;
	struct network network;
	spec.family = AF_INET6;
	spec.client_addresses = 3;
	network_make(&network, &spec);
	static const char *const own[] = {
		"[2001:2::2]:0", "[2001:2:0:1::1]:0", "[2001:2:0:1::2]:0"};
	static const char *const others[] = {"[2001:2::1]:0", "[2001:2::3]:0", "[2001:2:0:1::]:0",
		"[2001:2:0:1::3]:0", "[2001:2:0:2::1]:0", "[2001:2:0:1:1::1]:0",
		"[2001:3:0:1::1]:0", "198.18.0.2:0"};
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		assert_true(has_client(&network, own[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(has_client(&network, others[i]));
	assert_string_equal(
		setting_recorded(&network, TD_CLIENT, "net.ipv6.ip_nonlocal_bind"), "1");
	assert_null(setting_recorded(&network, TD_SERVER, "net.ipv6.ip_nonlocal_bind"));
	network_destroy(&network);
}

/* The inode of a namespace. */
static ino_t netns_inode(int netns_fd)
{
	struct stat status;
	assert_int_equal(fstat(netns_fd, &status), 0);
	return status.st_ino;
}

/* As in6_addr's words. */
static void words_of(const struct address *address, uint32_t words[4])
{
	size_t size;
	const uint8_t *bytes = address_bytes(address, &size);
	memset(words, 0, 4 * sizeof(words[0]));
	memcpy(words, bytes, size);
}

/* To each of the addresses of a server that listens on all of them. */
static void talk_to_each(const struct network *network, int listener)
{
	struct network one = *network;
	for (uint32_t i = 0; i < network->server_addresses; i++) {
		uint32_t words[4];
		one.server_address = network_server_address_at(network, i);
		words_of(&one.server_address, words);
		assert_int_equal(network_server_index(network, words), (int)i);
		talk_from(&one, listener, 0);
	}
}

static void a_proxy_of_family_connects_on(int family)
{
	struct network front, behind;
	const struct network_setting of_proxy = {
		TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1", .of_proxy = true};
	struct network_spec spec = plain;
	size_t open_before = descriptors_open();
	spec.family = family;
	network_make(&front, &spec);
	spec.before = &front;
	spec.client_addresses = 300;
	spec.server_addresses = 3;
	spec.settings = &of_proxy;
	spec.setting_count = 1;
	network_make(&behind, &spec);
	assert_int_equal(netns_inode(behind.client_netns), netns_inode(front.server_netns));
	assert_int_not_equal(netns_inode(behind.server_netns), netns_inode(front.client_netns));
	int listener = listen_on(&front);
	int upstream = listen_at(&behind, network_listen_address(&behind));
	talk_from(&front, listener, 0);
	talk_from(&behind, upstream, 0);
	talk_from(&behind, upstream, 299);
	talk_to_each(&behind, upstream);
	close(listener);
	close(upstream);
	struct error error = {.text = ""};
	struct look proxy = {&behind, TD_CLIENT, 0};
	if (netns_run(front.server_netns, settings_look, &proxy, &error) == -1)
		fail_msg("%s", error.text);
	assert_true(proxy.seen > 10);
	const struct address own = network_client_address(&behind, 299),
			     other = network_client_address(&front, 0);
	uint32_t words[4];
	words_of(&own, words);
	assert_true(network_has_client_address(&behind, words));
	assert_false(network_has_client_address(&front, words));
	words_of(&other, words);
	assert_false(network_has_client_address(&behind, words));
	network_destroy(&behind);
	network_destroy(&front);
	assert_int_equal(descriptors_open(), open_before);
}

static void a_proxy_connects_on(void **state)
{
	a_proxy_of_family_connects_on(AF_INET);
	a_proxy_of_family_connects_on(AF_INET6);
}

static void who_is_beside_the_load_has_an_address(void **state)
{
	static const int families[] = {AF_INET, AF_INET6};
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct network network;
		struct network_spec spec = plain;
		uint32_t words[4];
		spec.family = families[i];
		spec.has_beside_address = true;
		network_make(&network, &spec);
		int listener = listen_on(&network);
		const struct address beside = network_beside_address(&network);
		talk_from_address(&network, listener, &beside);
		words_of(&beside, words);
		assert_true(network_is_beside_address(words));
		assert_false(network_has_client_address(&network, words));
		const struct address first = network_client_address(&network, 0);
		words_of(&first, words);
		assert_false(network_is_beside_address(words));
		close(listener);
		network_destroy(&network);
	}
}

/* A SYN that the link drops while it comes up would be sent again, after a second: talk_from()
 * sees that none is. */
static void the_first_connection_is_not_delayed(void **state)
{
	for (int i = 0; i < 20; i++) {
		struct network network;
		network_make(&network, &plain);
		int listener = listen_on(&network);
		talk_from(&network, listener, 0);
		close(listener);
		network_destroy(&network);
	}
}

static void namespaces_are_private(void **state)
{
	struct network network;
	struct stat host, server, client;
	struct error error;
	network_make(&network, &plain);
	assert_int_equal(stat("/proc/self/ns/net", &host), 0);
	assert_int_equal(fstat(network.server_netns, &server), 0);
	assert_int_equal(fstat(network.client_netns, &client), 0);
	assert_true(server.st_ino != host.st_ino && client.st_ino != host.st_ino);
	assert_true(server.st_ino != client.st_ino);
	assert_int_equal(netns_prove_private(&error), -1);
	assert_non_null(strstr(error.text, "host's own network"));
	assert_int_equal(settings_apply(&network, TD_SERVER, &plain, &error), -1);
	network_destroy(&network);
	assert_int_equal(network.server_netns, -1);
	network_destroy(&network);
	network_destroy(NULL);
}

/* An end on a host of its own: there is nothing to close, and nothing to wait for. */
static void own_namespace_is_left_alone(void **state)
{
	struct network network = NETWORK_NONE;
	network.server_netns = NETNS_OWN;
	errno = 0;
	network_destroy(&network);
	assert_int_equal(errno, 0);
	assert_int_equal(network.server_netns, -1);
	assert_int_equal(netns_run(network.server_netns, NULL, NULL, NULL), -1);
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_its_own_is_not_closed),
		cmocka_unit_test(settings_are_parsed),
		cmocka_unit_test(namespaces_are_private),
		cmocka_unit_test(own_namespace_is_left_alone),
		cmocka_unit_test(settings_are_read_back),
		cmocka_unit_test(a_setting_that_does_not_take_is_an_error),
		cmocka_unit_test(thousands_of_addresses_talk),
		cmocka_unit_test(thousands_of_ipv6_addresses_talk),
		cmocka_unit_test(clients_of_ipv6_are_told_from_others),
		cmocka_unit_test(a_proxy_connects_on),
		cmocka_unit_test(who_is_beside_the_load_has_an_address),
		cmocka_unit_test(the_first_connection_is_not_delayed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
