/* Cases of findings that the kernel's counters and settings show. */
#include "made_up_trial.h"

static const char congestion[] = "net.ipv4.tcp_congestion_control";

static void skip(struct made_up *m, enum td_who end, uint64_t skipped)
{
	made_up_setting(m, end, "net.ipv4.tcp_max_tw_buckets", "600");
	made_up_count(m, end, offsetof(struct counters, tw_overflow), skipped, 10);
	made_up_count(m, end, offsetof(struct counters, gauge_tw), 590, 8);
	made_up_count(m, end, offsetof(struct counters, tw), 590, 8);
}

static void server_skips(struct made_up *m)
{
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_max_tw_buckets", "4000");
	skip(m, TD_SERVER, 40);
}

static void server_skips_and_aborts(struct made_up *m)
{
	server_skips(m);
	made_up_count(m, TD_SERVER, offsetof(struct counters, out_rsts), 14, 10);
	made_up_count(m, TD_SERVER, offsetof(struct counters, abort_on_data), 2, 10);
	made_up_count(m, TD_SERVER, offsetof(struct counters, abort_on_linger), 3, 10);
	made_up_count(m, TD_SERVER, offsetof(struct counters, abort_on_timeout), 4, 10);
	made_up_count(m, TD_SERVER, offsetof(struct counters, abort_on_memory), 5, 10);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, out_rsts), 40, 10);
}

static void server_skips_and_resets(struct made_up *m)
{
	server_skips_and_aborts(m);
	made_up_count(m, TD_SERVER, offsetof(struct counters, out_rsts), 9, 11);
}

static void client_skips(struct made_up *m)
{
	skip(m, TD_CLIENT, 50);
}

static void both_skip(struct made_up *m)
{
	skip(m, TD_SERVER, 40);
	skip(m, TD_CLIENT, 50);
}

static void none_skipped(struct made_up *m)
{
	skip(m, TD_SERVER, 0);
}

static void skipped_before(struct made_up *m)
{
	made_up_count(m, TD_SERVER, offsetof(struct counters, tw_overflow), 40, 0);
	m->trial.before.server.counters.tw_overflow = 40;
}

static void overflow(struct made_up *m)
{
	made_up_setting(m, TD_SERVER, "net.core.somaxconn", "128");
	made_up_setting(m, TD_CLIENT, "net.core.somaxconn", "4096");
	made_up_count(m, TD_SERVER, offsetof(struct counters, listen_overflows), 7, 10);
	made_up_count(m, TD_SERVER, offsetof(struct counters, listen_drops), 9, 10);
	made_up_count(m, TD_SERVER, offsetof(struct counters, syncookies_sent), 4, 10);
	made_up_count(m, TD_SERVER, offsetof(struct counters, syncookies_recv), 3, 10);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, syn_retrans), 5, 10);
}

static void overflow_of_syns(struct made_up *m)
{
	overflow(m);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, syn_retrans), 2, 10);
}

static void overflow_sends_again(struct made_up *m, uint64_t syns)
{
	overflow(m);
	for (size_t i = 10; i < SAMPLES; i++)
		m->samples[i].client.counters.syn_retrans = syns;
}

static void overflow_of_two(struct made_up *m)
{
	overflow_sends_again(m, 1);
	for (size_t i = 10; i < SAMPLES; i++)
		m->samples[i].server.counters.listen_overflows = 2;
}

static void overflow_of_acks(struct made_up *m)
{
	overflow_sends_again(m, 0);
}

/* Nine established connections of the client were reset: two by itself, three by the server's
 * process. */
static void overflow_with_resets(struct made_up *m)
{
	overflow_sends_again(m, 3);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, estab_resets), 9, 10);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, abort_on_close), 2, 10);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, out_rsts), 2, 10);
	made_up_count(m, TD_SERVER, offsetof(struct counters, out_rsts), 8, 10);
	made_up_count(m, TD_SERVER, offsetof(struct counters, abort_on_close), 3, 10);
	made_up_count(m, TD_SERVER, offsetof(struct counters, estab_resets), 5, 10);
}

