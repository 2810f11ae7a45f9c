/* The other side of agents: of one that plays a whole trial in a namespace of its own, and of such
 * that answer what they should not. This program is all of them, by its arguments. */
#include "bench/ends/agent_link.h"

#include "bench/network/netns.h"
#include "common/clock.h"
#include "teardown/version.h"
#include "tests/unit/bench/ends/own_agent.h"
#include "tests/unit/bench/network/namespaces.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PORT 8080
#define CONNECTIONS 20
#define HELLO "{\"did\":\"hello\",\"protocol\":1,\"version\":\"%s\",\"kernel\":\"6\",\"cpus\":1}"

static struct network network;
static struct agent_link the_link;

static struct agent_link *link_new(void)
{
	the_link.fd = -1;
	return &the_link;
}

static void ask(struct agent_link *link, const struct agent_request *request)
{
	struct error error = {.text = ""};
	if (agent_link_ask(link, request, &error) == -1)
		fail_msg("%s", error.text);
}

static void say(struct agent_link *link, enum agent_word word)
{
	ask(link, &(struct agent_request){.word = word});
}

/* From a port of its own each connection leaves a TIME_WAIT that no later one opens again. */
static int connection_make(void *unused, struct error *error)
{
	static uint16_t port = 20000;
	char bytes[1000];
	struct address client = network_client_address(&network, 0);
	address_set_port(&client, port++);
	struct address server = network.server_address;
	address_set_port(&server, PORT);
	int fd = socket(address_family(&server), SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || bind(fd, address_sockaddr(&client), client.length) == -1 ||
		connect(fd, address_sockaddr(&server), server.length) == -1)
		return error_set_errno(error, STATUS_FAILED, "connect");
	const char request[] = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
	if (write(fd, request, sizeof(request) - 1) == -1)
		return error_set_errno(error, STATUS_FAILED, "write");
	while (read(fd, bytes, sizeof(bytes)) > 0)
		;
	close(fd);
	return 0;
}

static void serve(struct agent_link *link)
{
	struct agent_request request = {.word = AGENT_SERVE,
		.strategy = "server-close",
		.port = PORT,
		.threads = 1,
		.requests_per_connection = 1,
		.response_bytes = 100};
	address_host(&network.server_address, request.address);
	ask(link, &request);
}

static void agent_open(struct agent_link *link)
{
	struct error error = {.text = ""};
	struct own_agent own;
	own_agent_init(&own, network.server_netns);
	if (agent_link_open(link, own.argv, NULL, &error) == -1)
		fail_msg("%s", error.text);
}

/* The agent's clock is this host's own. */
static void assert_clock(const struct agent_clock *clock)
{
	assert_int_equal(clock->pings, 64);
	assert_true(clock->bound_ns < NS_PER_S);
	assert_in_range(llabs(clock->shift_ns), 0, clock->bound_ns);
}

static void settle(struct agent_link *link)
{
	do
		say(link, AGENT_SETTLE);
	while (link->answer.sample.census.states[TCP_TIME_WAIT] < CONNECTIONS ||
		link->answer.waiting > 0);
}

static void samples_check(struct agent_link *link, uint64_t began_ns)
{
	struct error error = {.text = ""};
	size_t count = link->answer.samples;
	struct sample *samples = calloc(count, sizeof(*samples));
	assert_non_null(samples);
	assert_true(count > 0);
	if (agent_link_samples(link, samples, count, &error) == -1)
		fail_msg("%s", error.text);
	for (size_t i = 0; i < count; i++)
		assert_in_range(samples[i].at_ns, began_ns, clock_now_ns());
	free(samples);
}

static void a_trial_is_played_elsewhere(void **state)
{
	struct agent_link *link = link_new();
	struct error error = {.text = ""};
	uint64_t began_ns = clock_now_ns();
	agent_open(link);
	assert_clock(&link->clock);
	say(link, AGENT_OPEN);
	assert_true(link->answer.network.setting_count > 10);
	serve(link);
	ask(link, &(struct agent_request){.word = AGENT_LOAD, .sample_period_ns = NS_PER_MS});
	struct counters before = link->answer.sample.counters;
	assert_int_equal(link->answer.sample.census.states[TCP_TIME_WAIT], 0);
	ask(link, &(struct agent_request){.word = AGENT_ARM, .connections = 1});
	for (int i = 0; i < CONNECTIONS; i++)
		assert_int_equal(netns_run(network.client_netns, connection_make, NULL, &error), 0);
	say(link, AGENT_STOP);
	settle(link);
	struct counters made = counters_difference(&link->answer.sample.counters, &before);
	assert_int_equal(made.passive_opens, CONNECTIONS);
	assert_int_equal(made.tw, CONNECTIONS);
	say(link, AGENT_REPORT);
	assert_int_equal(link->answer.still_open, 0);
	assert_true(link->answer.report.backlog_is_known && link->answer.report.backlog > 0);
	assert_in_range(link->answer.report.accept_watch.load_over_ns, began_ns, clock_now_ns());
	samples_check(link, began_ns);
	say(link, AGENT_CLOSE);
	assert_true(link->answer.clean);
	agent_link_close(link);
	assert_int_equal(process_exit_status(&link->process), 0);
}

