/* Cases of requests on kept connections, some of which meet a close. */
#include "made_up_trial.h"

extern const struct client_behaviour client_pipeline;

/* So many of the builtin loader got no answer, the first at 0.5 s. */
static void unanswered(struct made_up *m, uint64_t requests)
{
	m->trial.totals.kept_unanswered = m->trial.totals.kept_connections = requests;
	m->trial.totals.kept_unanswered_ns = START_NS + 5 * PERIOD_NS;
	m->trial.totals.kept_idle_least_ns = 200000;
	m->trial.totals.kept_idle_most_ns = 75000000;
}

static void behind_a_fin(struct made_up *m)
{
	unanswered(m, 12);
	m->trial.packet_tap.counts = (struct first_closer_counts){
		.connections = OPENED, .server = OPENED, .at_server = {.reset_beside_fin = 12}};
}

/* The process had them, and its last answer announced the close. */
static void sent_ahead(struct made_up *m, uint64_t announced)
{
	unanswered(m, 12);
	m->trial.totals.kept_announced = announced;
	m->trial.totals.unanswered_by_fin =
		(struct load_unanswered){.connections = 12, .announced = announced};
	m->trial.packet_tap.counts.connections = OPENED;
}

static void all_sent_ahead(struct made_up *m)
{
	sent_ahead(m, 12);
}

static void some_sent_ahead(struct made_up *m)
{
	sent_ahead(m, 5);
}

static void sent_ahead_and_reset(struct made_up *m)
{
	sent_ahead(m, 12);
	m->trial.packet_tap.counts.at_server.reset_beside_fin = 9;
}

static void behind_a_fin_at_once(struct made_up *m)
{
	behind_a_fin(m);
	m->trial.totals.kept_idle_least_ns = 0;
	m->trial.totals.kept_idle_most_ns = 999;
}

/* A worker that is killed closes what it keeps. */
static void behind_a_fin_of_a_process_that_ended(struct made_up *m)
{
	behind_a_fin(m);
	m->trial.server_end.ended = 3;
}

static void behind_a_fin_some_at_once(struct made_up *m)
{
	behind_a_fin(m);
	m->trial.totals.kept_idle_least_ns = 999;
}

static void one_behind_a_fin(struct made_up *m)
{
	behind_a_fin(m);
	m->trial.totals.kept_unanswered = m->trial.totals.kept_connections = 1;
	m->trial.totals.kept_idle_least_ns = 75000000;
	m->trial.packet_tap.counts.at_server.reset_beside_fin = 1;
}

/* A negative TCP_LINGER2: there is a RST behind each FIN. */
static void all_reset_behind_a_fin(struct made_up *m)
{
	behind_a_fin(m);
	m->trial.packet_tap.counts.at_server.reset_beside_fin = 30;
}

/* The server reads on behind its FIN: no RST follows. */
static void behind_a_fin_read_on(struct made_up *m, uint64_t judged, uint64_t drained)
{
	unanswered(m, 12);
	m->trial.totals.unanswered_by_fin = (struct load_unanswered){.connections = 12};
	m->trial.packet_tap.counts = (struct first_closer_counts){.connections = judged,
		.server = judged,
		.at_server = {.half_closed = drained},
		.late = {.behind_fin = drained, .drained = drained, .request_bytes = 80}};
}

static void all_read_on(struct made_up *m)
{
	behind_a_fin_read_on(m, OPENED, 12);
}

static void some_read_on(struct made_up *m)
{
	behind_a_fin_read_on(m, OPENED, 9);
}

static void read_on_of_a_share(struct made_up *m)
{
	behind_a_fin_read_on(m, OPENED / 4, 2);
	m->trial.packet_tap.share = 4;
}

/* Rests of uploads came behind the FIN: the server reads on, and nothing is known to have raced. */
static void rests_read_on(struct made_up *m)
{
	behind_a_fin_read_on(m, OPENED, 9);
	m->trial.packet_tap.counts.late = (struct late_requests){.request_bytes = 80, .rests = 9};
}

/* Some first requests were unanswered, too. */
static void read_on_beside_first_requests(struct made_up *m)
{
	some_read_on(m);
	m->trial.totals.unanswered_by_fin.connections = 14;
	m->trial.totals.unanswered_by_fin.first_requests = 2;
}

static void aborts(struct made_up *m, uint64_t count)
{
	made_up_count(m, TD_SERVER, offsetof(struct counters, abort_on_close), count, 5);
}

