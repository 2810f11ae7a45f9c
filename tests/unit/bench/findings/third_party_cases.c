/* Cases of third-party loaders. */
#include "made_up_trial.h"

#include <math.h>
#include <netinet/tcp.h>
#include <stdio.h>

/* Open connections from a sample on. */
static void open_from(struct made_up *m, size_t from, uint64_t open)
{
	for (size_t i = from; i < SAMPLES; i++)
		m->samples[i].client.counters.gauge_inuse = open;
}

static void failed_and_lost(struct made_up *m, uint64_t open)
{
	made_up_wrk(m);
	m->trial.third_party.said.errors[LOADER_CONNECT] = 30;
	open_from(m, 10, open);
}

static void lost(struct made_up *m)
{
	failed_and_lost(m, 70);
	open_from(m, 15, 60);
	m->samples[16].client.census.ports_in_use = 880;
}

static void lost_just_enough(struct made_up *m)
{
	failed_and_lost(m, 89);
}

/* Its first connections are attempted between the samples 2 and 3. */
static void lost_from_its_beginning(struct made_up *m)
{
	failed_and_lost(m, 70);
	open_from(m, 0, 70);
	m->trial.before.client.counters.active_opens = 9;
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].client.counters.active_opens = i < 3 ? 9 : 9 + CONNECTIONS;
}

static void nine_in_ten_open(struct made_up *m)
{
	failed_and_lost(m, 90);
}

static void came_back(struct made_up *m)
{
	failed_and_lost(m, 70);
	open_from(m, 15, CONNECTIONS);
}

static void missing_without_failure(struct made_up *m)
{
	made_up_wrk(m);
	open_from(m, 10, 70);
}

static void missing_after_its_end(struct made_up *m)
{
	failed_and_lost(m, 70);
	m->trial.third_party.ran_ns = 10 * PERIOD_NS;
}

static void seen_first(struct made_up *m, uint64_t client, uint64_t server, uint64_t both)
{
	m->strategy.first_closer = TD_SERVER;
	m->trial.packet_tap.counts = (struct first_closer_counts){.client = client,
		.server = server,
		.both = both,
		.fins_crossed = both,
		.client_midway = client + both,
		.connections = client + server + both,
		.at_server = {.fin_first = server},
		.at_client = {.fin_first = client}};
}

static void raced(struct made_up *m)
{
	made_up_wrk(m);
	seen_first(m, 480, 500, 20);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, tw), 450, 4);
	made_up_count(m, TD_SERVER, offsetof(struct counters, tw), 510, 4);
}

/* 1 in 20 that it closed in the midst of the load suffices. */
static void raced_behind_a_proxy(struct made_up *m)
{
	raced(m);
	m->trial.load.is_proxy = true;
}

static void raced_before_a_proxy(struct made_up *m)
{
	raced(m);
	m->trial.server.is_proxy = true;
}

static void raced_just_enough(struct made_up *m)
{
	made_up_wrk(m);
	seen_first(m, 141, 849, 10);
	m->trial.packet_tap.counts.client_midway = 50;
}

/* What it closes at its end is no race, however few there are. */
static void raced_too_few(struct made_up *m)
{
	made_up_wrk(m);
	seen_first(m, 150, 850, 0);
	m->trial.packet_tap.counts.client_midway = 49;
}

static void the_server_in_one_of_twenty(struct made_up *m)
{
	made_up_wrk(m);
	seen_first(m, 950, 50, 0);
}

static void always_the_client(struct made_up *m)
{
	made_up_wrk(m);
	seen_first(m, 951, 49, 0);
}

static void builtin_raced(struct made_up *m)
{
	seen_first(m, 500, 500, 0);
}

static void the_client_was_to_close(struct made_up *m)
{
	made_up_wrk(m);
	seen_first(m, 500, 500, 0);
	m->strategy.first_closer = TD_CLIENT;
}

/* Probes that reset are no race, whoever is first. */
static void first_by_resets(struct made_up *m)
{
	made_up_wrk(m);
	seen_first(m, 500, 500, 0);
	m->trial.packet_tap.counts.by_reset = 500;
	m->trial.packet_tap.counts.client_midway = 0;
	m->trial.packet_tap.counts.at_client =
		(struct ending_counts){.reset_without_fin = 500, .resets_sent = {500}};
}

