/* What options of `teardown run` come to: the spec of a stage, and the record's identities. */
#include "bench/trial/run_stage.h"

#include "bench/options/asked_load.h"
#include "bench/trial/run_record.h"
#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct td_strategy strategy = {
	.name = "made-up",
	.exchanges = 4,
	.first_closer = TD_SERVER,
	.source_port = TD_PORT_RANGE,
	.requirements = {{TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1", "why"},
		{TD_SERVER, "net.ipv4.tcp_timestamps", "0", "why"}},
};
static const volatile bool interrupted;
static const struct client_behaviour still = {.name = "still", .steps = {CLIENT_HOLD}};

/* Every number is another. */
static struct run_options options_make(void)
{
	return (struct run_options){
		.connections = 64,
		.shares = {{.behaviour = &still, .connections = 4, .total = 1000}},
		.share_count = 1,
		.threads = 2,
		.server_threads = 3,
		.duration_ns = 5 * NS_PER_S,
		.warmup_ns = 6 * NS_PER_S,
		.total = 70000,
		.rate = 8000,
		.arrivals = "poisson",
		.arrives = ARRIVALS_POISSON,
		.connect_batch = 9,
		.request_bytes = 10,
		.response_bytes = 11,
		.timeout_ns = 12 * NS_PER_S,
		.client_addresses = 13,
		.port_low = 1400,
		.port_high = 15000,
		.seed = 16,
		.loader = "builtin",
		.server_port = 1700,
		.path = "/18",
		.tls = true,
		.tls_resume = "on",
		.headers = {1, {"X: 19"}},
		.sysctls = {1, {"as typed"}},
		.settings = {{TD_SERVER, "net.ipv4.tcp_timestamps", "1"}},
	};
}

static struct trial_spec spec_make(const struct run_options *options)
{
	return (struct trial_spec){.options = options,
		.strategy = &strategy,
		.repeat = 20,
		.order = 21,
		.verify = true,
		.interrupted = &interrupted};
}

static void each_option_has_its_place(void **state)
{
	struct run_options options = options_make();
	struct trial_spec trial = spec_make(&options);
	static struct run_stage stage;
	run_stage_init(&stage, &trial);
	assert_int_equal(stage.spec.network.client_addresses, 13);
	assert_int_equal(stage.spec.network.port_low, 1400);
	assert_int_equal(stage.spec.network.port_high, 15000);
	assert_int_equal(stage.spec.instruments.sample_period_ns, 100 * NS_PER_MS);
	assert_ptr_equal(stage.spec.interrupted, &interrupted);
	const struct server_program_spec *server = stage.spec.server;
	assert_int_equal(server->port, 1700);
	assert_null(server->command.create);
	assert_ptr_equal(server->strategy, &strategy);
	assert_int_equal(server->threads, 3);
	assert_true(server->tls);
	assert_int_equal(server->requests_per_connection, 4);
	assert_int_equal(server->response_bytes, 11);
	assert_null(stage.spec.load->command.create);
	assert_string_equal(stage.spec.load->request.path, "/18");
	assert_string_equal(stage.spec.load->request.headers.items[0], "X: 19");
	assert_int_equal(stage.spec.load->request.body_bytes, 10);
	const struct builtin_loader_spec *loader = &stage.spec.load->loader;
	assert_ptr_equal(loader->strategy, &strategy);
	assert_int_equal(loader->server_port, 1700);
	assert_int_equal(loader->connections, 60);
	assert_int_equal(loader->clients.count, 1);
	assert_ptr_equal(loader->clients.shares[0].behaviour, &still);
	assert_int_equal(loader->threads, 2);
	assert_int_equal(loader->total, 69000);
	assert_int_equal(loader->arrivals, ARRIVALS_POISSON);
	assert_int_equal(loader->rate_per_s, 8000);
	assert_int_equal(loader->connect_batch, 9);
	assert_int_equal(loader->seed, 16 + 21); /* another one in each trial */
	assert_int_equal(loader->requests_per_connection, 4);
	assert_int_equal(loader->warmup_ns, 6 * NS_PER_S);
	assert_int_equal(loader->timeout_ns, 12 * NS_PER_S);
	assert_int_equal(loader->response_bytes, 11);
	assert_false(loader->announce_close);
	assert_true(loader->verify);
	assert_true(loader->tls && loader->tls_resumes);
}

