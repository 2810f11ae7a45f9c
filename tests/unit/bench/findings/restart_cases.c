/* Cases of servers that are restarted within the trial. */
#include "made_up_trial.h"

#include <stdio.h>

#define MS UINT64_C(1000000)
#define HELD "restart-port-held"

/* Stopped and started again at 0.5 s; it has not listened since, and 40 TIME_WAITs are left. */
static struct event_record *restarted(struct made_up *m, bool is_in_use_with_reuse)
{
	address_parse("10.0.0.1:0", &m->trial.server.address);
	m->trial.server.port = 8080;
	m->trial.event_count = 1;
	m->trial.events[0] = (struct event_record){
		.spec = {.at_ns = 500 * MS, .kind = EVENT_RESTART, .text = "restart"},
		.done_ns = START_NS + 500 * MS,
		.stopped_ns = START_NS + 510 * MS,
		.started_ns = START_NS + 520 * MS,
		.port = {.time_waits = 40,
			.is_in_use = true,
			.is_in_use_with_reuse = is_in_use_with_reuse}};
	return &m->trial.events[0];
}

static void ends(struct event_record *record, const char *end)
{
	record->ended_ns = record->started_ns + 30 * MS;
	snprintf(record->end, sizeof(record->end), "%s", end);
}

static void held(struct made_up *m)
{
	ends(restarted(m, true), "exited with status 1: Address already in use");
}

static void held_and_tried_again(struct made_up *m)
{
	restarted(m, true);
}

static void held_by_a_listener(struct made_up *m)
{
	restarted(m, true)->listeners = 1;
}

static void held_by_listeners(struct made_up *m)
{
	restarted(m, true)->listeners = 3;
}

static void held_without_time_waits(struct made_up *m)
{
	restarted(m, true)->port.time_waits = 0;
}

/* The first one went well. */
static void held_at_the_second(struct made_up *m)
{
	struct event_record *record = restarted(m, false);
	record->listened_ns = record->started_ns + 10 * MS;
	m->trial.event_count = 2;
	m->trial.events[1] = *record;
	record = &m->trial.events[1];
	record->spec.at_ns = 900 * MS;
	record->done_ns = START_NS + 900 * MS;
	record->started_ns = START_NS + 930 * MS;
	record->listened_ns = 0;
	record->port.is_in_use_with_reuse = true;
}

static void held_at_the_proxy(struct made_up *m)
{
	restarted(m, true)->spec.of_proxy = true;
	m->trial.server.is_proxy = true;
}

static void of_the_other_hop(struct made_up *m)
{
	restarted(m, true)->spec.of_proxy = true;
}

static void with_reuse(struct made_up *m)
{
	struct event_record *record = restarted(m, false);
	record->listened_ns = record->started_ns + 10 * MS;
}

/* What it left does not keep it from coming back. */
static void exits_at_once(struct made_up *m)
{
	ends(restarted(m, false), "exited with status 1: no such file");
}

static void beside_a_listener(struct made_up *m)
{
	struct event_record *record = restarted(m, true);
	record->listeners = 1;
	record->listened_ns = record->started_ns + 10 * MS;
}

static void not_started_again(struct made_up *m)
{
	restarted(m, true)->started_ns = 0;
}

#define SAYS(event, at_s, held)                                                                    \
	"the server did not listen again behind restart (--at " event "): when it was started, "   \
	"at " at_s                                                                                 \
	", bind(2) of 10.0.0.1:8080 said EADDRINUSE, without SO_REUSEADDR and with it: " held
#define LEFT                                                                                       \
	"40 TIME_WAITs were left, and a listener without SO_REUSEADDR leaves such that refuse "    \
	"both"
#define REUSE                                                                                      \
	"; have it set SO_REUSEADDR before bind(2): what a listener with it leaves refuses no "    \
	"later "                                                                                   \
	"one that sets it, too"

static const struct finding_case cases[] = {
	{HELD, "by TIME_WAITs of a listener without SO_REUSEADDR", held, HELD " ",
		.text = SAYS("0.5s", "0.52 s", LEFT) "; it exited with status 1: Address already "
						     "in use" REUSE,
		.fields = "event=restart (--at 0.5s) t_s=0.52 time_waits=40 listeners=0"},
	{HELD, "and it runs", held_and_tried_again, HELD " ",
		.text = SAYS("0.5s", "0.52 s", LEFT) REUSE},
	{HELD, "by another process that listens", held_by_a_listener, HELD " ",
		.text = SAYS("0.5s", "0.52 s",
			"1 socket still listened there") "; end what "
							 "listens there first, or have both set "
							 "SO_REUSEPORT",
		.fields = "event=restart (--at 0.5s) t_s=0.52 time_waits=40 listeners=1"},
	{HELD, "by several that listen", held_by_listeners, HELD " ",
		.text = SAYS("0.5s", "0.52 s",
			"3 sockets still listened there") "; end what "
							  "listens there first, or have both set "
							  "SO_REUSEPORT"},
	{HELD, "by no TIME_WAIT", held_without_time_waits, HELD " ",
		.text = SAYS("0.5s", "0.52 s",
			"a socket or a connection of the old server was left") REUSE},
	{HELD, "at the second restart", held_at_the_second, HELD " ",
		.text = SAYS("0.9s", "0.93 s", LEFT) REUSE},
	{HELD, "at the proxy", held_at_the_proxy, HELD " "},
	{HELD, "at the other hop", of_the_other_hop, ""},
	{HELD, "TIME_WAITs of a listener with SO_REUSEADDR", with_reuse, ""},
	{HELD, "exits at once for another reason", exits_at_once, ""},
	{HELD, "beside a listener with SO_REUSEPORT", beside_a_listener, ""},
	{HELD, "had not ended when the load did", not_started_again, ""},
};

const struct finding_cases cases_of_restarts = {cases, sizeof(cases) / sizeof(cases[0])};
