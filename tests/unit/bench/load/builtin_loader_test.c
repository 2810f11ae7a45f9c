/* A loader that is given up before it starts leaves no thread behind. */
#include "bench/load/builtin_loader.h"
#include "bench/network/netns.h"
#include "strategies/core/registry.h"
#include "tests/unit/bench/network/namespaces.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#define REQUEST "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

static struct network network;

static unsigned threads_count(void)
{
	unsigned count = 0;
	DIR *tasks = opendir("/proc/self/task");
	assert_non_null(tasks);
	for (struct dirent *entry; (entry = readdir(tasks));)
		count += entry->d_name[0] != '.';
	closedir(tasks);
	return count;
}

static void given_up_before_it_starts(void **state)
{
	struct error error = {.text = ""};
	unsigned before = threads_count();
	struct builtin_loader_spec spec = {.network = &network,
		.strategy = registry_resolve("server-close", &error),
		.server_port = 8080,
		.connections = 7,
		.threads = 3,
		.requests_per_connection = 1,
		.timeout_ns = 1000000000,
		.request = {REQUEST, sizeof(REQUEST) - 1},
		.last_request = {REQUEST, sizeof(REQUEST) - 1},
		.port_low = 32768,
		.port_high = 60999};
	struct builtin_loader *loader = builtin_loader_create(&spec, &error);
	if (!loader)
		fail_msg("%s", error.text);
	assert_true(threads_count() >= before + 3);
	builtin_loader_destroy(loader);
	/* A thread that was joined may still be listed for a moment. */
	for (int i = 0; i < 12000 && threads_count() > before; i++)
		nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	assert_int_equal(threads_count(), before);
}

int main(void)
{
	const struct network_spec spec = {
		.client_addresses = 1, .port_low = 32768, .port_high = 60999};
	const struct CMUnitTest tests[] = {cmocka_unit_test(given_up_before_it_starts)};
	int missing = namespaces_missing();
	if (missing)
		return missing;
	struct error error;
	if (network_create(&network, &spec, &error) == -1)
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	network_destroy(&network);
	return failed;
}
