/* Cases of findings about connections that wait to be accepted. */
#include "made_up_trial.h"

#include <stdio.h>

#define END_NS (START_NS + SAMPLES * PERIOD_NS)
#define MS UINT64_C(1000000)

/* So many wait at the end, and nothing was taken in the last `untouched_ms`. Until then 50 were
 * opened a sample. */
static void waiting(struct made_up *m, uint32_t waiting, uint64_t untouched_ms)
{
	struct accept_watch_report *watch = &m->trial.server_end.accept_watch;
	for (uint64_t i = 0; i < SAMPLES; i++)
		m->samples[i].server.counters.passive_opens = 50 * i;
	*watch = (struct accept_watch_report){.looks = 100,
		.at_once = 1,
		.ever = 1,
		.waiting_peak = waiting,
		.waiting = waiting,
		.longest = {.inode = 7, .waiting = waiting, .backlog = 128},
		.beside = 1,
		.beside_waiting = waiting > 0,
		.untouched_since_ns = waiting > 0 ? END_NS - untouched_ms * MS : 0};
	m->trial.server_end.accept_holder.holder =
		(struct holder){.pid = 4711, .processes = 1, .name = "httpd"};
}

static void never_accepted(struct made_up *m)
{
	waiting(m, 60, 1500);
}

static void just_a_second(struct made_up *m)
{
	waiting(m, 60, 1000);
}

/* The last 900 of those that were opened begin with the sample at 0.3 s. */
static void opened_earlier(struct made_up *m)
{
	waiting(m, 900, 1500);
}

static void opened_before_the_load(struct made_up *m)
{
	waiting(m, 1, 1500);
	m->trial.before.at_ns = START_NS - 500 * MS;
	m->trial.before.server.counters.passive_opens = OPENED;
}

static void of_nobody(struct made_up *m)
{
	never_accepted(m);
	m->trial.server_end.accept_holder.holder = (struct holder){.pid = 0};
}

static void stopped(struct made_up *m)
{
	never_accepted(m);
	m->trial.server_end.accept_holder.is_stopped = true;
	m->trial.server_end.accept_holder.descriptor_limit = 40;
}

static void all_stopped(struct made_up *m)
{
	stopped(m);
	m->trial.server_end.accept_holder.holder.processes = 3;
}

static void without_descriptors(struct made_up *m)
{
	never_accepted(m);
	m->trial.server_end.accept_holder.descriptor_limit = 40;
}

static void left(struct made_up *m, bool has_ended, uint32_t processes)
{
	struct accept_holder *by = &m->trial.server_end.accept_holder;
	never_accepted(m);
	by->holder.processes = processes;
	by->left_pid = 4700;
	by->left_has_ended = has_ended;
	snprintf(by->left_name, sizeof(by->left_name), "master");
}

static void left_to_a_child(struct made_up *m)
{
	left(m, false, 1);
}

static void ended_before_its_children(struct made_up *m)
{
	left(m, true, 2);
}

static void one_of_two(struct made_up *m)
{
	never_accepted(m);
	m->trial.server_end.accept_watch.at_once = m->trial.server_end.accept_watch.beside = 2;
}

static void two_of_four(struct made_up *m)
{
	one_of_two(m);
	m->trial.server_end.accept_watch.beside = 4;
	m->trial.server_end.accept_watch.beside_waiting = 2;
}

static void overflow_of(struct made_up *m, const char *address, bool is_reached)
{
	made_up_setting(m, TD_SERVER, "net.core.somaxconn", "4096");
	made_up_count(m, TD_SERVER, offsetof(struct counters, listen_overflows), 7, 10);
	m->trial.server_end.listener_drops =
		(struct listener_drops){.drops = 7, .backlog = 128, .is_reached = is_reached};
	address_parse(address, &m->trial.server_end.listener_drops.address);
}

static void never_accepted_and_full(struct made_up *m)
{
	never_accepted(m);
	overflow_of(m, "10.0.0.1:8080", true);
}

static void another_is_full(struct made_up *m)
{
	never_accepted(m);
	overflow_of(m, "127.0.0.1:9000", false);
}

static void full_and_slow(struct made_up *m)
{
	waiting(m, 60, 999);
	overflow_of(m, "10.0.0.1:8080", true);
}