static void crossed_by_resets(struct made_up *m)
{
	made_up_wrk(m);
	seen_first(m, 0, 500, 500);
	m->trial.packet_tap.counts.fins_crossed = 0;
	m->trial.packet_tap.counts.client_midway = 0;
}

static void half_closed(struct made_up *m)
{
	raced(m);
	m->trial.packet_tap.counts.at_client.half_closed = 400;
}

static void half_closed_by_the_builtin(struct made_up *m)
{
	seen_first(m, 0, 950, 50);
	m->trial.packet_tap.counts.at_client.half_closed = 50;
}

static void half_closed_by_accident(struct made_up *m)
{
	made_up_wrk(m);
	seen_first(m, 0, 951, 49);
	m->trial.packet_tap.counts.at_client.half_closed = 49;
}

static void half_closed_as_declared(struct made_up *m)
{
	half_closed(m);
	m->strategy.first_closer = TD_CLIENT;
}

/* 1000 connections in 2 s of which 100 are open: each takes 200 ms. */
static void fresh(struct made_up *m)
{
	made_up_wrk(m);
	m->trial.third_party.said.requests = 990;
}

static void fresh_for_every_other(struct made_up *m)
{
	made_up_wrk(m);
	m->trial.third_party.said.requests = 2 * OPENED;
}

static void kept_alive(struct made_up *m)
{
	made_up_wrk(m);
	m->trial.third_party.said.requests = 2 * OPENED + 1;
}

static void no_request(struct made_up *m)
{
	fresh(m);
	m->trial.third_party.said.requests = 0;
}

static void fresh_but_failing(struct made_up *m)
{
	fresh(m);
	m->trial.third_party.said.errors[LOADER_CONNECT] = 1;
}

static void as_long_with_the_handshake(struct made_up *m)
{
	fresh(m);
	m->trial.third_party.said.latency_us[LOADER_MEAN] = 200000;
}

static void fresh_with_another_loader(struct made_up *m)
{
	fresh(m);
	m->trial.third_party.kind = NULL;
}

static void ended(struct made_up *m, uint64_t at_ns)
{
	made_up_wrk(m);
	struct third_party_report *report = &m->trial.third_party;
	report->stopped = false;
	report->ran_ns = at_ns;
	report->exit_status = 3;
	snprintf(report->end, sizeof(report->end), "exited with status 3: had enough");
}

static void ended_early(struct made_up *m)
{
	ended(m, 10 * PERIOD_NS);
}

static void ended_at_nine_tenths(struct made_up *m)
{
	ended(m, 18 * PERIOD_NS);
}

static void ended_a_little_early(struct made_up *m)
{
	ended(m, 18 * PERIOD_NS + PERIOD_NS / 10);
}

/* The loader ran for 1.9 s, of which its start took so long. */
static void started_in(struct made_up *m, uint64_t startup_ns)
{
	ended(m, 19 * PERIOD_NS);
	m->trial.third_party.startup_ns = startup_ns;
}

static void started_late(struct made_up *m)
{
	started_in(m, 9 * PERIOD_NS);
	m->trial.load.overtime_ns = 3000000000;
}

static void started_at_once(struct made_up *m)
{
	started_in(m, PERIOD_NS / 2);
}

static void started_late_and_ran_on(struct made_up *m)
{
	started_late(m);
	m->trial.third_party.ran_ns += 9 * PERIOD_NS;
}

static void ended_early_unanswered(struct made_up *m)
{
	ended_early(m);
	m->trial.third_party.said.requests = 0;
}

/* Its output tells nothing; the packets do. */
static void ended_early_mute(struct made_up *m, uint64_t unanswered, uint64_t undecided)
{
	ended_early(m);
	m->trial.third_party.kind = NULL;
	m->trial.packet_tap.counts.connections = OPENED;
	m->trial.packet_tap.counts.client = OPENED;
	m->trial.packet_tap.counts.undecided = undecided;
	m->trial.packet_tap.counts.leaving.unanswered = unanswered;
}

static void ended_early_seen_unanswered(struct made_up *m)
{
	ended_early_mute(m, OPENED, 0);
}

static void ended_early_answered_once(struct made_up *m)
{
	ended_early_mute(m, OPENED - 1, 0);
}

static void ended_early_undecided(struct made_up *m)
{
	ended_early_mute(m, OPENED, 1);
}