static void overflow_with_abort(struct made_up *m)
{
	overflow_with_resets(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_abort_on_overflow", "1");
}

/* Its resets are explained, and a reset that came in place of a SYN-ACK is none of established
 * ones. */
static void overflow_with_abort_of_syns(struct made_up *m)
{
	overflow_sends_again(m, 7);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_abort_on_overflow", "1");
}

/* The setting is the client's. */
static void overflow_with_abort_of_the_client(struct made_up *m)
{
	overflow_with_resets(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_abort_on_overflow", "1");
}

static void overflow_with_abort_of_another(struct made_up *m)
{
	overflow_with_abort(m);
	m->trial.packet_tap.others.server.accepted = 1;
}

/* Two of the client's connections never were the server's. */
static void overflow_of_the_unanswered(struct made_up *m)
{
	overflow_sends_again(m, 3);
	m->samples[SAMPLES - 1].client.counters.active_opens = OPENED + 2;
}

static void backlog(struct made_up *m, uint32_t backlog)
{
	overflow(m);
	m->trial.server_end.backlog_is_known = true;
	m->trial.server_end.backlog = backlog;
}

static void overflow_of_somaxconn(struct made_up *m)
{
	backlog(m, 128);
}

static void overflow_of_the_backlog(struct made_up *m)
{
	backlog(m, 127);
}

static void overflow_beside_another_listener(struct made_up *m)
{
	backlog(m, 127);
	m->trial.packet_tap.others.server.accepted = 1;
}

static void dropped_at(struct made_up *m, const char *address, bool is_of_load, uint32_t others)
{
	overflow_beside_another_listener(m);
	m->trial.server_end.listener_drops = (struct listener_drops){.drops = 6,
		.backlog = 5,
		.is_reached = is_of_load,
		.others = others,
		.all = 6 + others,
		.reached = is_of_load ? 6 : 0};
	address_parse(address, &m->trial.server_end.listener_drops.address);
}

static void overflow_of_the_load_alone(struct made_up *m)
{
	dropped_at(m, "10.0.0.1:8080", true, 0);
}

static void overflow_of_another_alone(struct made_up *m)
{
	dropped_at(m, "127.0.0.1:9000", false, 0);
}

static void overflow_of_three(struct made_up *m)
{
	dropped_at(m, "10.0.0.1:8080", true, 2);
}

static void overflow_of_two_others(struct made_up *m)
{
	dropped_at(m, "127.0.0.1:9000", false, 1);
}

static void overflow_of_the_load_too(struct made_up *m)
{
	overflow_of_two_others(m);
	m->trial.server_end.listener_drops.reached = 1;
}

static void dropped_for_another_reason(struct made_up *m)
{
	made_up_count(m, TD_SERVER, offsetof(struct counters, listen_drops), 9, 10);
}

static void syn_queue_is_full(struct made_up *m)
{
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_syncookies", "0");
	made_up_count(m, TD_SERVER, offsetof(struct counters, syn_queue_drop), 12, 5);
}

static void syn_queue_lets_few_through(struct made_up *m)
{
	syn_queue_is_full(m);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, active_opens), 1864, 10);
}

/* The server connects on: the counters are of its listener, too. */
static void syn_queue_of_one_of_two(struct made_up *m)
{
	syn_queue_lets_few_through(m);
	m->trial.packet_tap.others.server.accepted = 30;
}

/* 14 SYNs came again, 12 of them for the SYN queue. */
static void both_queues_are_full(struct made_up *m)
{
	overflow_sends_again(m, 14);
	syn_queue_is_full(m);
}

static void syn_queue_of_the_client(struct made_up *m)
{
	made_up_count(m, TD_CLIENT, offsetof(struct counters, syn_queue_drop), 12, 5);
}

/* Full, and cookies were sent instead. */
static void syn_queue_with_cookies(struct made_up *m)
{
	made_up_count(m, TD_SERVER, offsetof(struct counters, syncookies_sent), 12, 5);
}

