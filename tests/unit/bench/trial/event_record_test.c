/* Whether a command of an event may join the server's processes: not behind a KILL, until a
 * restart.
 */
#include "bench/trial/event_record.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The events, in their order: K is KILL, H is HUP, r a restart, c a command; one of the proxy has a
 * p before it. The last one asks. */
struct course {
	const char *events;
	bool is_killed;
};

static struct event_record record_of(const char **event)
{
	struct event_record record = {.spec = {.of_proxy = **event == 'p'}};
	*event += record.spec.of_proxy;
	char kind = *(*event)++;
	record.spec.kind = kind == 'r' ? EVENT_RESTART : kind == 'c' ? EVENT_COMMAND : EVENT_SIGNAL;
	record.spec.signal = kind == 'K' ? SIGKILL : kind == 'H' ? SIGHUP : 0;
	return record;
}

static void who_is_killed(void **state)
{
	static const struct course courses[] = {
		{"c", false},
		{"cc", false},
		{"Hc", false},
		{"rc", false},
		{"cHrc", false},
		{"Kc", true},
		{"KHcc", true},
		{"rKc", true},
		{"Krc", false},
		{"KrKc", true},
		{"pKc", false},
		{"Kpc", false},
		{"pKpc", true},
		{"Kprc", true},
	};
	for (size_t i = 0; i < sizeof(courses) / sizeof(courses[0]); i++) {
		struct event_record events[4];
		size_t count = 0;
		for (const char *at = courses[i].events; *at;)
			events[count++] = record_of(&at);
		if (event_record_is_killed(events, &events[count - 1]) != courses[i].is_killed)
			fail_msg("%s", courses[i].events);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(who_is_killed)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