/* The ACKs of 20 handshakes were dropped, and no byte comes on the client's ends of them. */
static void full_and_never_there(struct made_up *m)
{
	full_and_slow(m);
	m->trial.totals.established = OPENED + 20;
	m->trial.totals.outcomes[OUTCOME_TIMED_OUT] = 20;
	m->trial.totals.unanswered_by_deadline = (struct load_unanswered){
		20, 20, START_NS + 6 * PERIOD_NS, START_NS + 9 * PERIOD_NS, 500 * MS, 510 * MS};
}

static void full_and_silent(struct made_up *m)
{
	full_and_never_there(m);
	m->trial.totals.unanswered_by_deadline.connections = 21;
}

/* It took one less than a second before the end. */
static void a_slow_server(struct made_up *m)
{
	waiting(m, 60, 999);
}

static void it_caught_up(struct made_up *m)
{
	waiting(m, 0, 0);
	m->trial.server_end.accept_watch.waiting_peak = 60;
}

/* TCP_DEFER_ACCEPT: the client's kernel has opened them, and none is in a queue. */
static void deferred(struct made_up *m)
{
	waiting(m, 0, 0);
	made_up_count(m, TD_SERVER, offsetof(struct counters, deferred_drop), 20, 10);
	m->trial.totals.established = OPENED + 20;
	m->samples[SAMPLES - 1].server.census.states[3] = 20; /* SYN_RECV */
}

static void not_looked_at(struct made_up *m)
{
	never_accepted(m);
	m->trial.server_end.accept_watch = (struct accept_watch_report){.looks = 0};
}

/* Of 40 looks at which connections waited, at so many all descriptors were in use. */
static void limit_reached(struct made_up *m, uint64_t reached)
{
	waiting(m, 0, 0);
	m->trial.server_end.accept_limit = (struct accept_limit){.looks = 40,
		.reached = reached,
		.first_ns = START_NS + 700 * MS,
		.limit = 1024,
		.holder = {.pid = 4711, .processes = 1, .name = "httpd"}};
}

static void descriptors_exhausted(struct made_up *m)
{
	limit_reached(m, 3);
}

static void exhausted_at_two_looks(struct made_up *m)
{
	limit_reached(m, 2);
}

static void descriptors_not_exhausted(struct made_up *m)
{
	limit_reached(m, 0);
}

static void exhausted_to_the_end(struct made_up *m)
{
	limit_reached(m, 30);
	waiting(m, 60, 1500);
	m->trial.server_end.accept_holder.descriptor_limit = 1024;
}

static void exhausted_and_then_something_else(struct made_up *m)
{
	limit_reached(m, 30);
	waiting(m, 60, 1500);
}

/* One that serves has all descriptors in use at so many of 900 looks. */
static void full_while_serving(struct made_up *m, uint64_t reached)
{
	m->trial.server_end.descriptor_watch = (struct descriptor_watch_report){.looks = 900,
		.reached = reached,
		.first_ns = START_NS + 300 * MS,
		.last_ns = START_NS + 1250 * MS,
		.limit = 24,
		.pid = 4711,
		.processes = 1,
		.name = "httpd"};
}

static void statuses(struct made_up *m, unsigned status, uint64_t count)
{
	m->trial.totals.refused += count;
	m->trial.totals.refused_by[status] += count;
}

static void full_and_errors(struct made_up *m)
{
	full_while_serving(m, 2);
	statuses(m, 500, 75);
	statuses(m, 404, 5);
}

static void full_and_closed(struct made_up *m)
{
	full_while_serving(m, 9);
	statuses(m, 502, 4);
	m->trial.totals.outcomes[OUTCOME_RESET] = 3;
}

static void full_and_not_found(struct made_up *m)
{
	full_while_serving(m, 9);
	statuses(m, 404, 75);
}

static void full_and_well(struct made_up *m)
{
	full_while_serving(m, 900);
}

static void full_at_one_look(struct made_up *m)
{
	full_while_serving(m, 1);
	statuses(m, 500, 75);
}

static void errors_with_descriptors_left(struct made_up *m)
{
	statuses(m, 500, 75);
}

static void full_at_both(struct made_up *m)
{
	descriptors_exhausted(m);
	full_and_errors(m);
}