static void unread(struct made_up *m)
{
	unanswered(m, 12);
	aborts(m, 9);
}

/* More is reset than the loader had sent a second request on. */
static void unread_beside_uploads(struct made_up *m)
{
	unanswered(m, 2);
	aborts(m, 9);
}

/* The server has read the requests, and closes; or has its kernel reset. */
static void read_and_unanswered(struct made_up *m)
{
	unanswered(m, 12);
	m->trial.packet_tap.counts = (struct first_closer_counts){
		.connections = OPENED, .server = OPENED, .at_server = {.reset_without_fin = 12}};
}

static void answered_and_reset(struct made_up *m)
{
	behind_a_fin(m);
	unanswered(m, 0);
}

/* wrk's, of which the packet tap saw this many connections; wrk was not told how often to ask. */
static void of_a_pool(struct made_up *m, uint64_t judged, uint64_t closed_unread)
{
	made_up_wrk(m);
	m->trial.packet_tap.counts = (struct first_closer_counts){.connections = judged,
		.server = judged,
		.late = {.behind_fin = 10,
			.unread = 4,
			.first_ns = START_NS + 3 * PERIOD_NS,
			.request_bytes = 80}};
	aborts(m, closed_unread);
}

static void pool_that_crosses(struct made_up *m)
{
	of_a_pool(m, OPENED, 4);
}

/* Its client sent so many segments of data: each connection was asked once. */
static void pool_of_segments(struct made_up *m, uint64_t segments)
{
	of_a_pool(m, OPENED, 0);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, data_segments), segments, 3);
}

static void pool_whose_fins_are_reset(struct made_up *m)
{
	pool_of_segments(m, 10);
}

static void pool_that_asks_some_again(struct made_up *m)
{
	pool_of_segments(m, 16);
}

static void pool_that_asks_all_again(struct made_up *m)
{
	pool_of_segments(m, 20);
}

static void pool_of_a_process_that_ended(struct made_up *m)
{
	pool_that_crosses(m);
	m->trial.server_end.ended = 3;
}

static void pool_that_does_not_look(struct made_up *m)
{
	of_a_pool(m, OPENED, 4);
	m->trial.packet_tap.counts.late.knew_fin = 7;
	m->trial.packet_tap.counts.late.span =
		(struct ending_span){.count = 10, .least_ns = 100000, .most_ns = 98500000};
}

static void pool_of_a_server_that_reads_on(struct made_up *m)
{
	of_a_pool(m, OPENED, 4);
	m->trial.packet_tap.counts.late.drained = 9;
}

/* As the heads of last responses tell. */
static void pool_that_is_told(struct made_up *m, struct response_closes closes)
{
	of_a_pool(m, OPENED, 4);
	m->trial.packet_tap.counts.responses.late = closes;
}

static void pool_that_does_not_heed(struct made_up *m)
{
	pool_that_is_told(m, (struct response_closes){9, 0, 8, 8});
}

static void pool_that_sends_some_ahead(struct made_up *m)
{
	pool_that_is_told(m, (struct response_closes){9, 0, 8, 7});
}

static void pool_that_is_not_answered(struct made_up *m)
{
	pool_that_does_not_heed(m);
	m->trial.packet_tap.counts.responses.omissions =
		(struct response_omissions){5, 5, START_NS + PERIOD_NS};
}

static void pool_that_asks_ahead(struct made_up *m)
{
	of_a_pool(m, OPENED, 0);
	m->trial.packet_tap.counts.late = (struct late_requests){.request_bytes = 80};
	m->trial.packet_tap.counts.responses.omissions =
		(struct response_omissions){5, 5, START_NS + PERIOD_NS};
}

/* Each connection may have lost several. */
static void pool_that_sends_several_at_once(struct made_up *m)
{
	of_a_pool(m, OPENED, 4);
	m->trial.packet_tap.counts.late.shared = 1;
}

static void pipelines_of_the_builtin(struct made_up *m)
{
	behind_a_fin(m);
	m->trial.clients[0] = (struct client_count){.behaviour = &client_pipeline};
	m->trial.client_count = 1;
}

/* Of each of 12 connections four requests are lost, and so many of its RSTs are seen. */
static void pipelines_of_four(struct made_up *m, uint64_t resets)
{
	pipelines_of_the_builtin(m);
	m->trial.totals.kept_unanswered = 48;
	m->trial.packet_tap.counts.at_server.reset_beside_fin = resets;
}