static void told_and_ended_early(struct made_up *m)
{
	ended_early(m);
	m->trial.load.overtime_ns = 3000000000;
}

static void ended_by_us(struct made_up *m)
{
	ended_early(m);
	m->trial.third_party.stopped = true;
}

static void ended_with_its_total(struct made_up *m)
{
	ended_early(m);
	m->trial.load.total = 1000;
}

static void ended_by_a_failure(struct made_up *m)
{
	ended_early(m);
	snprintf(m->trial.failure, sizeof(m->trial.failure), "the loader failed");
}

/* Every port is held from sample 7 on; the loader is not known, or wrk. */
static void stalled(struct made_up *m, uint64_t time_waits)
{
	made_up_wrk(m);
	m->trial.third_party.kind = NULL;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct sample_end *client = &m->samples[i].client;
		client->counters.active_opens = i < 7 ? 10 * i : OPENED;
		client->counters.gauge_tw = client->census.states[TCP_TIME_WAIT] =
			i < 7 ? 0 : time_waits;
		client->census.ports_in_use = i < 7 ? 10 * i : PORTS;
	}
}

static void stalled_by_open(struct made_up *m)
{
	stalled(m, 499);
}

static void stalled_by_half(struct made_up *m)
{
	stalled(m, 500);
}

static void stalled_as_asked(struct made_up *m)
{
	stalled_by_open(m);
	m->trial.load.connections = 501;
	m->trial.load.told_connections = true;
}

static void stalled_by_open_and_prints(struct made_up *m)
{
	stalled_by_open(m);
	snprintf(m->trial.third_party.output, sizeof(m->trial.third_party.output),
		"Cannot assign requested address");
}

/* Each was left in TIME_WAIT, and came from one of these ports, of which some have an even number.
 */
static void from_ports(struct made_up *m, uint64_t ports, uint64_t even)
{
	made_up_wrk(m);
	m->trial.third_party.kind = NULL;
	m->trial.packet_tap.counts.connections = OPENED;
	m->trial.packet_tap.counts.client = OPENED;
	m->trial.packet_tap.client_ports = ports;
	m->trial.packet_tap.even_client_ports = even;
	made_up_count(m, TD_CLIENT, offsetof(struct counters, tw), OPENED, 3);
}

static void from_a_quarter(struct made_up *m)
{
	from_ports(m, PORTS / 4, PORTS / 4);
}

static void from_more_than_a_quarter(struct made_up *m)
{
	from_ports(m, PORTS / 4 + 1, PORTS / 4 + 1);
}

/* One connection from each of 40 ports, and nothing more. */
static void from_40_once(struct made_up *m, uint64_t even, uint64_t time_waits)
{
	from_ports(m, 40, even);
	m->trial.packet_tap.counts.connections = 40;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct sample_end *client = &m->samples[i].client;
		client->counters.active_opens = i < 7 ? i : 40;
		client->counters.gauge_tw = client->census.states[TCP_TIME_WAIT] =
			i < 7 ? 0 : time_waits;
		client->census.ports_in_use = i < 7 ? i : 40;
	}
	m->trial.after.client.counters.active_opens = 40;
}

static void own_ports_all_waiting(struct made_up *m)
{
	from_40_once(m, 20, 40);
}

static void own_ports_open(struct made_up *m)
{
	from_40_once(m, 20, 19);
}

static void own_ports_one_in_four(struct made_up *m)
{
	from_40_once(m, 10, 40);
}

static void own_ports_fewer_of_a_parity(struct made_up *m)
{
	from_40_once(m, 9, 40);
}

static void ports_of_one_parity(struct made_up *m)
{
	from_40_once(m, 40, 40);
}

static void own_ports_at_the_server(struct made_up *m)
{
	from_a_quarter(m);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, tw), -(uint64_t)OPENED, 3);
}

static void own_ports_of_a_share(struct made_up *m)
{
	from_a_quarter(m);
	m->trial.packet_tap.share = 2;
}

static void own_ports_and_lost(struct made_up *m)
{
	from_a_quarter(m);
	m->trial.packet_tap.lost = 1;
}

static void own_ports_of_the_builtin(struct made_up *m)
{
	from_a_quarter(m);
	m->trial.load.is_third_party = false;
}

static void stalled_by_time_waits(struct made_up *m)
{
	stalled(m, 500);
	made_up_wrk(m);
	m->trial.third_party.said.errors[LOADER_CONNECT] = 30;
}