/* Of 8 connections that came at once, 2 were accepted, and 6 wait from the census at `from` on. The
 * load is over behind the sample at `until`, and had 1200 requests. */
static void starved(struct made_up *m, size_t from, size_t until)
{
	waiting(m, 0, 0);
	m->trial.totals.exchanges = 1200;
	m->trial.server_end.accept_watch.load_over_ns =
		START_NS + until * PERIOD_NS + PERIOD_NS / 2;
	for (size_t i = 0; i < SAMPLES; i++) {
		m->samples[i].server.counters.passive_opens = i >= from ? 8 : 0;
		m->samples[i].server.census.waiting = i >= from && i <= until ? 6 : 0;
	}
}

static void a_pool_is_held(struct made_up *m)
{
	starved(m, 1, 19);
}

/* From 0.4 s on, as is known a sample later; the load takes 1.05 s. */
static void held_for_half(struct made_up *m)
{
	starved(m, 3, 10);
}

static void held_for_less_than_half(struct made_up *m)
{
	starved(m, 4, 10);
}

/* Of a load of 0.45 s. */
static void held_for_less_than_half_a_second(struct made_up *m)
{
	starved(m, 0, 4);
}

/* One a sample is accepted, and one comes. */
static void a_queue_that_moves(struct made_up *m)
{
	starved(m, 1, 19);
	for (size_t i = 1; i < SAMPLES; i++)
		m->samples[i].server.counters.passive_opens = 7 + i;
}

/* One is accepted in the middle, and is all that the census shows. */
static void accepted_once(struct made_up *m)
{
	starved(m, 1, 19);
	for (size_t i = 10; i < SAMPLES; i++)
		m->samples[i].server.census.waiting = 5;
}

/* The server takes 2 s for each: no more requests are answered than connections were opened. */
static void as_slow_for_each(struct made_up *m)
{
	starved(m, 1, 19);
	m->trial.totals.exchanges = OPENED;
}

static void none_was_served(struct made_up *m)
{
	starved(m, 1, 19);
	for (size_t i = 1; i < SAMPLES; i++)
		m->samples[i].server.counters.passive_opens = 6;
}

/* Looks found all queues waiting from one time to the other. */
static void of_two_listeners(struct made_up *m, uint64_t since_ms, uint64_t until_ms)
{
	starved(m, 1, 19);
	m->trial.server_end.accept_watch.at_once = m->trial.server_end.accept_watch.ever = 2;
	m->trial.server_end.accept_watch.all_wait_since_ns = START_NS + since_ms * MS;
	m->trial.server_end.accept_watch.all_wait_until_ns = START_NS + until_ms * MS;
}

static void both_of_two_listeners(struct made_up *m)
{
	of_two_listeners(m, 330, 1940);
}

static void both_for_less_than_half(struct made_up *m)
{
	of_two_listeners(m, 330, 1250);
}

/* Before any connection was accepted, and none waited later. */
static void both_at_another_time(struct made_up *m)
{
	starved(m, 12, 19);
	m->trial.server_end.accept_watch.at_once = m->trial.server_end.accept_watch.ever = 2;
	m->trial.server_end.accept_watch.all_wait_since_ns = START_NS;
	m->trial.server_end.accept_watch.all_wait_until_ns = START_NS + 1100 * MS;
}

static void one_of_two_listeners(struct made_up *m)
{
	starved(m, 1, 19);
	m->trial.server_end.accept_watch.at_once = m->trial.server_end.accept_watch.ever = 2;
}

static void one_listener_after_the_other(struct made_up *m)
{
	both_of_two_listeners(m);
	m->trial.server_end.accept_watch.ever = 3;
}

static void others_are_accepted(struct made_up *m)
{
	starved(m, 1, 19);
	m->trial.packet_tap.others.server.accepted = 1;
}

/* Carried over: the census says nothing of now. */
static void not_seen_again(struct made_up *m)
{
	starved(m, 1, 19);
	for (size_t i = 3; i < SAMPLES; i++)
		m->samples[i].census_fresh = false;
}

static void starved_and_never_accepted(struct made_up *m)
{
	struct accept_watch_report *watch = &m->trial.server_end.accept_watch;
	starved(m, 1, 19);
	watch->waiting = watch->longest.waiting = 6;
	watch->untouched_since_ns = END_NS - 1500 * MS;
}