static void pipelines_of_four_are_reset(struct made_up *m)
{
	pipelines_of_four(m, 12);
}

static void more_than_pipelines_of_four_are_reset(struct made_up *m)
{
	pipelines_of_four(m, 13);
}

static void pool_that_asks_ahead_of_a_share(struct made_up *m)
{
	pool_that_asks_ahead(m);
	m->trial.packet_tap.counts.connections = OPENED / 4;
	m->trial.packet_tap.share = 4;
}

static void ahead_of_the_builtin(struct made_up *m)
{
	m->trial.packet_tap.counts.connections = OPENED;
	m->trial.packet_tap.counts.responses.omissions = (struct response_omissions){5, 5, 1};
}

static void pool_that_does_not_heed_and_is_drained(struct made_up *m)
{
	pool_that_is_told(m, (struct response_closes){.announced = 9});
}

static void pool_that_sends_ahead(struct made_up *m)
{
	pool_that_is_told(m, (struct response_closes){9, 0, 8, 0});
}

static void pool_that_is_not_told(struct made_up *m)
{
	pool_that_is_told(m, (struct response_closes){.unannounced = 9});
}

static void pool_that_is_told_at_times(struct made_up *m)
{
	pool_that_is_told(m, (struct response_closes){2, 9, 0, 0});
}

static void pool_of_a_share(struct made_up *m)
{
	of_a_pool(m, OPENED / 4, 11);
	m->trial.packet_tap.share = 4;
}

/* What is unread is less than what looked so. */
static void pool_beside_chosen_resets(struct made_up *m)
{
	of_a_pool(m, OPENED, 1);
	m->trial.packet_tap.counts.late.behind_fin = 0;
}

static void pool_beside_uploads(struct made_up *m)
{
	of_a_pool(m, OPENED, 10);
}

static void uploads(struct made_up *m)
{
	of_a_pool(m, OPENED, 4);
	m->trial.packet_tap.counts.late = (struct late_requests){.request_bytes = 80, .rests = 40};
}

/* The server opened these to one place. */
static void of_a_proxy(struct made_up *m, struct other_races races)
{
	struct other_end *end = &m->trial.packet_tap.others.server;
	end->to = (struct tcp_segment_end){{0x0100007f}, 9000, false};
	end->races = races;
	end->races.first_ns = START_NS + 2 * PERIOD_NS;
}

static void proxy(struct made_up *m)
{
	of_a_proxy(m, (struct other_races){.behind_fin = 5, .crossed = 2, .reset = 3});
	aborts(m, 3);
	m->trial.packet_tap.others.server.resets = 3;
	made_up_count(m, TD_SERVER, offsetof(struct counters, out_rsts), 3, 5);
}

static void proxy_to_several(struct made_up *m)
{
	of_a_proxy(m, (struct other_races){.crossed = 1});
	m->trial.packet_tap.others.server.to_several = true;
}

/* The upstream chooses to reset. */
static void proxy_that_is_reset(struct made_up *m)
{
	of_a_proxy(m, (struct other_races){.reset = 3});
}

static void loader_elsewhere(struct made_up *m)
{
	of_a_proxy(m, (struct other_races){.crossed = 1});
	m->trial.packet_tap.others.client = m->trial.packet_tap.others.server;
	m->trial.packet_tap.others.server = (struct other_end){.attempted = 0};
}

#define RACE "keep-alive-race"
#define READS_ON                                                                                   \
	"; the server reads on behind its FIN, so that no RST tells of more that it had not read " \
	"by then"
#define CURE                                                                                       \
	"have the server announce its last response (Connection: close), and the client send no "  \
	"request behind that, and give up idle connections before the server does"

#define POOL                                                                                       \
	"14 requests on kept connections met the server's close and got no answer: 10 came "       \
	"behind its FIN, 4 it had not read when it closed (the first at 0.30 s)"