static void stalled_with_reuse(struct made_up *m)
{
	stalled(m, 500);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1");
}

static void stalled_as_wrk_was_asked(struct made_up *m)
{
	stalled_by_time_waits(m);
	m->trial.third_party.said.errors[LOADER_CONNECT] = 0;
}

/* Each of 1000 connections was seen, with 45 bytes of the client and 300 of the server. */
static void said_and_sent(struct made_up *m, double requests, double per_s)
{
	made_up_wrk(m);
	made_up_third_party_server(m);
	m->strategy.first_closer = TD_CLIENT;
	m->trial.third_party.said = (struct loader_said){
		.requests = requests, .requests_per_s = per_s, .promised_bytes = NAN};
	m->trial.packet_tap.counts = (struct first_closer_counts){.connections = OPENED,
		.client = OPENED,
		.sized = OPENED,
		.client_bytes = UINT64_C(45) * OPENED,
		.server_bytes = UINT64_C(300) * OPENED};
	for (uint64_t i = 0; i < SAMPLES; i++)
		m->samples[i].client.counters.out_segs = 500 * i;
}

static void ten_each(struct made_up *m)
{
	said_and_sent(m, 10 * OPENED, 5000);
}

static void two_each(struct made_up *m)
{
	said_and_sent(m, 2 * OPENED, 1000);
	m->trial.third_party.kind = loader_kinds[3]; /* hey */
}

static void ten_where_the_server_closes(struct made_up *m)
{
	ten_each(m);
	m->trial.server.is_third_party = false;
	m->strategy.first_closer = TD_SERVER;
	m->trial.load.requests_per_connection = 2;
}

static void rate_of_ten_each(struct made_up *m)
{
	said_and_sent(m, OPENED, 5000);
}

static void failed_too(struct made_up *m)
{
	said_and_sent(m, OPENED, 5000);
	m->trial.third_party.kind = loader_kinds[3]; /* hey */
	m->trial.third_party.said.errors[LOADER_READ] = 9000;
}

static void took(struct made_up *m, double bytes)
{
	said_and_sent(m, OPENED, 500);
	m->trial.third_party.kind = loader_kinds[3]; /* hey */
	m->trial.third_party.said.promised_bytes = bytes;
}

static void took_what_was_not_sent(struct made_up *m)
{
	took(m, 500000);
}

static void took_what_was_sent(struct made_up *m)
{
	took(m, 300000);
}

static void took_and_does_not_say(struct made_up *m)
{
	took(m, NAN);
}

#define LOST "loader-lost-connections"
#define RACES "loader-races-close"
#define HALF "loader-half-closes"
#define HANDSHAKE "latency-without-handshake"
#define RESUMES "loader-resumes"
#define EARLY "loader-ended-early"
#define OWN_PORTS "loader-own-ports"
#define ALL_OPEN "ports-all-open"

static void resumed(struct made_up *m, uint64_t resumed)
{
	made_up_wrk(m);
	m->trial.packet_tap.counts.hellos =
		(struct server_hellos){.told = 200, .resumed = resumed, .version = 0x0304};
}

static void resumed_nearly_each(struct made_up *m)
{
	resumed(m, 190);
}

static void resumed_just_enough(struct made_up *m)
{
	resumed(m, 10);
}

static void resumed_by_accident(struct made_up *m)
{
	resumed(m, 9);
}

static void resumed_none(struct made_up *m)
{
	resumed(m, 0);
}

static void resumed_by_the_builtin(struct made_up *m)
{
	resumed(m, 190);
	m->trial.load.is_third_party = false;
	m->trial.third_party.kind = NULL;
}

static void resumed_by_a_proxy(struct made_up *m)
{
	resumed(m, 190);
	m->trial.load.is_proxy = true;
}

/* 24, of which it left 4 when it ended; and more than these answers came too late. */
static void left_unanswered(struct made_up *m)
{
	struct leaving_counts *leaving = &m->trial.packet_tap.counts.leaving;
	made_up_wrk(m);
	m->trial.packet_tap.counts.connections = OPENED;
	leaving->unanswered = leaving->left = 24;
	leaving->went_on = 20;
	leaving->answered_late = 16;
	leaving->first_ns = START_NS + 3 * PERIOD_NS;
	ending_span_add(&leaving->open, 0, 50000000);
	ending_span_add(&leaving->open, 0, 52000000);
	ending_span_add(&leaving->late, 0, 150000000);
}