/* The answer to a beat is taken between turns, or before the next word. */
static void beats_are_answered(void **state)
{
	struct agent_link *link = link_new();
	struct error error = {.text = ""};
	int taken;
	agent_open(link);
	say(link, AGENT_OPEN);
	serve(link);
	link->said_ns -= 2 * NS_PER_S;
	assert_int_equal(agent_link_beat(link, false, &error), 0);
	assert_true(link->is_beat_due);
	while ((taken = agent_link_beat(link, false, &error)) == 0)
		clock_pause(NS_PER_MS);
	assert_int_equal(taken, 1);
	assert_true(link->answer.runs && !link->is_beat_due);
	link->said_ns -= 2 * NS_PER_S;
	assert_int_equal(agent_link_beat(link, false, &error), 0);
	say(link, AGENT_CLOSE);
	assert_true(link->answer.clean);
	agent_link_close(link);
}

/* SIGKILL: the next beat tells. */
static void an_agent_that_is_killed_is_gone(void **state)
{
	struct agent_link *link = link_new();
	struct error error = {.text = ""};
	agent_open(link);
	say(link, AGENT_OPEN);
	serve(link);
	kill(link->process.pid, SIGKILL);
	link->said_ns -= 2 * NS_PER_S;
	while (agent_link_beat(link, false, &error) == 0)
		clock_pause(NS_PER_MS);
	assert_string_equal(error.text, "the agent is gone: its command was killed by signal 9");
	/* Nothing is waited for any more. */
	const struct agent_request last = {.word = AGENT_CLOSE};
	assert_int_equal(agent_link_ask(link, &last, &error), -1);
	assert_string_equal(error.text, "the agent is lost");
	agent_link_close(link);
}

static void assert_refused(const char *script, const char *why)
{
	struct agent_link *link = link_new();
	struct error error = {.text = ""};
	char *const argv[] = {"sh", "-c", (char *)script, NULL};
	assert_int_equal(agent_link_open(link, argv, NULL, &error), -1);
	if (!strstr(error.text, why))
		fail_msg("%s: %s", script, error.text);
	agent_link_close(link);
}

static void what_is_no_agent_is_refused(void **state)
{
	char newer[300], rude[300];
	snprintf(newer, sizeof(newer), "read x; echo '" HELLO "'", "99.9");
	snprintf(rude, sizeof(rude), "read x; echo '" HELLO "'; read x; echo '{\"did\":\"ping\"}'",
		TD_VERSION);
	assert_refused("echo no such host >&2; exit 255",
		"the agent is gone: its command exited with status 255: no such host");
	assert_refused("exec >&- <&-; exec sleep 60", "the agent has closed its output");
	assert_refused("read x; echo hello", "it is no JSON object: \"hello\"");
	assert_refused("read x; echo '{\"error\":\"not today\"}'",
		"the agent answers \"hello\": not today");
	assert_refused("read x; echo '{\"did\":\"open\"}'", "its \"did\" is not \"hello\"");
	assert_refused("exec cat /dev/zero", "longer than 65536 bytes");
	assert_refused(newer, "the agent is of teardown 99.9, and this is teardown " TD_VERSION);
	assert_refused(rude, "the agent answers \"ping\": \"at_ns\" is missing");
}

static void a_wait_can_be_interrupted(void **state)
{
	static const volatile bool interrupted = true;
	struct agent_link *link = link_new();
	struct error error = {.text = ""};
	char *const argv[] = {"sh", "-c", "exec sleep 60", NULL};
	assert_int_equal(agent_link_open(link, argv, &interrupted, &error), -1);
	assert_int_equal(error.status, STATUS_INTERRUPTED);
	agent_link_close(link);
}

/* One that neither answers nor ends. */
static void silence_has_an_end(void **state)
{
	struct agent_link *link = link_new();
	struct error error = {.text = ""};
	char *const argv[] = {"sh", "-c", "exec sleep 5", NULL};
	link->within_ns = 50 * NS_PER_MS;
	assert_int_equal(agent_link_open(link, argv, NULL, &error), -1);
	assert_string_equal(error.text, "the agent has not answered \"hello\" for 50 ms");
	agent_link_close(link);
	link->within_ns = 0;
}

static int set_up(void **state)
{
	const struct network_spec spec = {
		.client_addresses = 1, .port_low = 32768, .port_high = 60999};
	struct error error;
	return network_create(&network, &spec, &error);
}

static int tear_down(void **state)
{
	network_destroy(&network);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3)
		return own_agent_be(argv[2]);
	int missing = namespaces_missing();
	if (missing)
		return missing;
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_trial_is_played_elsewhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(beats_are_answered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_agent_that_is_killed_is_gone, set_up, tear_down),
		cmocka_unit_test(what_is_no_agent_is_refused),
		cmocka_unit_test(a_wait_can_be_interrupted),
		cmocka_unit_test(silence_has_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
