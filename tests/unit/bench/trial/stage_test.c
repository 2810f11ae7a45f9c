/* Stages that no options of `teardown run` describe: each part but the network may be left out. */
#include "bench/trial/stage.h"

#include "bench/network/netns.h"
#include "common/clock.h"
#include "strategies/core/registry.h"
#include "tests/unit/bench/network/namespaces.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define PORT 8080
#define TOTAL 20

static const struct stage_spec bare = {
	.network = {.client_addresses = 1, .port_low = 40000, .port_high = 40999}};
static struct server_program_spec server = {
	.port = PORT, .threads = 1, .requests_per_connection = 1, .response_bytes = 100};

static void set(struct stage *stage, const struct stage_spec *spec)
{
	struct error error = {.text = ""};
	if (stage_set(stage, spec, &error) == -1)
		fail_msg("%s", error.text);
}

static void a_network_alone(void **state)
{
	struct stage stage;
	set(&stage, &bare);
	assert_true(stage.network.server_netns >= 0 && stage.network.client_netns >= 0);
	assert_null(stage.sampler);
	assert_null(stage.packet_tap);
	assert_int_equal(stage.server.process.pid, 0);
	assert_null(stage.load.operations);
	stage_clear(&stage);
}

static void a_server_without_load(void **state)
{
	struct stage stage;
	struct stage_spec spec = bare;
	struct error error = {.text = ""};
	spec.instruments.sample_period_ns = 100 * NS_PER_MS;
	spec.server = &server;
	set(&stage, &spec);
	struct listeners listeners;
	struct address address = stage.network.server_address;
	address_set_port(&address, PORT);
	assert_int_equal(server_end_listeners(&stage.server, &listeners, &error), 0);
	assert_true(listeners_reach(&listeners, &address));
	assert_null(stage.packet_tap);
	pid_t pid = stage.server.process.pid;
	assert_int_equal(kill(pid, 0), 0);
	stage_clear(&stage);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

static void a_whole_stage(void **state)
{
	struct stage stage;
	struct load_totals totals;
	struct packet_tap_report seen;
	struct error error = {.text = ""};
	struct stage_load_spec load = {
		.loader = {.strategy = server.strategy,
			.server_port = PORT,
			.connections = 2,
			.threads = 1,
			.total = TOTAL,
			.connect_batch = 1,
			.requests_per_connection = 1,
			.timeout_ns = 60 * NS_PER_S,
			.response_bytes = 100,
			.verify = true},
		.request = {.path = "/"},
	};
	struct stage_spec spec = bare;
	/* All connections are looked at, since there are few ports. */
	spec.instruments = (struct stage_instruments){100 * NS_PER_MS, 8};
	spec.server = &server;
	spec.load = &load;
	set(&stage, &spec);
	if (load_start(&stage.load, &error) == -1 || load_join(&stage.load, &totals, &error) == -1)
		fail_msg("%s", error.text);
	assert_int_equal(totals.outcomes[OUTCOME_COMPLETED], TOTAL);
	assert_int_equal(totals.bytes_received, 100 * TOTAL);
	load_totals_finish(&totals);
	packet_tap_finish(stage.packet_tap, clock_now_ns(), &seen);
	assert_int_equal(seen.share, 1);
	assert_int_equal(seen.counts.connections, TOTAL);
	stage_clear(&stage);
}

/* Words of a command that never listens. */
static int deaf_command(const void *argument, const struct address *address,
	struct command *command, struct error *error)
{
	return command_create(command, "server-command", argument, NULL, 0, error);
}

static void a_server_that_ends_is_said(void **state)
{
	struct stage stage;
	struct error error = {.text = ""};
	struct server_program_spec deaf = {
		.port = PORT, .command = {deaf_command, "sh -c 'echo no luck; exit 3'"}};
	struct stage_spec spec = bare;
	spec.instruments.sample_period_ns = 100 * NS_PER_MS;
	spec.server = &deaf;
	assert_int_equal(stage_set(&stage, &spec, &error), -1);
	assert_string_equal(error.text,
		"the server ended before it listened: it exited with status 3: no luck");
	stage_clear(&stage);
}

static void waiting_for_a_server_ends_when_interrupted(void **state)
{
	struct stage stage;
	struct error error = {.text = ""};
	static const volatile bool interrupted = true;
	struct server_program_spec deaf = {.port = PORT, .command = {deaf_command, "sleep 600"}};
	struct stage_spec spec = bare;
	spec.instruments.sample_period_ns = 100 * NS_PER_MS;
	spec.server = &deaf;
	spec.interrupted = &interrupted;
	assert_int_equal(stage_set(&stage, &spec, &error), -1);
	assert_int_equal(error.status, STATUS_INTERRUPTED);
	stage_clear(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_alone),
		cmocka_unit_test(a_server_without_load),
		cmocka_unit_test(a_whole_stage),
		cmocka_unit_test(a_server_that_ends_is_said),
		cmocka_unit_test(waiting_for_a_server_ends_when_interrupted),
	};
	struct error error;
	server.strategy = registry_resolve("server-close", &error);
	if (!server.strategy)
		return 1;
	int missing = namespaces_missing();
	if (missing)
		return missing;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