/* A later setting of the same name wins: the user's. */
static void settings_of_the_user_follow_the_strategys(void **state)
{
	static const char *const wanted[][2] = {{"net.ipv4.tcp_tw_reuse", "1"},
		{"net.ipv4.tcp_timestamps", "0"}, {"net.ipv4.tcp_timestamps", "1"}};
	struct run_options options = options_make();
	struct trial_spec trial = spec_make(&options);
	static struct run_stage stage;
	run_stage_init(&stage, &trial);
	assert_int_equal(stage.spec.network.setting_count, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct network_setting *s = &stage.spec.network.settings[i];
		assert_string_equal(s->name, wanted[i][0]);
		assert_string_equal(s->value, wanted[i][1]);
		assert_int_equal(s->end, i == 0 ? TD_CLIENT : TD_SERVER);
	}
}

static void requests_as_asked_or_as_the_strategy_says(void **state)
{
	struct run_options options = options_make();
	struct td_strategy plain = {.name = "plain"};
	struct trial_spec trial = spec_make(&options);
	assert_int_equal(asked_requests_of_client(trial.options, trial.strategy), 4);
	options.requests_per_connection = 22;
	assert_int_equal(asked_requests_of_client(trial.options, trial.strategy), 22);
	options.requests_per_connection = 0;
	trial.strategy = &plain;
	assert_int_equal(asked_requests_of_client(trial.options, trial.strategy), 1);
}

static void all_are_looked_at_where_there_are_few(void **state)
{
	static const struct {
		uint64_t total, requests;
		uint32_t share;
	} rows[] = {{0, 1, 8}, {9999, 1, 1}, {10000, 1, 8}, {0, 9, 8}, {0, 10, 1}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run_options options = options_make();
		struct trial_spec trial = spec_make(&options);
		static struct run_stage stage;
		options.total = rows[i].total;
		options.requests_per_connection = rows[i].requests;
		run_stage_init(&stage, &trial);
		assert_int_equal(stage.spec.instruments.packet_tap_share, rows[i].share);
	}
}

static void teardowns_own_are_identified(void **state)
{
	struct run_options options = options_make();
	struct trial_spec spec = spec_make(&options);
	struct trial trial = run_record(&spec);
	assert_ptr_equal(trial.strategy, &strategy);
	assert_int_equal(trial.repeat, 20);
	assert_int_equal(trial.order, 21);
	assert_true(trial_is_declared(&trial));
	assert_false(trial.server.is_third_party);
	assert_string_equal(trial.server.name, "teardown-server");
	assert_int_equal(trial.server.port, 1700);
	assert_int_equal(trial.server.threads, 3);
	assert_false(trial.load.is_third_party);
	assert_false(trial.load.is_wrk);
	assert_string_equal(trial.load.name, "builtin");
	assert_int_equal(trial.load.threads, 2);
	assert_int_equal(trial.load.connections, 64);
	assert_int_equal(trial.load.total, 70000);
	assert_int_equal(trial.load.warmup_ns, 6 * NS_PER_S);
	assert_int_equal(trial.load.duration_ns, 5 * NS_PER_S);
	assert_int_equal(trial.load.requests_per_connection, 4);
	assert_int_equal(trial.load.response_bytes, 11);
	assert_string_equal(trial.load.loop, "open");
	assert_string_equal(trial.load.arrivals, "poisson");
	assert_string_equal(trial.load.source_port, "range");
	assert_string_equal(trial.load.client_close, "plain");
	assert_int_equal(trial.load.rate_per_s, 8000);
	assert_int_equal(trial.client_addresses, 13);
	options.arrives = ARRIVALS_CLOSED;
	assert_string_equal(run_record(&spec).load.loop, "closed");
	options.path = "/bytes/250";
	assert_int_equal(run_record(&spec).load.response_bytes, 250);
	options.server_command = "nginx";
	assert_int_equal(run_record(&spec).load.response_bytes, 0);
}

static void a_rate_is_of_connections_or_of_requests(void **state)
{
	struct run_options options = options_make();
	struct trial_spec spec = spec_make(&options);
	static struct run_stage stage;
	run_stage_init(&stage, &spec);
	assert_int_equal(stage.spec.load->loader.rate_per_s, 8000);
	assert_false(stage.spec.load->loader.by_request);
	assert_int_equal(run_record(&spec).load.request_rate_per_s, 0);
	options.rate = 0;
	options.request_rate = 700;
	run_stage_init(&stage, &spec);
	assert_int_equal(stage.spec.load->loader.rate_per_s, 700);
	assert_true(stage.spec.load->loader.by_request);
	assert_int_equal(run_record(&spec).load.request_rate_per_s, 700);
	assert_int_equal(run_record(&spec).load.rate_per_s, 0);
}

