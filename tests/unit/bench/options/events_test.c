/* --at: which events it names, in which order they come, and what is refused with which words. */
#include "bench/options/events.h"
#include "bench/options/options.h"
#include "bench/process/command.h"

#include "common/clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct run_options options_of(const char *first, const char *second)
{
	struct run_options options = {.duration_ns = 2 * NS_PER_S, .warmup_ns = NS_PER_S};
	options.at.items[options.at.count++] = first;
	if (second)
		options.at.items[options.at.count++] = second;
	return options;
}

static void they_come_by_their_time(void **state)
{
	struct run_options options = options_of("2.5s=SIGHUP", "500ms=restart");
	struct error error;
	assert_int_equal(events_parse(&options, &error), 0);
	assert_int_equal(options.event_count, 2);
	assert_int_equal(options.events[0].kind, EVENT_RESTART);
	assert_int_equal(options.events[0].at_ns, 500 * NS_PER_MS);
	assert_int_equal(options.events[1].kind, EVENT_SIGNAL);
	assert_int_equal(options.events[1].signal, SIGHUP);
	assert_string_equal(options.events[1].text, "HUP");
	assert_false(options.events[1].of_proxy);
}

static void the_proxy_has_its_own(void **state)
{
	struct run_options options = options_of("1s=proxy:KILL", "2s=upstream:TERM");
	struct error error;
	options.proxy_command = "true";
	assert_int_equal(events_parse(&options, &error), 0);
	assert_true(options.events[0].of_proxy);
	assert_int_equal(options.events[0].signal, SIGKILL);
	assert_false(options.events[1].of_proxy);
	assert_int_equal(options.events[1].signal, SIGTERM);
}

static void a_command_is_told_where_the_server_is(void **state)
{
	struct run_options options =
		options_of("1s=command:true {pid} \"{host} {port}\"=HUP", NULL);
	struct error error;
	struct command command;
	assert_int_equal(events_parse(&options, &error), 0);
	assert_int_equal(options.events[0].kind, EVENT_COMMAND);
	assert_int_equal(
		events_command(&options.events[0], "198.18.0.1", 8080, 42, &command, &error), 0);
	assert_int_equal(command.count, 3);
	assert_string_equal(command.argv[1], "42");
	assert_string_equal(command.argv[2], "198.18.0.1 8080=HUP");
	command_destroy(&command);
}

static const struct {
	const char *first, *second, *words;
	enum status status;
} refused[] = {
	{"3s=HUP", NULL, "the load ends at 3 s", STATUS_USAGE},
	{"1s=HUB", NULL, "there is no event HUB; HUP is one", STATUS_USAGE},
	{"1s=sigterm", NULL, "there is no event sigterm; TERM is one", STATUS_USAGE},
	{"1s=restrat", NULL, "there is no event restrat; restart is one", STATUS_USAGE},
	{"1s=comand", NULL, "command is one: command:'...'", STATUS_USAGE},
	{"1s=xyzzyplugh", NULL, "events are TERM HUP KILL", STATUS_USAGE},
	{"1s=", NULL, "must be TIME=EVENT", STATUS_USAGE},
	{"HUP", NULL, "must be TIME=EVENT", STATUS_USAGE},
	{"soon=HUP", NULL, "must be TIME=EVENT", STATUS_USAGE},
	{"=HUP", NULL, "must be TIME=EVENT", STATUS_USAGE},
	{"1s=proxy:HUP", NULL, "there is no proxy", STATUS_USAGE},
	{"1s=upstream:HUP", NULL, "there is no proxy", STATUS_USAGE},
	{"1s=client:restart", NULL, "cannot be restarted", STATUS_USAGE},
	{"1s=command:", NULL, "is empty", STATUS_USAGE},
	{"1s=command:'true", NULL, "a quote is not closed", STATUS_USAGE},
	{"1s=command:no-such-program", NULL, "no program \"no-such-program\"", STATUS_HOST_CANNOT},
	{"1s=HUP", "1000ms=TERM", "two events at 1 s", STATUS_USAGE},
};

static void what_makes_no_sense_is_refused(void **state)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct run_options options = options_of(refused[i].first, refused[i].second);
		struct error error;
		assert_int_equal(events_parse(&options, &error), -1);
		assert_int_equal(error.status, refused[i].status);
		if (!strstr(error.text, refused[i].words))
			fail_msg("%s: %s", refused[i].first, error.text);
	}
}

static void there_is_a_most_of_them(void **state)
{
	static const char *const items[] = {"1s=HUP", "1.1s=HUP", "1.2s=HUP", "1.3s=HUP",
		"1.4s=HUP", "1.5s=HUP", "1.6s=HUP", "1.7s=HUP", "1.8s=HUP"};
	struct run_options options = options_of(items[0], NULL);
	struct error error;
	for (size_t i = 1; i < EVENTS_MAX; i++)
		options.at.items[options.at.count++] = items[i];
	assert_int_equal(events_parse(&options, &error), 0);
	options.event_count = 0;
	options.at.items[options.at.count++] = items[EVENTS_MAX];
	assert_int_equal(events_parse(&options, &error), -1);
	assert_string_equal(error.text, "--at: a trial has at most 8 events");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_come_by_their_time),
		cmocka_unit_test(the_proxy_has_its_own),
		cmocka_unit_test(a_command_is_told_where_the_server_is),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(there_is_a_most_of_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