/* The census of a sample is older than its counters: those that came meanwhile were not accepted
 * before it, and are not known to have been. */
static void more_came_behind_the_census(struct made_up *m)
{
	starved(m, 1, 19);
	for (size_t i = 10; i < SAMPLES; i++) {
		m->samples[i].server.counters.passive_opens = 14;
		m->samples[i].server.census.waiting = i > 10 ? 12 : 6;
	}
}

/* At 1.9 s, in a load of 2 s. */
static void waited_in_one(struct made_up *m, uint64_t oldest_ms)
{
	m->trial.server_end.accept_watch = (struct accept_watch_report){
		.looks = 100, .at_once = 3, .ever = 3, .load_over_ns = END_NS};
	m->trial.server_end.listener_wait =
		(struct listener_wait){.at_ns = START_NS + 19 * PERIOD_NS,
			.oldest_ms = oldest_ms,
			.waiting = 6,
			.listeners = 3,
			.listeners_waiting = 1,
			.holder = {.pid = 4711, .processes = 1, .name = "httpd"}};
}

static void one_listener_has_a_queue(struct made_up *m)
{
	waited_in_one(m, 1500);
}

static void two_listeners_have_one_connection(struct made_up *m)
{
	waited_in_one(m, 1000);
	m->trial.server_end.listener_wait.waiting = 1;
	m->trial.server_end.listener_wait.listeners_waiting = 2;
	m->trial.server_end.listener_wait.holder = (struct holder){.pid = 0};
}

static void for_less_than_half(struct made_up *m)
{
	waited_in_one(m, 999);
}

static void for_less_than_half_a_second(struct made_up *m)
{
	waited_in_one(m, 499);
	m->trial.server_end.accept_watch.load_over_ns = START_NS + 600 * MS;
}

static void one_listener_to_the_end(struct made_up *m)
{
	never_accepted(m);
	m->trial.server_end.accept_watch.load_over_ns = END_NS;
	struct accept_watch_report watch = m->trial.server_end.accept_watch;
	waited_in_one(m, 1500);
	m->trial.server_end.accept_watch = watch;
}

static void one_listener_without_descriptors(struct made_up *m)
{
	one_listener_has_a_queue(m);
	m->trial.server_end.accept_limit = (struct accept_limit){
		.looks = 9, .reached = 9, .first_ns = START_NS + PERIOD_NS, .limit = 1024};
}

static void one_listener_of_a_stopped_process(struct made_up *m)
{
	one_listener_has_a_queue(m);
	m->trial.server_end.stop_watch =
		(struct stop_watch_report){.first_ns = START_NS + PERIOD_NS,
			.stopped_ns = 1500000000,
			.processes = 1,
			.pid = 4711,
			.name = "httpd"};
}

#define ONE "listener-starved"
#define STARVED "accept-starved"
#define EXHAUSTED "descriptors-exhausted"
#define NEVER "never-accepted"
/* What all of them have in common. */
#define WAITED                                                                                     \
	"60 of 1000 connections were never accepted: when the trial had settled they waited in "
#define IN_THE_QUEUE                                                                               \
	WAITED "the server's accept queue, the oldest for 1.5 s or more (since 0.5 s); "
#define FIELDS                                                                                     \
	"t_s=0.5 waiting=60 opened=1000 oldest_s=1.5 backlog=128 listeners=1 listeners_waiting=1 "
#define HTTPD " process=httpd pid=4711 processes=1"