/* In whole seconds, and three more to end by itself; of 5 s that are asked for. */
static void who_is_told_how_long_may_take_longer(void **state)
{
	struct run_options options = options_make();
	struct trial_spec spec = spec_make(&options);
	assert_int_equal(run_record(&spec).load.overtime_ns, 0);
	options.loader_command = "ab -n {total} {url}";
	assert_int_equal(run_record(&spec).load.overtime_ns, 0);
	options.loader_command = "hey -z {duration_s}s {url}";
	assert_int_equal(run_record(&spec).load.overtime_ns, 3 * NS_PER_S);
	options.duration_ns = 4300 * NS_PER_MS;
	assert_int_equal(run_record(&spec).load.overtime_ns, 3700 * NS_PER_MS);
	options.loader_command = NULL;
	options.loader = "wrk";
	assert_int_equal(run_record(&spec).load.overtime_ns, 3700 * NS_PER_MS);
}

static void a_third_partys_are_identified(void **state)
{
	struct run_options options = options_make();
	struct trial_spec spec = spec_make(&options);
	options.arrives = ARRIVALS_CLOSED;
	options.loader = "wrk";
	struct trial trial = run_record(&spec);
	assert_true(trial.load.is_third_party && trial.load.is_wrk);
	assert_string_equal(trial.load.name, "wrk");
	assert_string_equal(trial.load.source_port, "loader");
	assert_string_equal(trial.load.client_close, "loader");
	assert_string_equal(trial.load.loop, "closed");
	assert_int_equal(trial.load.threads, 2);
	assert_false(trial.server.is_third_party);
	options.loader = "builtin";
	options.loader_command = "ab {url}";
	options.server_command = "nginx";
	trial = run_record(&spec);
	assert_true(trial.load.is_third_party && !trial.load.is_wrk);
	assert_string_equal(trial.load.name, "command");
	assert_string_equal(trial.load.loop, "unknown");
	assert_int_equal(trial.load.threads, 0);
	assert_int_equal(trial.load.response_bytes, 0);
	assert_true(trial.server.is_third_party);
	assert_false(trial_is_declared(&trial));
	assert_string_equal(trial.server.name, "server-command");
	assert_int_equal(trial.server.threads, 0);
}

static void command_is(const struct program_command *spec, const char *wanted)
{
	struct command command;
	struct error error = {.text = ""};
	struct address server;
	assert_int_equal(address_parse("10.1.2.3:0", &server), 0);
	if (spec->create(spec->argument, &server, &command, &error) == -1)
		fail_msg("%s", error.text);
	char *text = command_text(&command);
	assert_string_equal(text, wanted);
	free(text);
	command_destroy(&command);
}

static void commands_are_made_when_the_address_is_known(void **state)
{
	struct run_options options = options_make();
	struct trial_spec trial = spec_make(&options);
	static struct run_stage stage;
	options.loader_command = "ab -c {connections} {url}";
	options.server_command = "nginx {host} {port}";
	run_stage_init(&stage, &trial);
	command_is(&stage.spec.load->command, "ab -c 64 https://10.1.2.3:1700/18");
	command_is(&stage.spec.server->command, "nginx 10.1.2.3 1700");
	/* How long its responses are is not known; only the request can say that it is the last. */
	assert_int_equal(stage.spec.load->loader.response_bytes, 0);
	assert_true(stage.spec.load->loader.announce_close);
	options.loader_command = NULL;
	options.loader = "wrk";
	run_stage_init(&stage, &trial);
	assert_non_null(stage.spec.load->command.create);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_option_has_its_place),
		cmocka_unit_test(settings_of_the_user_follow_the_strategys),
		cmocka_unit_test(requests_as_asked_or_as_the_strategy_says),
		cmocka_unit_test(all_are_looked_at_where_there_are_few),
		cmocka_unit_test(teardowns_own_are_identified),
		cmocka_unit_test(a_rate_is_of_connections_or_of_requests),
		cmocka_unit_test(who_is_told_how_long_may_take_longer),
		cmocka_unit_test(a_third_partys_are_identified),
		cmocka_unit_test(commands_are_made_when_the_address_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