static void left_when_it_ended(struct made_up *m)
{
	left_unanswered(m);
	m->trial.packet_tap.counts.leaving.went_on = 0;
}

static void left_by_the_builtin(struct made_up *m)
{
	left_unanswered(m);
	m->trial.load.is_third_party = false;
	m->trial.third_party.kind = NULL;
}

static void left_and_reset(struct made_up *m, uint64_t late)
{
	left_unanswered(m);
	m->strategy.first_closer = TD_SERVER;
	m->trial.packet_tap.counts.leaving.answered_late = late;
	made_up_count(m, TD_CLIENT, offsetof(struct counters, out_rsts), OPENED, 4);
	m->trial.packet_tap.counts.at_client.reset_beside_fin = OPENED;
	m->trial.packet_tap.counts.at_client.resets_answered[RESET_BEHIND_OWN_FIN] = OPENED;
}

static void late_answers_hide_nothing(struct made_up *m)
{
	left_and_reset(m, OPENED - 49);
}

static void other_resets_hide(struct made_up *m)
{
	left_and_reset(m, OPENED - 50);
}

#define LEAVES "client-leaves-unanswered"

static const struct finding_case cases[] = {
	{LEAVES, "some of them", left_unanswered, "client-leaves-unanswered ",
		.text = "the client sent data and left 20 of 1000 connections before the first "
			"byte of a response (the first at 0.30 s), 50 to 52 ms after it had begun "
			"to connect; on 1 of them the server sent something 150 ms later, which "
			"the client's kernel answered with a RST: these say nothing about how the "
			"server closes; have the client wait longer than the server takes, or see "
			"why the server takes so long",
		.fields = "t_s=0.3 left=20 opened=1000 answered_late=1 open_ms_least=50 "
			  "open_ms_most=52"},
	{LEAVES, "when it ended", left_when_it_ended, ""},
	{LEAVES, "the builtin loader", left_by_the_builtin, ""},
	{LEAVES, "its resets are no policy", late_answers_hide_nothing,
		"client-leaves-unanswered "},
	{LEAVES, "and others", other_resets_hide,
		"client-leaves-unanswered loader-hides-server-policy "},
	{ALL_OPEN, "open connections of a mute loader", stalled_by_open, "ports-all-open ",
		.text = "all 1000 ports of the client were held from 0.70 s on, 501 of them by "
			"open connections, and no connection was opened since: whether its "
			"connect() failed, or it wanted no more, the loader does not say; if it "
			"did, widen the range (--port-range)",
		.fields = "t_s=0.7 open=501 opened=1000 ports_available=1000"},
	{ALL_OPEN, "half of them TIME_WAITs", stalled_by_half, "ports-exhausted "},
	{ALL_OPEN, "as many as it was asked to have", stalled_as_asked, ""},
	{OWN_PORTS, "from a quarter of the range", from_a_quarter, OWN_PORTS " ",
		.text = "the client opened 1000 connections from 250 ports of its own choice "
			"(bind()), so the 1000 of the range do not tell how long its ports last; "
			"let connect() choose the port, or give the loader more of them",
		.fields = "ports_own=250 opened=1000 ports_available=1000"},
	{OWN_PORTS, "from more than that", from_more_than_a_quarter, ""},
	{OWN_PORTS, "and all are held", own_ports_all_waiting, OWN_PORTS " ",
		.text = "the client opened 1000 connections from 40 ports of its own choice "
			"(bind()), so the 1000 of the range do not tell how long its ports last; "
			"from 0.70 s on all of them were held, 40 by TIME_WAITs, and no "
			"connection was opened (what bind() and connect() got, the loader does "
			"not say); let connect() choose the port, or give the loader more of them",
		.fields = "t_s=0.7 ports_own=40 opened=1000 ports_available=1000"},
	{OWN_PORTS, "and most are open", own_ports_open, OWN_PORTS " ",
		.fields = "ports_own=40 opened=1000 ports_available=1000"},
	{OWN_PORTS, "one in four of the other parity", own_ports_one_in_four, OWN_PORTS " "},
	{OWN_PORTS, "fewer than that", own_ports_fewer_of_a_parity, ""},
	{OWN_PORTS, "of one parity, as connect() chooses", ports_of_one_parity, ""},
	{OWN_PORTS, "where the server keeps TIME_WAIT", own_ports_at_the_server, ""},
	{OWN_PORTS, "of a share of the ports", own_ports_of_a_share, ""},
	{OWN_PORTS, "and segments were lost", own_ports_and_lost, ""},
	{OWN_PORTS, "of the builtin loader", own_ports_of_the_builtin, ""},
	{"ports-exhausted", "open connections, and it says so", stalled_by_open_and_prints,
		"ports-exhausted ",
		.text = "all 1000 ports of 10.0.0.2:* to 10.0.0.1:8080 were held by open "
			"connections after 0.70 s, and no connection was opened from then on "
			"(the loader says EADDRNOTAVAIL): 501 connections at once "
			"need as many ports; widen the range (--port-range), add addresses "
			"to which the loader binds, or open fewer at once",
		.fields = "held_by=open connections connections=501 t_s=0.7 "
			  "tuple=10.0.0.2:* to 10.0.0.1:8080 opened=1000 ports_held=1000 "
			  "ports_available=1000"},
	{"ports-exhausted", "TIME_WAITs of a loader that counts", stalled_by_time_waits,
		"ports-exhausted ",
		.text = "all 1000 ports of 10.0.0.2:* to 10.0.0.1:8080 were held after 0.70 s, "
			"mostly by TIME_WAITs, and 30 connect() of wrk failed; 16/s would have "
			"lasted (ports / 62.05 s); let the server close first, reuse TIME_WAIT "
			"(tcp_tw_reuse), or add addresses to which the loader binds",
		.fields = "held_by=TIME_WAIT lasting_rate_per_s=16.1166 t_s=0.7 "
			  "tuple=10.0.0.2:* to 10.0.0.1:8080 refused=30 opened=1000 "
			  "ports_held=1000 ports_available=1000"},
	{"ports-exhausted", "a mute loader, with reuse", stalled_with_reuse, "reuse-too-young "},
	{"ports-exhausted", "none of its connect() failed", stalled_as_wrk_was_asked, ""},
	{"loader-overcounts", "more than fit", ten_each, "loader-overcounts ",
		.text = "wrk says 10000 requests, but the client sent 45 bytes on each of 1000 "
			"connections, and no request is shorter than \"GET / HTTP/1.0\": at most "
			"2500 were made, 1250/s, and that is taken; look at what the loader "
			"counts",
		.fields = "bytes_per_connection=45 requests_said=10000 requests_per_s_said=5000 "
			  "requests=2500 requests_per_s=1250 opened=1000"},
	{"loader-overcounts", "more than are served", ten_where_the_server_closes,
		"loader-overcounts ",
		.text = "wrk says 10000 requests, but the server closes each connection after 2, "
			"and 1000 were opened: at most 2000 were answered, 1000/s, and that is "
			"taken; look at what the loader counts"},
	{"loader-overcounts", "a rate of others", rate_of_ten_each,
		"loader-overcounts latency-without-handshake ",
		.text = "wrk says 5000 requests/s, but also 1000 requests in all, and something "
			"was sent in 1.9 s: 500/s is taken; look at what the loader counts"},
	{"loader-overcounts", "what failed is counted", failed_too, "loader-overcounts ",
		.text = "the 5000 requests/s that hey says are of all that it tried: 1000 were "
			"answered and 9000 failed, so 500/s is taken; see that none fails"},
	{"loader-overcounts", "two requests each", two_each, ""},
	{"loader-overcounts", "what it took was sent", took_what_was_sent, ""},
	{"loader-misses-truncation", "more than was sent", took_what_was_not_sent,
		"loader-misses-truncation ",
		.text = "hey takes responses that were cut off for whole ones: by their "
			"Content-Length they have 500000 bytes, and with all heads the server "
			"sent 300000, so at least 200000 are missing; the builtin loader counts "
			"what was cut off, and says how",
		.fields = "promised_bytes=500000 sent_bytes=300000 missing_bytes=200000"},
	{"loader-misses-truncation", "all was sent", took_what_was_sent, ""},
	{"loader-misses-truncation", "it does not say", took_and_does_not_say, ""},
	{LOST, "three in ten", lost, "loader-lost-connections ",
		.text = "wrk gives a connection up for good when connect() fails: it reports "
			"30 such failures, had 70 of its 100 connections open at 1.0 s and 60 "
			"at 1.9 s, so its later load was less than asked for; see that ports "
			"last, or use the builtin loader, which tries again",
		.fields = "t_s=1 connect_failures=30 connections=100 open=70 open_last=60 "
			  "open_last_t_s=1.9 ports_held=880 ports_available=1000"},
	{LOST, "more than one in ten", lost_just_enough, "loader-lost-connections "},
	{LOST, "from its beginning", lost_from_its_beginning, "loader-lost-connections ",
		.fields = "t_s=0.3 connect_failures=30 connections=100 open=70 open_last=70 "
			  "open_last_t_s=1.9 ports_held=0 ports_available=1000"},
	{LOST, "one in ten is being replaced", nine_in_ten_open, ""},
	{LOST, "they came back", came_back, ""},
	{LOST, "no connect() failed", missing_without_failure, ""},
	{LOST, "missing after the loader's end", missing_after_its_end, ""},
	{RACES, "half of them", raced, "loader-races-close ",
		.text = "the loader does not wait for the server's FIN: of 1000 connections "
			"seen that ended with a FIN, 480 began to end with its own, 500 with the "
			"server's, 20 with both, which crossed, so TIME_WAIT fell to the client "
			"0.45 and to "
			"the server "
			"0.51 times a connection; the builtin loader leaves the first close to "
			"the server",
		.fields = "connections_seen=1000 client_first=480 server_first=500 crossed=20 "
			  "client_midway=500 client_time_wait_per_connection=0.45 "
			  "server_time_wait_per_connection=0.51"},
	{RACES, "by a proxy", raced_behind_a_proxy, "loader-races-close ",
		.text = "the proxy does not wait for the upstream's FIN: of 1000 connections "
			"seen that ended with a FIN, 480 began to end with its own, 500 with the "
			"upstream's, 20 with both, which crossed, so TIME_WAIT fell to the proxy "
			"0.45 and to the upstream 0.51 times a connection; connections that it "
			"keeps (a pool) are closed seldom, by either end"},
	{RACES, "with a proxy", raced_before_a_proxy, "loader-races-close ",
		.text = "the loader does not wait for the proxy's FIN: of 1000 connections "
			"seen that ended with a FIN, 480 began to end with its own, 500 with the "
			"proxy's, 20 with both, which crossed, so TIME_WAIT fell to the client "
			"0.45 and to the proxy 0.51 times a connection; the builtin loader leaves "
			"the first close to the proxy"},
	{RACES, "one in twenty", raced_just_enough, "loader-races-close "},
	{RACES, "seldom the server", the_server_in_one_of_twenty, "loader-races-close "},
	{RACES, "its resets", first_by_resets, ""},
	{RACES, "its resets crossed FINs", crossed_by_resets, ""},
	{RACES, "it half closes", half_closed, "loader-half-closes "},
	{HALF, "four in ten", half_closed, "loader-half-closes ",
		.text = "the client half closes (shutdown(SHUT_WR)): of 1000 connections seen, it "
			"sent its FIN on 500 before it had the server's, on 400 of these before "
			"the end of the response, which it went on to read; so TIME_WAIT fell to "
			"the client "
			"0.45 and to the server 0.51 times a connection; to leave the first close "
			"to the server, have the client close when read(2) returns 0",
		.fields = "connections_seen=1000 client_first=500 half_closed=400 "
			  "client_time_wait_per_connection=0.45 "
			  "server_time_wait_per_connection=0.51"},
	{HALF, "one in twenty, of any loader", half_closed_by_the_builtin, "loader-half-closes "},
	{HALF, "by accident", half_closed_by_accident, ""},
	{HALF, "the client was to close", half_closed_as_declared, ""},
	{HALF, "closes before the server", raced, "loader-races-close "},
	{RACES, "what was open at its end", raced_too_few, ""},
	{RACES, "the client is always first", always_the_client, ""},
	{RACES, "the builtin loader", builtin_raced, ""},
	{RACES, "the client was to close", the_client_was_to_close, ""},
	{HANDSHAKE, "a connection a request", fresh, "latency-without-handshake ",
		.text = "the latency that wrk tells (mean 50000 us) begins when a "
			"request is written and so leaves the handshake out, but it opened "
			"1000 connections for 990 requests: by connections / rate each took "
			"200000 us in all, of which it is 25 %; the builtin loader counts "
			"from connect()",
		.fields = "latency_us_mean=50000 latency_us_p50=40000 latency_us_p99=90000 "
			  "opened=1000 requests=990 connection_us_mean=200000"},
	{HANDSHAKE, "one for every other", fresh_for_every_other, "latency-without-handshake "},
	{HANDSHAKE, "more requests on each", kept_alive, ""},
	{HANDSHAKE, "no request", no_request, ""},
	{HANDSHAKE, "some connect() failed", fresh_but_failing, ""},
	{HANDSHAKE, "no difference", as_long_with_the_handshake, ""},
	{HANDSHAKE, "another loader", fresh_with_another_loader, ""},
	{RESUMES, "nearly each", resumed_nearly_each, "loader-resumes ",
		.text = "the loader resumes TLS sessions: on 190 of 200 connections that were "
			"looked at (95 %) the handshake had no certificate and no signature, as "
			"that of a client that is new has, so the server's CPU time a connection "
			"is not comparable with that of a load which resumes another share (ab "
			"resumes none); have the server resume none (nginx: ssl_session_tickets "
			"off, ssl_session_cache off), or use the builtin loader (--tls-resume off "
			"or on)",
		.fields = "hellos=200 resumed=190 resumed_share=0.95 "
			  "server_cpu_us_per_connection=0"},
	{RESUMES, "one in twenty", resumed_just_enough, "loader-resumes "},
	{RESUMES, "fewer", resumed_by_accident, ""},
	{RESUMES, "each session is new", resumed_none, ""},
	{RESUMES, "the builtin loader, as it was told", resumed_by_the_builtin, ""},
	{RESUMES, "a proxy", resumed_by_a_proxy, ""},
	{EARLY, "half of the time", ended_early, "loader-ended-early ",
		.text = "the loader exited with status 3: had enough after 1.00 s of 2.00 s, "
			"and rates are of that time; give it {duration_s}, or more to do",
		.fields = "t_s=1 asked_s=2 exit_status=3"},
	{EARLY, "none was answered", ended_early_unanswered, "loader-ended-early ",
		.text = "the loader exited with status 3: had enough after 1.00 s of 2.00 s, and "
			"rates are of that time; none of its requests was answered: see why (its "
			"own output, the server's log), before it is given more to do"},
	{EARLY, "none was answered, by packets", ended_early_seen_unanswered, "loader-ended-early ",
		.text = "the loader exited with status 3: had enough after 1.00 s of 2.00 s, and "
			"rates are of that time; none of its requests was answered: see why (its "
			"own output, the server's log), before it is given more to do"},
	{EARLY, "one was answered", ended_early_answered_once, "loader-ended-early ",
		.text = "the loader exited with status 3: had enough after 1.00 s of 2.00 s, and "
			"rates are of that time; give it {duration_s}, or more to do"},
	{EARLY, "one may have been answered", ended_early_undecided, "loader-ended-early ",
		.text = "the loader exited with status 3: had enough after 1.00 s of 2.00 s, and "
			"rates are of that time; give it {duration_s}, or more to do"},
	{EARLY, "its start took half of the time", started_late, "loader-ended-early ",
		.text = "the loader exited with status 3: had enough after 1.00 s of 2.00 s of "
			"load, which began 0.90 s after its start, and rates are of that time; it "
			"has {duration_s}, and counts its start in: ask for longer (--duration)",
		.fields = "t_s=1 startup_s=0.9 asked_s=2 exit_status=3"},
	{EARLY, "its start took a moment", started_at_once, ""},
	{EARLY, "it ran on for as long as its start took", started_late_and_ran_on, ""},
	{EARLY, "it was told how long", told_and_ended_early, "loader-ended-early ",
		.text = "the loader exited with status 3: had enough after 1.00 s of 2.00 s, and "
			"rates are of that time; it has {duration_s}, and did not run for so long: "
			"give it more to do",
		.fields = "t_s=1 asked_s=2 exit_status=3"},
	{EARLY, "nine tenths", ended_at_nine_tenths, "loader-ended-early "},
	{EARLY, "a little early", ended_a_little_early, ""},
	{EARLY, "it was ended", ended_by_us, ""},
	{EARLY, "it had all done", ended_with_its_total, ""},
	{EARLY, "it failed", ended_by_a_failure, ""},
};

const struct finding_cases cases_of_third_party = {cases, sizeof(cases) / sizeof(cases[0])};
