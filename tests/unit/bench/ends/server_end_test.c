/* A server's end on this host, and one that an agent plays in another namespace: by the same calls
 * both come to the same known figures. */
#include "bench/ends/server_end.h"

#include "common/clock.h"
#include "strategies/core/registry.h"
#include "tests/unit/bench/ends/own_agent.h"
#include "tests/unit/bench/network/namespaces.h"

#include <netinet/tcp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PORT 8080
#define CONNECTIONS 20
#define PERIOD_NS (2 * NS_PER_MS)
#define SAMPLES 50

/* By strategy: TIME_WAITs at the server and at the client, and RSTs that the server sends. */
struct known {
	const char *strategy;
	uint64_t server_time_waits, client_time_waits, resets;
};

struct scene {
	struct network network;     /* that both ends are on */
	struct network client_side; /* the same, as a process that has the client's end alone */
	struct server_end end;
	struct sampler *sampler;
	struct sample before, after;
};

static struct scene *scene_of(void **state)
{
	return *state;
}

#define CHECK(call)                                                                                \
	do {                                                                                       \
		struct error error = {.text = ""};                                                 \
		if ((call) == -1)                                                                  \
			fail_msg("%s", error.text);                                                \
	} while (0)

/* From a port of its own each connection leaves a TIME_WAIT that no later one opens again. */
static int connection_make(void *argument, struct error *error)
{
	static uint16_t port = 20000;
	const struct scene *scene = argument;
	static const char request[] = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
	char bytes[4096];
	struct address client = network_client_address(&scene->network, 0);
	address_set_port(&client, port++);
	struct address server = scene->network.server_address;
	address_set_port(&server, PORT);
	int fd = socket(address_family(&server), SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || bind(fd, address_sockaddr(&client), client.length) == -1 ||
		connect(fd, address_sockaddr(&server), server.length) == -1 ||
		write(fd, request, sizeof(request) - 1) == -1)
		return error_set_errno(error, STATUS_FAILED, "a connection");
	while (read(fd, bytes, sizeof(bytes)) > 0)
		;
	close(fd);
	return 0;
}

static void serve(struct scene *scene, const struct known *known, bool by_agent)
{
	struct server_program_spec program = {
		.port = PORT, .threads = 1, .requests_per_connection = 1, .response_bytes = 0};
	struct own_agent own;
	const struct load_flow flow = {
		by_agent ? &scene->client_side : &scene->network, PORT, NULL};
	own_agent_init(&own, scene->network.server_netns);
	const struct server_agent_spec agent = {own.argv, PERIOD_NS, NULL};
	const struct sampler_spec sampler = {.flow = flow, .period_ns = PERIOD_NS};
	struct error why = {.text = ""};
	program.strategy = registry_find(known->strategy, &why);
	assert_non_null(program.strategy);
	CHECK(by_agent ? server_end_serve_by_agent(
				 &scene->end, &flow, &program, &agent, &scene->client_side, &error)
		       : server_end_serve(&scene->end, &flow, &program, NULL, &error));
	scene->sampler = sampler_create(&sampler, &why);
	assert_non_null(scene->sampler);
}

static void load_run(struct scene *scene)
{
	const struct server_end_load load = {.connections = 1};
	CHECK(sampler_start(scene->sampler, &error));
	CHECK(server_end_arm(&scene->end, &load, &error));
	for (int i = 0; i < CONNECTIONS; i++) {
		CHECK(netns_run(scene->network.client_netns, connection_make, scene, &error));
		CHECK(server_end_look(&scene->end, false, &error));
	}
	while (sampler_count(scene->sampler) < SAMPLES)
		clock_pause(PERIOD_NS);
	assert_true(server_end_runs(&scene->end));
	CHECK(server_end_load_is_over(&scene->end, &error));
	CHECK(sampler_stop(scene->sampler, &error));
}

static uint64_t unsettled(const struct sample_end *end)
{
	uint64_t open = 0;
	for (int state = 0; state < DIAG_STATES; state++)
		if (state != TCP_LISTEN && state != TCP_TIME_WAIT)
			open += end->census.states[state];
	return open;
}

static void settle(struct scene *scene)
{
	int64_t waiting = 0;
	do {
		CHECK(sampler_read(scene->sampler, &scene->after, &error));
		CHECK(waiting = server_end_waiting(&scene->end, &error));
		server_end_sample(&scene->end, &scene->after);
	} while (waiting > 0 || unsettled(&scene->after.server) > 0 ||
		 unsettled(&scene->after.client) > 0);
	CHECK(server_end_settled(&scene->end, &error));
}

static void report_check(struct scene *scene)
{
	struct held_sockets held;
	struct census_open open;
	CHECK(sampler_open(scene->sampler, &open, &held, &error));
	CHECK(server_end_report(&scene->end, &held, &error));
	server_end_open(&scene->end, &open);
	const struct server_end_report *report = &scene->end.report;
	assert_int_equal(open.connections, 0);
	assert_true(report->backlog_is_known && report->backlog > 0);
	assert_true(report->rss_before > 0 && report->rss_peak > 0 && report->cpu_ns > 0);
	assert_true(report->accept_watch.looks > 0 && report->accept_watch.waiting == 0);
	assert_int_equal(report->accept_watch.ever, 1);
	assert_int_equal(report->ended + report->stop_watch.processes + report->unclosed.count, 0);
}