static const struct finding_case cases[] = {
	{RACE, "behind a FIN", behind_a_fin, "keep-alive-race ",
		.text = "12 requests on kept connections met the server's close and got no answer "
			"(the first at 0.50 s, on connections that had been idle for 0.2 to 75 "
			"ms): whether the server acted on any is unknown; " CURE,
		.fields = "t_s=0.5 raced=12 drained=0 idle_ms_least=0.2 idle_ms_most=75"},
	{RACE, "at once", behind_a_fin_at_once, "keep-alive-race ",
		.text = "12 requests on kept connections met the server's close and got no answer "
			"(the first at 0.50 s, sent at once behind the response before): whether "
			"the server acted on any is unknown; " CURE},
	{RACE, "sent ahead", all_sent_ahead, "keep-alive-race ",
		.text = "12 requests on kept connections met the server's close and got no answer "
			"(the first at 0.50 s, sent ahead of a response that announced the close): "
			"whether the server acted on any is unknown; the client sends ahead of the "
			"responses (pipelining): have it wait for each, or send again what got no "
			"answer",
		.fields = "t_s=0.5 raced=12 drained=0 sent_ahead=12 idle_ms_least=0.2 "
			  "idle_ms_most=75"},
	{RACE, "some sent ahead", some_sent_ahead, "closed-unanswered keep-alive-race ",
		.fields = "t_s=0.5 raced=5 drained=0 sent_ahead=5 idle_ms_least=0.2 "
			  "idle_ms_most=75"},
	{RACE, "sent ahead, and reset", sent_ahead_and_reset, "keep-alive-race ",
		.fields = "t_s=0.5 raced=12 drained=0 sent_ahead=12 idle_ms_least=0.2 "
			  "idle_ms_most=75"},
	{RACE, "of a process that ended", behind_a_fin_of_a_process_that_ended, "keep-alive-race ",
		.text = "12 requests on kept connections met the server's close and got no answer "
			"(the first at 0.50 s, on connections that had been idle for 0.2 to 75 "
			"ms): whether the server acted on any is unknown; processes of the server "
			"ended meanwhile (3 seen), which closes what they have open; " CURE},
	{RACE, "of a third party, and a process ended", pool_of_a_process_that_ended,
		"keep-alive-race ",
		.text = "14 requests on kept connections met the server's close and got no answer: "
			"10 came behind its FIN, 4 it had not read when it closed (the first at "
			"0.30 s); processes of the server ended meanwhile (3 seen), which closes "
			"what they have open; " CURE},
	{RACE, "some at once", behind_a_fin_some_at_once, "keep-alive-race ",
		.text = "12 requests on kept connections met the server's close and got no answer "
			"(the first at 0.50 s, on connections that had been idle for up to 75 "
			"ms): whether the server acted on any is unknown; " CURE},
	{RACE, "one", one_behind_a_fin, "keep-alive-race ",
		.text = "1 request on kept connections met the server's close and got no answer "
			"(the first at 0.50 s, on a connection that had been idle for 75 ms): "
			"whether the server acted on any is unknown; " CURE},
	{RACE, "read on behind the FIN", all_read_on, "keep-alive-race ",
		.text = "12 requests on kept connections met the server's close and got no answer "
			"(the first at 0.50 s, on connections that had been idle for 0.2 to 75 "
			"ms)" READS_ON ": whether the server acted on any is unknown; " CURE,
		.fields = "t_s=0.5 raced=12 drained=12 idle_ms_least=0.2 idle_ms_most=75"},
	{RACE, "read on behind the FIN, some", some_read_on, "keep-alive-race ",
		.text = "at least 9 requests (of 12 lost) on kept connections met the server's "
			"close and got no answer (the first at 0.50 s, on connections that had "
			"been idle for 0.2 to 75 ms)" READS_ON
			": whether the server acted on any is unknown; " CURE,
		.fields = "t_s=0.5 raced=9 drained=9 idle_ms_least=0.2 idle_ms_most=75"},
	{RACE, "read on behind the FIN, by a share", read_on_of_a_share, "keep-alive-race ",
		.fields = "t_s=0.5 raced=8 drained=8 idle_ms_least=0.2 idle_ms_most=75"},
	{RACE, "rests read on behind the FIN", rests_read_on, ""},
	{RACE, "read on, and first requests", read_on_beside_first_requests,
		"closed-unanswered keep-alive-race "},
	{RACE, "unread", unread, "keep-alive-race "},
	{RACE, "unread, and uploads, too", unread_beside_uploads, "reset-unread keep-alive-race "},
	{RACE, "all are reset behind a FIN", all_reset_behind_a_fin, ""},
	{RACE, "read", read_and_unanswered, ""},
	{RACE, "resets behind answers", answered_and_reset, ""},
	{RACE, "of pipelines of four", pipelines_of_four_are_reset, "keep-alive-race ",
		.fields = "t_s=0.5 raced=12 drained=0 idle_ms_least=0.2 idle_ms_most=75"},
	{RACE, "more resets than pipelines of four", more_than_pipelines_of_four_are_reset, ""},
	{RACE, "of pipelines", pipelines_of_the_builtin, "keep-alive-race ",
		.text = "at least 12 requests on kept connections met the server's close and got "
			"no answer (the first at 0.50 s, on connections that had been idle for "
			"0.2 to 75 ms): whether the server acted on any is unknown; " CURE},
	{RACE, "of a third party, several at once", pool_that_sends_several_at_once,
		"keep-alive-race ",
		.text = "at least 14 requests on kept connections met the server's close and got "
			"no answer: 10 came behind its FIN, 4 it had not read when it closed (the "
			"first at 0.30 s); " CURE},
	{RACE, "of a third party, across the FIN", pool_that_crosses, "keep-alive-race ",
		.text = "14 requests on kept connections met the server's close and got no answer: "
			"10 came behind its FIN, 4 it had not read when it closed (the first at "
			"0.30 s); " CURE,
		.fields = "t_s=0.3 raced=14 behind_fin=10 unread=4 drained=0 knew_fin_seen=0 "
			  "behind_ms_most=0"},
	{RACE, "of a third party, whose bare ACKs are reset", pool_whose_fins_are_reset, ""},
	{RACE, "of a third party that asks some again", pool_that_asks_some_again,
		"keep-alive-race ",
		.fields = "t_s=0.3 raced=6 behind_fin=6 unread=0 drained=0 knew_fin_seen=0 "
			  "behind_ms_most=0"},
	{RACE, "of a third party that asks all again", pool_that_asks_all_again, "keep-alive-race ",
		.fields = "t_s=0.3 raced=10 behind_fin=10 unread=0 drained=0 knew_fin_seen=0 "
			  "behind_ms_most=0"},
	{RACE, "of a third party that does not look", pool_that_does_not_look, "keep-alive-race ",
		.text = "14 requests on kept connections met the server's close and got no answer: "
			"10 came behind its FIN, 4 it had not read when it closed (the first at "
			"0.30 s); the client's kernel had the FIN when 7 of 10 seen behind it went "
			"out, 98.5 ms behind it at most, and the client did not look; " CURE,
		.fields = "t_s=0.3 raced=14 behind_fin=10 unread=4 drained=0 knew_fin_seen=7 "
			  "behind_ms_most=98.5"},
	{RACE, "of a third party, read on", pool_of_a_server_that_reads_on, "keep-alive-race ",
		.text = "at least 14 requests on kept connections met the server's close and got "
			"no "
			"answer: 10 seen behind its FIN, 4 seen to be reset unread (the first at "
			"0.30 s)" READS_ON "; " CURE,
		.fields = "t_s=0.3 raced=14 behind_fin=10 unread=4 drained=9 knew_fin_seen=0 "
			  "behind_ms_most=0"},
	{RACE, "of a third party that heeds no announcement", pool_that_does_not_heed,
		"keep-alive-race ",
		.text = POOL "; the server's last response announced the close (Connection: close) "
			     "on 9 of 9 seen; the client's kernel had that response when 8 of 8 "
			     "went out; mend the client: nothing may be sent behind such a "
			     "response",
		.fields = "t_s=0.3 raced=14 behind_fin=10 unread=4 drained=0 knew_fin_seen=0 "
			  "behind_ms_most=0 announced=9 unannounced=0 announced_timed=8 "
			  "announced_known=8"},
	{RACE, "of a third party that sends some ahead", pool_that_sends_some_ahead,
		"keep-alive-race ",
		.text = POOL "; the server's last response announced the close (Connection: close) "
			     "on 9 of 9 seen; the client's kernel had that response when 7 of 8 "
			     "went out; mend the client: nothing may be sent behind such a "
			     "response, and what was sent ahead of it (pipelining) has to be sent "
			     "again"},
	{RACE, "of a third party, some of them before the FIN", pool_that_is_not_answered,
		"keep-alive-race ",
		.text = "at least 19 requests on kept connections met the server's close and got "
			"no answer: "
			"10 came behind its FIN, 4 it had not read when it closed, 5 came before "
			"its FIN, where a response had announced the close (the first at 0.10 s); "
			"the "
			"server's last response announced the close (Connection: close) on 14 of "
			"14 seen; the client's kernel had that response when 8 of 8 went out; mend "
			"the client: nothing may be sent behind such a response",
		.fields = "t_s=0.1 raced=19 behind_fin=10 unread=4 drained=0 knew_fin_seen=0 "
			  "behind_ms_most=0 announced=14 unannounced=0 announced_timed=8 "
			  "announced_known=8 before_fin=5"},
	{RACE, "of a third party, all of them before the FIN", pool_that_asks_ahead,
		"keep-alive-race ",
		.fields = "t_s=0.1 raced=5 behind_fin=0 unread=0 drained=0 knew_fin_seen=0 "
			  "behind_ms_most=0 announced=5 unannounced=0 announced_timed=0 "
			  "announced_known=0 before_fin=5"},
	{RACE, "of a third party, before the FIN, by a share", pool_that_asks_ahead_of_a_share,
		"keep-alive-race ",
		.fields = "t_s=0.1 raced=20 behind_fin=0 unread=0 drained=0 knew_fin_seen=0 "
			  "behind_ms_most=0 announced=5 unannounced=0 announced_timed=0 "
			  "announced_known=0 before_fin=20"},
	{RACE, "of the builtin loader, which sends none ahead", ahead_of_the_builtin, ""},
	{RACE, "of a third party that heeds none, and no RST tells",
		pool_that_does_not_heed_and_is_drained, "keep-alive-race ",
		.text = POOL "; the server's last response announced the close (Connection: close) "
			     "on 9 of 9 seen; mend the client: nothing may be sent behind such a "
			     "response, and what was sent ahead of it (pipelining) has to be sent "
			     "again"},
	{RACE, "of a third party that sends ahead", pool_that_sends_ahead, "keep-alive-race ",
		.text = POOL "; the server's last response announced the close (Connection: close) "
			     "on 9 of 9 seen; the client's kernel had that response when 0 of 8 "
			     "went out; the client sends ahead of the responses (pipelining): "
			     "have it wait for each, or send again what got no answer"},
	{RACE, "of a third party, not announced", pool_that_is_not_told, "keep-alive-race ",
		.text = POOL "; the server's last response announced the close (Connection: close) "
			     "on 0 of 9 seen; have the server announce its last response; where it "
			     "closes idle connections, have the client give these up before the "
			     "server does"},
	{RACE, "of a third party, announced at times", pool_that_is_told_at_times,
		"keep-alive-race ",
		.text = POOL "; the server's last response announced the close (Connection: close) "
			     "on 2 of 11 seen; " CURE},
	{RACE, "of a third party, from a share", pool_of_a_share, "keep-alive-race ",
		.text = "about 51 requests on kept connections met the server's close and got no "
			"answer: 40 came behind its FIN, 11 it had not read when it closed (the "
			"first at 0.30 s); " CURE,
		.fields = "t_s=0.3 raced=51 behind_fin=40 unread=11 drained=0 knew_fin_seen=0 "
			  "behind_ms_most=0"},
	{RACE, "of a third party, and chosen resets", pool_beside_chosen_resets, "keep-alive-race ",
		.fields = "t_s=0.3 raced=1 behind_fin=0 unread=1 drained=0 knew_fin_seen=0 "
			  "behind_ms_most=0"},
	{RACE, "of a third party, and uploads", pool_beside_uploads,
		"reset-unread keep-alive-race "},
	{RACE, "uploads of a third party", uploads, "reset-unread "},
	{RACE, "of a proxy", proxy, "keep-alive-race ",
		.text = "beside the load, 10 requests of the server on connections that it keeps "
			"to 127.0.0.1:9000 met that end's close and got no answer: 5 went out "
			"behind its FIN, 2 went out across it, 3 it had not read when it closed "
			"(the first "
			"at 0.20 s); have that end announce its last response (Connection: "
			"close), and the server give up idle connections before it does",
		.fields = "t_s=0.2 end=server raced=10 behind_fin=5 across_fin=2 unread=3"},
	{RACE, "of a proxy, to several places", proxy_to_several, "keep-alive-race ",
		.text = "beside the load, 1 request of the server on connections that it keeps to "
			"several places met that end's close and got no answer: 1 went out across "
			"it (the first at 0.20 s); have that end announce its last response "
			"(Connection: close), and the "
			"server give up idle connections before it does"},
	{RACE, "of a loader, elsewhere", loader_elsewhere, "keep-alive-race ",
		.fields = "t_s=0.2 end=client raced=1 behind_fin=0 across_fin=1 unread=0"},
	{RACE, "of a proxy that is reset", proxy_that_is_reset, ""},
};

const struct finding_cases cases_of_races = {cases, sizeof(cases) / sizeof(cases[0])};