static const struct finding_case cases[] = {
	{NEVER, "why is not known", never_accepted, "never-accepted ",
		.text = IN_THE_QUEUE
		"httpd (pid 4711), which holds the listener, does not accept; accept while "
		"connections are served, in an event loop (until EAGAIN with EPOLLET) or a thread",
		.fields = FIELDS "why=unknown" HTTPD},
	{NEVER, "for just a second", just_a_second, "never-accepted ",
		.fields = "t_s=1 waiting=60 opened=1000 oldest_s=1 backlog=128 listeners=1 "
			  "listeners_waiting=1 why=unknown" HTTPD},
	{NEVER, "the first was opened earlier", opened_earlier, "never-accepted ",
		.fields = "t_s=0.3 waiting=900 opened=1000 oldest_s=1.7 backlog=128 listeners=1 "
			  "listeners_waiting=1 why=unknown" HTTPD},
	{NEVER, "the first was opened before the load", opened_before_the_load, "never-accepted ",
		.fields = "t_s=0 waiting=1 opened=0 oldest_s=2.5 backlog=128 listeners=1 "
			  "listeners_waiting=1 why=unknown" HTTPD},
	{NEVER, "nobody is known to hold it", of_nobody, "never-accepted ",
		.text = IN_THE_QUEUE
		"its process, which holds the listener, does not accept; accept while connections "
		"are served, in an event loop (until EAGAIN with EPOLLET) or a thread",
		.fields = FIELDS "why=unknown"},
	{NEVER, "stopped", stopped, "never-accepted ",
		.text = IN_THE_QUEUE
		"httpd (pid 4711), which holds the listener, is stopped by a signal (state T); let "
		"it go on (SIGCONT)",
		.fields = FIELDS "why=stopped" HTTPD},
	{NEVER, "all are stopped", all_stopped, "never-accepted ",
		.text = IN_THE_QUEUE
		"httpd (pid 4711) and 2 other processes, which hold the listener, are stopped by a "
		"signal (state T); let them go on (SIGCONT)"},
	{NEVER, "without descriptors", without_descriptors, "never-accepted ",
		.text = IN_THE_QUEUE
		"httpd (pid 4711), which holds the listener, has as many descriptors as "
		"RLIMIT_NOFILE allows (40), so that accept(2) fails with EMFILE; raise the limit "
		"(ulimit -n), or close what is not needed",
		.fields = FIELDS "why=descriptors" HTTPD},
	{NEVER, "left to a child", left_to_a_child, "never-accepted ",
		.text = IN_THE_QUEUE
		"master (pid 4700), which held the listener at the start, has closed it, and httpd "
		"(pid 4711) holds it still and does not accept; close the listener in each process "
		"that is not to accept (close(2) behind fork(2), SOCK_CLOEXEC)",
		.fields = FIELDS "why=left" HTTPD},
	{NEVER, "ended before its children", ended_before_its_children, "never-accepted ",
		.text = IN_THE_QUEUE
		"master (pid 4700), which held the listener at the start, has ended, and httpd "
		"(pid 4711) and 1 other process hold it still and do not accept; start another "
		"that accepts, or close the listener where none does, so that clients are refused "
		"at once"},
	{NEVER, "one of two", one_of_two, "never-accepted ",
		.text = WAITED
		"the queue of 1 of 2 listeners of the address, and none in those of the others, "
		"the oldest for 1.5 s or more (since 0.5 s); httpd (pid 4711), which holds the "
		"listener, does not accept from it; accept from each listener of the address, or "
		"close it: the kernel gives each a share (SO_REUSEPORT)",
		.fields = "t_s=0.5 waiting=60 opened=1000 oldest_s=1.5 backlog=128 listeners=2 "
			  "listeners_waiting=1 why=one of several" HTTPD},
	{NEVER, "two of four", two_of_four, "never-accepted ",
		.text = WAITED
		"the queues of 2 of 4 listeners of the address, and none in those of the others, "
		"the oldest for 1.5 s or more (since 0.5 s); httpd (pid 4711), which holds the "
		"listener, does not accept from it; accept from each listener of the address, or "
		"close it: the kernel gives each a share (SO_REUSEPORT)"},
	{"listen-overflow", "nothing is accepted", never_accepted_and_full,
		"never-accepted listen-overflow ",
		.text = "the server's accept queue was full, which the backlog of its listen(2) "
			"limits to 128 (net.core.somaxconn = 4096 allows more), 7 times, first "
			"after 1.0 s: no SYN was sent again, and 7 ACKs of handshakes, or data "
			"behind them, were dropped; have it accepted from (never-accepted): a "
			"longer queue would be full, too"},
	{"listen-overflow", "nothing is accepted from another", another_is_full,
		"never-accepted listen-overflow ",
		.text = "the accept queue of the server's listener at 127.0.0.1:9000, which is not "
			"the load's, was full, which the backlog of its listen(2) limits to 128 "
			"(net.core.somaxconn = 4096 allows more), 7 times, first after 1.0 s: as "
			"many segments were dropped, of which a SYN is sent again after a second "
			"or more; accept faster, or raise the backlog of listen(2)"},
	{"listen-overflow", "a slow server", full_and_slow, "listen-overflow ",
		.text = "the server's accept queue was full, which the backlog of its listen(2) "
			"limits to 128 (net.core.somaxconn = 4096 allows more), 7 times, first "
			"after 1.0 s: no SYN was sent again, and 7 ACKs of handshakes, or data "
			"behind them, were dropped; accept faster, or raise the backlog of "
			"listen(2)"},
	{"listen-overflow", "connections that the client alone has", full_and_never_there,
		"listen-overflow ",
		.text = "the server's accept queue was full, which the backlog of its listen(2) "
			"limits to 128 (net.core.somaxconn = 4096 allows more), 7 times, first "
			"after 1.0 s: no SYN was sent again, and 7 ACKs of handshakes, or data "
			"behind them, were dropped, so that the server never had 20 of the 1020 "
			"connections that were open at the client; accept faster, or raise the "
			"backlog of listen(2)"},
	{"listen-overflow", "and one without an answer", full_and_silent,
		"never-answered listen-overflow "},
	{EXHAUSTED, "at three looks", descriptors_exhausted, "descriptors-exhausted ",
		.text = "httpd (pid 4711) had as many descriptors as RLIMIT_NOFILE allows (1024) "
			"at 3 of 40 looks at which connections waited to be accepted (first at 0.7 "
			"s): accept(2) fails with EMFILE then, and they wait until a descriptor is "
			"closed; raise the limit (ulimit -n), or close what is not needed",
		.fields = "t_s=0.7 reached=3 looks=40 limit=1024" HTTPD},
	{EXHAUSTED, "and something else in the end", exhausted_and_then_something_else,
		"descriptors-exhausted never-accepted ",
		.fields = "t_s=0.7 reached=30 looks=40 limit=1024" HTTPD},
	{EXHAUSTED, "while it serves", full_and_errors, "descriptors-exhausted ",
		.text = "all 24 descriptors that RLIMIT_NOFILE allows httpd (pid 4711), which held "
			"connections of the load, were in use at 2 of 900 looks, from 0.30 to "
			"1.25 s, and in this trial 75 responses had a status of 5xx: without a "
			"descriptor accept(2), socket(2) and open(2) fail with EMFILE; look for "
			"that in the server's log, raise the limit (ulimit -n, "
			"worker_rlimit_nofile), or close what is not needed",
		.fields = "t_s=0.3 last_t_s=1.25 reached=2 looks=900 limit=24 failed=75" HTTPD},
	{EXHAUSTED, "while it serves, and closes", full_and_closed, "descriptors-exhausted ",
		.text = "all 24 descriptors that RLIMIT_NOFILE allows httpd (pid 4711), which held "
			"connections of the load, were in use at 9 of 900 looks, from 0.30 to "
			"1.25 s, and in this trial 4 responses had a status of 5xx, and 3 requests "
			"had no whole answer: without a descriptor accept(2), socket(2) and "
			"open(2) fail with EMFILE; look for that in the server's log, raise the "
			"limit (ulimit -n, worker_rlimit_nofile), or close what is not needed"},
	{EXHAUSTED, "at the listener, which tells more", full_at_both, "descriptors-exhausted ",
		.fields = "t_s=0.7 reached=3 looks=40 limit=1024" HTTPD},
	{EXHAUSTED, "all in use, and nothing is missed", full_and_well, ""},
	{EXHAUSTED, "all in use, and 404", full_and_not_found, ""},
	{EXHAUSTED, "all in use at one look", full_at_one_look, ""},
	{EXHAUSTED, "errors with descriptors left", errors_with_descriptors_left, ""},
	{EXHAUSTED, "at two looks", exhausted_at_two_looks, ""},
	{EXHAUSTED, "at none", descriptors_not_exhausted, ""},
	{EXHAUSTED, "to the end, which is told already", exhausted_to_the_end, "never-accepted "},
	{STARVED, "a pool is held", a_pool_is_held, "accept-starved ",
		.text = "6 of 8 connections waited to be accepted, and none was from 0.2 s to 1.9 "
			"s, while others were kept alive and served: requests/s and latency are "
			"those of the others; have more workers than clients that keep a "
			"connection (MaxRequestWorkers, threads), end kept connections sooner, or "
			"serve them in an event loop",
		.fields = "t_s=0.2 until_s=1.9 waiting=6 accepted=2 opened=8 exchanges=1200"},
	{STARVED, "more came behind a census", more_came_behind_the_census, "accept-starved ",
		.fields = "t_s=0.2 until_s=1.9 waiting=12 accepted=2 opened=14 exchanges=1200"},
	{STARVED, "for less than half of the load", held_for_less_than_half, ""},
	{STARVED, "for half of the load", held_for_half, "accept-starved ",
		.fields = "t_s=0.4 until_s=1 waiting=6 accepted=2 opened=8 exchanges=1200"},
	{STARVED, "for less than half a second", held_for_less_than_half_a_second, ""},
	{STARVED, "a queue that moves", a_queue_that_moves, ""},
	{STARVED, "accepted once", accepted_once, ""},
	{STARVED, "as slow for each", as_slow_for_each, ""},
	{STARVED, "none was served", none_was_served, ""},
	{STARVED, "both of two listeners", both_of_two_listeners, "accept-starved ",
		.text = "6 of 8 connections waited to be accepted in the queues of all 2 listeners "
			"of the port, and none was from 0.3 s to 1.9 s, while others were kept "
			"alive and served: requests/s and latency are those of the others; have "
			"more workers than clients that keep a connection (MaxRequestWorkers, "
			"threads), end kept connections sooner, or serve them in an event loop",
		.fields = "t_s=0.33 until_s=1.9 waiting=6 listeners=2 accepted=2 opened=8 "
			  "exchanges=1200"},
	{STARVED, "both for less than half of the load", both_for_less_than_half, ""},
	{STARVED, "both at another time", both_at_another_time, ""},
	{STARVED, "one of two listeners", one_of_two_listeners, ""},
	{STARVED, "one listener after the other", one_listener_after_the_other, ""},
	{STARVED, "others are accepted", others_are_accepted, ""},
	{STARVED, "not seen again", not_seen_again, ""},
	{STARVED, "never accepted, which is told", starved_and_never_accepted, "never-accepted "},
	{ONE, "one listener has a queue", one_listener_has_a_queue, ONE " ",
		.text = "at 1.9 s 6 connections waited in the queue of 1 of 3 listeners of the "
			"port, the oldest for 1.5 s or more, and none in those of the others: the "
			"kernel gives each listener (SO_REUSEPORT) its share, whether its process "
			"accepts or not, and httpd (pid 4711) did not take them; accept from every "
			"listener in an event loop or with workers enough, or have all workers "
			"accept from one that they share",
		.fields = "t_s=0.4 seen_s=1.9 waiting=6 oldest_s=1.5 listeners=3 "
			  "listeners_waiting=1 process=httpd pid=4711 processes=1"},
	{ONE, "two have one connection", two_listeners_have_one_connection, ONE " ",
		.text = "at 1.9 s 1 connection waited in the queues of 2 of 3 listeners of the "
			"port, the oldest for 1.0 s or more, and none in those of the others: the "
			"kernel gives each listener (SO_REUSEPORT) its share, whether its process "
			"accepts or not, and its holder did not take it; accept from every "
			"listener in an event loop or with workers enough, or have all workers "
			"accept from one that they share",
		.fields = "t_s=0.9 seen_s=1.9 waiting=1 oldest_s=1 listeners=3 "
			  "listeners_waiting=2"},
	{ONE, "for less than half of the load", for_less_than_half, ""},
	{ONE, "for less than half a second", for_less_than_half_a_second, ""},
	{ONE, "to the end, which is told", one_listener_to_the_end, NEVER " "},
	{ONE, "without descriptors", one_listener_without_descriptors, "descriptors-exhausted "},
	{ONE, "its process is stopped", one_listener_of_a_stopped_process, "server-stopped "},
	{NEVER, "a slow server", a_slow_server, ""},
	{NEVER, "it caught up", it_caught_up, ""},
	{NEVER, "deferred", deferred, ""},
	{NEVER, "not looked at", not_looked_at, ""},
};

const struct finding_cases cases_of_accept = {cases, sizeof(cases) / sizeof(cases[0])};