/* Each has what both ends had by then; a server that listens is a socket in use. */
static void samples_check(struct scene *scene)
{
	struct sampler_series series = sampler_series(scene->sampler);
	struct sample *samples = calloc(series.count, sizeof(*samples));
	uint64_t latest = scene->before.server.counters.passive_opens;
	assert_non_null(samples);
	memcpy(samples, series.samples, series.count * sizeof(*samples));
	server_end_samples(&scene->end, samples, series.count);
	for (size_t i = 0; i < series.count; i++) {
		const struct counters *server = &samples[i].server.counters;
		assert_true(server->gauge_inuse > 0);
		assert_in_range(server->passive_opens, latest,
			scene->before.server.counters.passive_opens + CONNECTIONS);
		latest = server->passive_opens;
	}
	assert_int_equal(samples[series.count - 1].client.counters.active_opens -
				 scene->before.client.counters.active_opens,
		CONNECTIONS);
	free(samples);
}

static void figures_check(const struct scene *scene, const struct known *known)
{
	const struct counters made =
		counters_difference(&scene->after.server.counters, &scene->before.server.counters);
	assert_int_equal(made.passive_opens, CONNECTIONS);
	assert_int_equal(made.tw, known->server_time_waits);
	assert_int_equal(made.out_rsts, known->resets);
	assert_int_equal(made.listen_drops, 0);
	assert_int_equal(
		scene->after.server.census.states[TCP_TIME_WAIT], known->server_time_waits);
	assert_int_equal(
		scene->after.client.census.states[TCP_TIME_WAIT], known->client_time_waits);
}

static void play(struct scene *scene, const struct known *known, bool by_agent)
{
	serve(scene, known, by_agent);
	CHECK(server_end_begin(&scene->end, &error));
	CHECK(sampler_read(scene->sampler, &scene->before, &error));
	server_end_sample(&scene->end, &scene->before);
	assert_int_equal(scene->before.server.census.states[TCP_TIME_WAIT], 0);
	load_run(scene);
	settle(scene);
	figures_check(scene, known);
	report_check(scene);
	samples_check(scene);
	assert_int_equal(server_end_stop(&scene->end), 0);
}

static const struct known server_closes = {"server-close", CONNECTIONS, 0, 0},
			  resets = {"reset", 0, 0, CONNECTIONS};

static void server_close_here(void **state)
{
	play(scene_of(state), &server_closes, false);
}

static void server_close_elsewhere(void **state)
{
	play(scene_of(state), &server_closes, true);
}

static void reset_here(void **state)
{
	play(scene_of(state), &resets, false);
}

static void reset_elsewhere(void **state)
{
	play(scene_of(state), &resets, true);
}

/* What a setting is there, is known here. */
static void settings_of_both_hosts(void **state)
{
	struct scene *scene = scene_of(state);
	size_t own = scene->client_side.setting_count;
	serve(scene, &server_closes, true);
	assert_true(scene->client_side.setting_count > own);
	assert_int_equal(scene->client_side.settings[own].end, TD_SERVER);
	assert_int_equal(server_end_stop(&scene->end), 0);
}

/* The agent's own process is one that this one has started, and no other is. */
static void agent_kill(void)
{
	char path[64], line[64] = "";
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	FILE *children = fopen(path, "re");
	assert_non_null(children);
	assert_non_null(fgets(line, sizeof(line), children));
	fclose(children);
	assert_int_equal(kill((pid_t)strtol(line, NULL, 10), SIGKILL), 0);
}

static void an_agent_that_is_killed(void **state)
{
	struct scene *scene = scene_of(state);
	struct error why = {.text = ""};
	char end[300];
	serve(scene, &server_closes, true);
	CHECK(server_end_begin(&scene->end, &error));
	agent_kill();
	assert_true(server_end_runs(&scene->end));
	/* What was measured is kept. */
	assert_int_equal(server_end_load_is_over(&scene->end, &why), 0);
	assert_false(server_end_runs(&scene->end));
	assert_true(scene->end.remote.is_lost);
	server_end_describe(&scene->end, end, sizeof(end));
	assert_string_equal(end, "is lost: the agent is gone: its command was killed by signal 9");
	/* Nothing is waited for any more. */
	assert_int_equal(server_end_waiting(&scene->end, &why), 0);
	server_end_describe(&scene->end, end, sizeof(end));
	assert_string_equal(end, "is lost: the agent is gone: its command was killed by signal 9");
	assert_int_equal(server_end_stop(&scene->end), -1);
}

static int set_up(void **state)
{
	const struct network_spec spec = {
		.client_addresses = 1, .port_low = 32768, .port_high = 60999};
	struct error error = {.text = ""};
	struct scene *scene = calloc(1, sizeof(*scene));
	*state = scene;
	if (!scene || network_create(&scene->network, &spec, &error) == -1)
		return -1;
	scene->end = (struct server_end)SERVER_END_NONE;
	scene->client_side = scene->network;
	scene->client_side.server_netns = -1;
	scene->client_side.setting_count = 0;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = scene_of(state);
	server_end_stop(&scene->end);
	server_end_clear(&scene->end);
	sampler_destroy(scene->sampler);
	network_destroy(&scene->network);
	free(scene);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	if (argc == 3)
		return own_agent_be(argv[2]);
	int missing = namespaces_missing();
	if (missing)
		return missing;
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		TEST(server_close_here),
		TEST(server_close_elsewhere),
		TEST(reset_here),
		TEST(reset_elsewhere),
		TEST(settings_of_both_hosts),
		TEST(an_agent_that_is_killed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