static void cap_of_none(struct made_up *m)
{
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_max_tw_buckets", "0");
	made_up_count(m, TD_SERVER, offsetof(struct counters, tw_overflow), 40, 10);
}

static void overflow_of_the_client(struct made_up *m)
{
	made_up_count(m, TD_CLIENT, offsetof(struct counters, listen_overflows), 7, 10);
}

static void overflow_before(struct made_up *m)
{
	made_up_count(m, TD_SERVER, offsetof(struct counters, listen_overflows), 7, 0);
	m->trial.before.server.counters.listen_overflows = 7;
}

static void bbr_at_the_server(struct made_up *m)
{
	made_up_setting(m, TD_SERVER, congestion, "bbr");
}

static void bbr_at_both_ends(struct made_up *m)
{
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_congestion_control", "bbr");
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_congestion_control", "bbr");
}

/* On hosts of their own, where nothing is set. */
static void bbr_of_two_hosts(struct made_up *m)
{
	bbr_at_both_ends(m);
	m->trial.remote.exists = true;
}

static void reno_at_the_client(struct made_up *m)
{
	made_up_setting(m, TD_SERVER, congestion, "cubic");
	made_up_setting(m, TD_CLIENT, congestion, "reno");
}

static void cubic(struct made_up *m)
{
	made_up_setting(m, TD_SERVER, congestion, "cubic");
	made_up_setting(m, TD_CLIENT, congestion, "cubic");
}

static void not_recorded(struct made_up *m)
{
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_allowed_congestion_control", "reno bbr");
}

#define CAP "tw-cap-reached"
#define LISTEN "listen-overflow"
#define WITH_ABORT "reset-unread listen-overflow "
#define CONGESTION "congestion-control"

