/* Cases of a server that is a client, too, of an upstream or a database. */
#include "made_up_trial.h"

#include <netinet/in.h>

static struct unclosed_place *unclosed(struct made_up *m, bool is_accepted)
{
	struct unclosed_place *place =
		&m->trial.server_end.unclosed.list[m->trial.server_end.unclosed.count++];
	*place = (struct unclosed_place){
		.of = {.at = {{htonl(INADDR_LOOPBACK)}, 9000, false},
			.is_accepted = is_accepted,
			.sockets = 20,
			.oldest_ms = 1700},
		.holder = {.pid = 4711, .processes = 1, .held = 20, .name = "httpd"},
	};
	return place;
}

static void opened_and_not_closed(struct made_up *m)
{
	unclosed(m, false);
}

static void accepted_and_not_closed(struct made_up *m)
{
	struct unclosed_place *place = unclosed(m, true);
	place->of.sockets = 1;
	place->holder = (struct holder){.pid = 0};
}

static void older_than_the_load(struct made_up *m)
{
	struct unclosed_place *place = unclosed(m, false);
	place->of.oldest_ms = 60000;
	place->holder.processes = 2;
}

static void at_two_places(struct made_up *m)
{
	unclosed(m, false);
	unclosed(m, true);
}

static void stopped(struct made_up *m, uint32_t pid)
{
	unclosed(m, false);
	m->trial.server_end.stop_watch = (struct stop_watch_report){
		.first_ns = START_NS + PERIOD_NS, .processes = 1, .at_end = true, .pid = pid};
}

static void its_holder_is_stopped(struct made_up *m)
{
	stopped(m, 4711);
}

static void another_is_stopped(struct made_up *m)
{
	stopped(m, 4712);
}

/* Both ends keep it: the packet tap sees connections that are still open. */
static void pool_kept_open(struct made_up *m)
{
	m->trial.packet_tap.others.server = (struct other_end){
		.attempted = 20, .opened = 20, .accepted = 20, .segments = 200, .still_open = 20};
}

static void of_the_load(struct made_up *m)
{
	for (size_t i = 4; i < SAMPLES; i++)
		m->samples[i].server.census.by_owner[SOCKET_CLOSE_WAIT_OWNED] = 20;
	m->trial.still_open.server_close_wait_ms = 1700;
}

#define LEAK "upstream-close-wait-leak"

static const struct finding_case cases[] = {
	{LEAK, "opened", opened_and_not_closed, LEAK " ",
		.text = "what connects to 127.0.0.1:9000 did not close 20 connections that it had "
			"opened, after the FIN of the other end: httpd (pid 4711) holds the "
			"sockets in CLOSE_WAIT, the oldest for 1.7 s (since 0.3 s), which no "
			"timer ends, and each costs a descriptor and a port; have that process "
			"close when read(2) returns 0, in a pool of idle connections, too",
		.fields = "t_s=0.3 held=20 oldest_s=1.7 to=127.0.0.1:9000 process=httpd pid=4711 "
			  "processes=1"},
	{LEAK, "accepted", accepted_and_not_closed, LEAK " ",
		.text = "what listens at 127.0.0.1:9000 did not close 1 connection that it had "
			"accepted, after the FIN of the other end: its process holds the socket "
			"in CLOSE_WAIT, the oldest for 1.7 s (since 0.3 s), which no timer ends, "
			"and each costs a descriptor; have that process close when read(2) "
			"returns 0",
		.fields = "t_s=0.3 held=1 oldest_s=1.7 at=127.0.0.1:9000"},
	{LEAK, "older than the load", older_than_the_load, LEAK " ",
		.fields = "t_s=0 held=20 oldest_s=60 to=127.0.0.1:9000 process=httpd pid=4711 "
			  "processes=2"},
	{LEAK, "at two places", at_two_places, LEAK " " LEAK " "},
	{LEAK, "another process is stopped", another_is_stopped, "server-stopped " LEAK " "},
	{LEAK, "its process is stopped", its_holder_is_stopped, "server-stopped "},
	{LEAK, "a pool that both ends keep", pool_kept_open, ""},
	{LEAK, "the load's own", of_the_load, "close-wait-leak "},
};

const struct finding_cases cases_of_upstream = {cases, sizeof(cases) / sizeof(cases[0])};