static const struct finding_case cases[] = {
	{CAP, "at the server", server_skips, "tw-cap-reached ",
		.text = "the server had tcp_max_tw_buckets = 600 TIME_WAITs after 1.0 s and "
			"skipped 40: they protect nobody; raise the cap, or stay below 9.66 "
			"closes/s (cap / 62.05 s)",
		.fields = "t_s=1 end=server cap=600 skipped=40 resets=0 time_wait_peak=590 "
			  "lasting_rate_per_s=9.66993"},
	{CAP, "at the client", client_skips, "tw-cap-reached ",
		.fields = "t_s=1 end=client cap=600 skipped=50 resets=0 time_wait_peak=590 "
			  "lasting_rate_per_s=9.66993"},
	{CAP, "answered by resets", server_skips_and_resets,
		"aborted-on-timeout reset-without-fin-wait tw-cap-reached ",
		.text = "the server had tcp_max_tw_buckets = 600 TIME_WAITs after 1.0 s and "
			"skipped 40: they protect nobody, and 9 segments that met no connection "
			"any more, such as the FIN of a skipped one's peer, got a RST; raise the "
			"cap, or stay below 9.66 closes/s (cap / 62.05 s)"},
	{CAP, "its resets have other reasons", server_skips_and_aborts,
		"aborted-on-timeout reset-without-fin-wait tw-cap-reached ",
		.text = "the server had tcp_max_tw_buckets = 600 TIME_WAITs after 1.0 s and "
			"skipped 40: they protect nobody; raise the cap, or stay below 9.66 "
			"closes/s (cap / 62.05 s)"},
	{CAP, "a cap of none", cap_of_none, "tw-cap-reached ",
		.text = "tcp_max_tw_buckets = 0 at the server: it skipped 40 TIME_WAITs, the first "
			"after 1.0 s, and they protect nobody; raise the cap"},
	{LISTEN, "the SYN queue is full", syn_queue_is_full, "listen-overflow ",
		.text = "the SYN queue of a listener of the server was full 12 times, first after "
			"0.5 s (TCPReqQFullDrop): as many handshakes were under way as its backlog "
			"allows, and with tcp_syncookies = 0 the kernel dropped the SYN, which "
			"comes again after a second or more; set tcp_syncookies to 1, or raise the "
			"backlog of listen(2)",
		.fields = "t_s=0.5 syn_queue_drops=12"},
	{LISTEN, "the SYN queue lets few through", syn_queue_lets_few_through, "listen-overflow ",
		.text = "the SYN queue of a listener of the server was full 12 times, first after "
			"0.5 s (TCPReqQFullDrop): as many handshakes were under way as its backlog "
			"allows, and with tcp_syncookies = 0 the kernel dropped the SYN, which "
			"comes again after a second or more (964 of 1964 connects did not get "
			"through); set tcp_syncookies to 1, or raise the backlog of listen(2)",
		.fields = "t_s=0.5 syn_queue_drops=12 not_opened=964"},
	{LISTEN, "the SYN queue of one of two", syn_queue_of_one_of_two, "listen-overflow ",
		.fields = "t_s=0.5 syn_queue_drops=12"},
	{LISTEN, "both queues are full", both_queues_are_full, "listen-overflow listen-overflow ",
		.fields = "t_s=0.5 syn_queue_drops=12"},
	{LISTEN, "the SYN queue of the client", syn_queue_of_the_client, ""},
	{LISTEN, "the SYN queue is full, with cookies", syn_queue_with_cookies, ""},
	{CAP, "at both ends", both_skip, "tw-cap-reached tw-cap-reached "},
	{CAP, "nearly as many, none skipped", none_skipped, ""},
	{CAP, "skipped before the trial", skipped_before, ""},
	{LISTEN, "the listener was not seen", overflow, "listen-overflow ",
		.text = "the server's accept queue was full (net.core.somaxconn = 128) 7 times, "
			"first after 1.0 s: 5 SYNs were sent again, each after a second or more, "
			"and 2 ACKs of handshakes, or data behind them, were dropped; accept "
			"faster, or raise somaxconn and the backlog of listen(2)",
		.fields = "t_s=1 overflows=7 drops=9 syn_retransmits=5 acks_dropped=2 "
			  "cookies_sent=4 cookies_received=3 somaxconn=128"},
	{LISTEN, "somaxconn is the limit", overflow_of_somaxconn, "listen-overflow ",
		.text = "the server's accept queue was full, which net.core.somaxconn = 128 "
			"limits, 7 times, first after 1.0 s: 5 SYNs were sent again, each after a "
			"second or more, and 2 ACKs of handshakes, or data behind them, were "
			"dropped; accept faster, or raise somaxconn, and the backlog of listen(2) "
			"where it is no higher",
		.fields = "t_s=1 overflows=7 drops=9 syn_retransmits=5 acks_dropped=2 "
			  "cookies_sent=4 cookies_received=3 somaxconn=128 backlog=128"},
	{LISTEN, "the listener's own backlog is the limit", overflow_of_the_backlog,
		"listen-overflow ",
		.text = "the server's accept queue was full, which the backlog of its listen(2) "
			"limits to 127 (net.core.somaxconn = 128 allows more), 7 times, first "
			"after 1.0 s: 5 SYNs were sent again, each after a second or more, and 2 "
			"ACKs of handshakes, or data behind them, were dropped; accept faster, or "
			"raise the backlog of listen(2)",
		.fields = "t_s=1 overflows=7 drops=9 syn_retransmits=5 acks_dropped=2 "
			  "cookies_sent=4 cookies_received=3 somaxconn=128 backlog=127"},
	{LISTEN, "SYNs alone", overflow_of_syns, "listen-overflow ",
		.text = "the server's accept queue was full (net.core.somaxconn = 128) 7 times, "
			"first after 1.0 s: 7 SYNs were sent again, each after a second or more; "
			"accept faster, or raise somaxconn and the backlog of listen(2)"},
	{LISTEN, "one SYN, one ACK", overflow_of_two, "listen-overflow ",
		.text = "the server's accept queue was full (net.core.somaxconn = 128) 2 times, "
			"first after 1.0 s: 1 SYN was sent again after a second or more, and 1 ACK "
			"of a handshake, or data behind it, was dropped; accept faster, or raise "
			"somaxconn and the backlog of listen(2)"},
	{LISTEN, "ACKs alone", overflow_of_acks, "listen-overflow ",
		.text = "the server's accept queue was full (net.core.somaxconn = 128) 7 times, "
			"first after 1.0 s: no SYN was sent again, and 7 ACKs of handshakes, or "
			"data behind them, were dropped; accept faster, or raise somaxconn and the "
			"backlog of listen(2)"},
	{LISTEN, "connections are reset", overflow_with_abort, WITH_ABORT,
		.text = "the server's accept queue was full (net.core.somaxconn = 128) 7 times, "
			"first after 1.0 s: 3 SYNs were sent again, each after a second or more, "
			"and the kernel reset 4 connections when the ACK of the handshake came "
			"(tcp_abort_on_overflow = 1); accept faster, or raise somaxconn and the "
			"backlog of listen(2); with tcp_abort_on_overflow = 0 a handshake waits "
			"for room instead of being reset",
		.fields = "t_s=1 overflows=7 drops=9 syn_retransmits=3 acks_dropped=0 reset=4 "
			  "cookies_sent=4 cookies_received=3 somaxconn=128"},
	{LISTEN, "none is reset", overflow_with_abort_of_syns, "listen-overflow ",
		.text = "the server's accept queue was full (net.core.somaxconn = 128) 7 times, "
			"first after 1.0 s: 7 SYNs were sent again, each after a second or more; "
			"accept faster, or raise somaxconn and the backlog of listen(2); with "
			"tcp_abort_on_overflow = 0 a handshake waits for room instead of being "
			"reset"},
	{LISTEN, "the client's setting", overflow_with_abort_of_the_client, WITH_ABORT,
		.text = "the server's accept queue was full (net.core.somaxconn = 128) 7 times, "
			"first after 1.0 s: 3 SYNs were sent again, each after a second or more, "
			"and 4 ACKs of handshakes, or data behind them, were dropped; accept "
			"faster, or raise somaxconn and the backlog of listen(2)"},
	{LISTEN, "resets beside another listener", overflow_with_abort_of_another, WITH_ABORT,
		.text = "the server's accept queue or that of one that it connects to was full "
			"(net.core.somaxconn = 128) 7 times, first after 1.0 s: of as many "
			"segments each was a SYN, which was dropped and is sent again after a "
			"second or more, or ended a handshake, and the connection was reset "
			"(tcp_abort_on_overflow = 1); accept faster, or raise somaxconn and the "
			"backlog of listen(2); with tcp_abort_on_overflow = 0 a handshake waits "
			"for room instead of being reset"},
	{LISTEN, "some were never opened", overflow_of_the_unanswered, "listen-overflow ",
		.text = "the server's accept queue was full (net.core.somaxconn = 128) 7 times, "
			"first after 1.0 s: 3 SYNs were sent again, each after a second or more, "
			"and at least 2 ACKs of handshakes, or data behind them, were dropped; "
			"accept faster, or raise somaxconn and the backlog of listen(2)"},
	{LISTEN, "beside another listener", overflow_beside_another_listener, "listen-overflow ",
		.text = "the server's accept queue or that of one that it connects to was full "
			"(net.core.somaxconn = 128) 7 times, first after 1.0 s: as many segments "
			"were dropped, of which a SYN is sent again after a second or more; accept "
			"faster, or raise somaxconn and the backlog of listen(2)",
		.fields = "t_s=1 overflows=7 drops=9 syn_retransmits=5 cookies_sent=4 "
			  "cookies_received=3 somaxconn=128"},
	{LISTEN, "the load's alone", overflow_of_the_load_alone, "listen-overflow ",
		.text = "the server's accept queue was full, which the backlog of its listen(2) "
			"limits to 5 (net.core.somaxconn = 128 allows more), 7 times, first "
			"after 1.0 s: 5 SYNs were sent again, each after a second or more, and 2 "
			"ACKs of handshakes, or data behind them, were dropped; accept faster, or "
			"raise the backlog of listen(2)",
		.fields = "t_s=1 overflows=7 drops=9 syn_retransmits=5 acks_dropped=2 "
			  "cookies_sent=4 cookies_received=3 somaxconn=128 backlog=5 "
			  "listener=10.0.0.1:8080 listener_drops=6 other_listeners=0 "
			  "drops_of_load=6"},
	{LISTEN, "another listener's alone", overflow_of_another_alone, "listen-overflow ",
		.text = "the accept queue of the server's listener at 127.0.0.1:9000, which is not "
			"the load's, was full, which the backlog of its listen(2) limits to 5 "
			"(net.core.somaxconn = 128 allows more), 7 times, first after 1.0 s: as "
			"many segments were dropped, of which a SYN is sent again after a second "
			"or more; accept faster, or raise the backlog of listen(2)",
		.fields = "t_s=1 overflows=7 drops=9 syn_retransmits=5 cookies_sent=4 "
			  "cookies_received=3 somaxconn=128 backlog=5 "
			  "listener=127.0.0.1:9000 listener_drops=6 other_listeners=0 "
			  "drops_of_load=0"},
	{LISTEN, "three listeners'", overflow_of_three, "listen-overflow ",
		.text = "the server's accept queue, and 2 others, was full, which the backlog of "
			"its listen(2) limits to 5 (net.core.somaxconn = 128 allows more), 7 "
			"times, first after 1.0 s: as many segments were dropped, of which a SYN "
			"is sent again after a second or more; accept faster, or raise the backlog "
			"of listen(2)"},
	{LISTEN, "two others'", overflow_of_two_others, "listen-overflow ",
		.text = "the accept queue of the server's listener at 127.0.0.1:9000, which is not "
			"the load's, and 1 other, was full, which the backlog of its listen(2) "
			"limits to 5 (net.core.somaxconn = 128 allows more), 7 times, first after "
			"1.0 s: as many segments were dropped, of which a SYN is sent again after "
			"a second or more; accept faster, or raise the backlog of listen(2)"},
	{LISTEN, "another's and the load's", overflow_of_the_load_too, "listen-overflow ",
		.text = "the accept queue of the server's listener at 127.0.0.1:9000, which is not "
			"the load's, and the load's (1 of the drops), was full, which the backlog "
			"of its listen(2) "
			"limits to 5 (net.core.somaxconn = 128 allows more), 7 times, first after "
			"1.0 s: as many segments were dropped, of which a SYN is sent again after "
			"a second or more; accept faster, or raise the backlog of listen(2)"},
	{LISTEN, "dropped for another reason", dropped_for_another_reason, ""},
	{LISTEN, "in the client's namespace", overflow_of_the_client, ""},
	{LISTEN, "before the trial", overflow_before, ""},
	{CONGESTION, "bbr at the server", bbr_at_the_server, "congestion-control ",
		.text = "tcp_congestion_control is bbr at the server and cubic at the client, "
			"where most hosts have cubic, and rates depend on it; set it to cubic on "
			"the host: a new namespace inherits it",
		.fields = "server=bbr client=cubic usual=cubic"},
	{CONGESTION, "bbr at both ends", bbr_at_both_ends, "congestion-control ",
		.text = "tcp_congestion_control is bbr at both ends, where most hosts have cubic, "
			"and rates depend on it; set it to cubic on the host: a new namespace "
			"inherits it",
		.fields = "server=bbr client=bbr usual=cubic"},
	{CONGESTION, "bbr of two hosts", bbr_of_two_hosts, "congestion-control ",
		.text = "tcp_congestion_control is bbr at both ends, where most hosts have cubic, "
			"and rates depend on it; set it to cubic there"},
	{CONGESTION, "reno at the client", reno_at_the_client, "congestion-control ",
		.fields = "server=cubic client=reno usual=cubic"},
	{CONGESTION, "cubic", cubic, ""},
	{CONGESTION, "not recorded", not_recorded, ""},
};

const struct finding_cases cases_of_kernel = {cases, sizeof(cases) / sizeof(cases[0])};
