/* What the kernel and the packet tap show: claims that do not hold, and accidents. */
#include "validity_cases.h"

#include <netinet/tcp.h>

static void nothing(struct trial *trial)
{
}

static void crossed(struct trial *trial)
{
	trial->packet_tap.counts.server = 0;
	trial->packet_tap.counts.both = CONNECTIONS;
}

static void closed_first_by_the_client(struct trial *trial)
{
	trial->packet_tap.counts.server = 0;
	trial->packet_tap.counts.client = CONNECTIONS;
}

static void not_always_closed_first_by_the_server(struct trial *trial)
{
	trial->packet_tap.counts.server -= 51;
	trial->packet_tap.counts.client = 51;
}

static void nearly_always_closed_first_by_the_server(struct trial *trial)
{
	trial->packet_tap.counts.server -= 50;
	trial->packet_tap.counts.client = 50;
}

static void none_seen_to_begin(struct trial *trial)
{
	trial->packet_tap = (struct packet_tap_report){.share = 1};
}

static void none_seen_to_end(struct trial *trial)
{
	trial->packet_tap = (struct packet_tap_report){.share = 1, .counts = {.undecided = 1}};
}

static void one_looked_at(struct trial *trial)
{
	trial->packet_tap =
		(struct packet_tap_report){.share = 8, .counts = {.connections = 1, .server = 1}};
}

static void held_by_nobody(struct trial *trial)
{
	trial->after.server.counters.tw = 0;
	trial->after.server.counters.out_rsts = CONNECTIONS;
}

static void held_by_the_client(struct trial *trial)
{
	trial->after.server.counters.tw = 0;
	trial->after.client.counters.tw = CONNECTIONS;
}

static void held_by_too_few(struct trial *trial)
{
	trial->after.server.counters.tw = 949;
	trial->after.server.counters.out_rsts = 51;
}

static void held_by_nearly_all(struct trial *trial)
{
	trial->after.server.counters.tw = 950;
	trial->after.server.counters.out_rsts = 50;
}

/* Where the claim is a race, no outcome contradicts it. */
static void held_otherwise_in_a_race(struct trial *trial)
{
	static struct td_strategy race;
	race = *trial->strategy;
	race.claim_is_race = true;
	trial->strategy = &race;
	held_by_the_client(trial);
	crossed(trial);
}

/* Nothing is declared of it. */
static void held_otherwise_by_a_third_partys_server(struct trial *trial)
{
	trial->server.is_third_party = true;
	held_by_the_client(trial);
	crossed(trial);
}

static void skipped_at_the_cap(struct trial *trial)
{
	trial->after.server.counters.tw_overflow = 1;
	trial->after.client.counters.tw_overflow = 2;
}

static void skipped_as_the_strategy_wants(struct trial *trial)
{
	static struct td_strategy capped;
	capped = *trial->strategy;
	capped.requirements[0].sysctl = "net.ipv4.tcp_timestamps";
	capped.requirements[1].sysctl = "net.ipv4.tcp_max_tw_buckets";
	trial->strategy = &capped;
	skipped_at_the_cap(trial);
}

static void skipped_with_another_setting(struct trial *trial)
{
	static struct td_strategy other;
	other = *trial->strategy;
	other.requirements[0].sysctl = "net.ipv4.tcp_timestamps";
	trial->strategy = &other;
	skipped_at_the_cap(trial);
}

static void backlog_full(struct trial *trial)
{
	trial->after.server.counters.listen_overflows = 4;
	trial->after.server.counters.listen_drops = 4;
}

static void syns_dropped(struct trial *trial)
{
	trial->after.server.counters.listen_overflows = 4;
	trial->after.server.counters.listen_drops = 9;
}

static void syns_dropped_by_the_syn_queue(struct trial *trial)
{
	syns_dropped(trial);
	trial->after.server.counters.syn_queue_drop = 3;
}

static void dropped_with_other_listeners(struct trial *trial)
{
	syns_dropped(trial);
	trial->packet_tap.others.server.accepted = 7;
	trial->after.server.counters.passive_opens += 7;
}

static void dropped_by_another_listener(struct trial *trial)
{
	dropped_with_other_listeners(trial);
	trial->server_end.listener_drops = (struct listener_drops){.drops = 9, .all = 9};
}

static void dropped_by_two_others(struct trial *trial)
{
	dropped_with_other_listeners(trial);
	trial->server_end.listener_drops =
		(struct listener_drops){.drops = 6, .others = 1, .all = 9};
}

static void dropped_by_the_loads_listener(struct trial *trial)
{
	dropped_by_another_listener(trial);
	trial->server_end.listener_drops.is_reached = true;
	trial->server_end.listener_drops.reached = 9;
}

/* One of the load's, and 20 ACKs that TCP_DEFER_ACCEPT drops, in no queue's stead. */
static void deferred_with_other_listeners(struct trial *trial)
{
	trial->server_end.listener_drops =
		(struct listener_drops){.all = 29, .reached = 20, .is_reached = true};
	trial->after.server.counters.deferred_drop = 29;
}

static void dropped_by_two_listeners(struct trial *trial)
{
	dropped_by_two_others(trial);
	trial->server_end.listener_drops.reached = 3;
}

static void dropped_while_the_loads_was_closed(struct trial *trial)
{
	dropped_by_another_listener(trial);
	trial->server_end.listener_gaps.count = 1;
}

static void dropped_by_one_that_is_gone_as_well(struct trial *trial)
{
	dropped_by_another_listener(trial);
	trial->server_end.listener_drops.all = 8;
}

static void opened_unseen(struct trial *trial)
{
	trial->packet_tap.others.server.attempted = 7;
	trial->after.server.counters.active_opens += 9;
}

static void opened_where_segments_were_lost(struct trial *trial)
{
	opened_unseen(trial);
	trial->packet_tap.lost = 1;
}

static void opened_and_accepted_unseen(struct trial *trial)
{
	opened_unseen(trial);
	trial->after.client.counters.passive_opens += 1;
}

/* They are no SYN-ACKs. */
static void unsent_and_tried_again(struct trial *trial)
{
	opened_unseen(trial);
	trial->after.server.counters.syn_retrans += 12;
}

static void more_sent_again_than_unsent_are(struct trial *trial)
{
	opened_unseen(trial);
	trial->after.server.counters.syn_retrans += 13;
}

static void unsent_beside_dropped_acks(struct trial *trial)
{
	opened_unseen(trial);
	trial->after.server.counters.syn_retrans += 2;
	trial->after.server.counters.listen_overflows = 1;
	trial->after.server.counters.listen_drops = 1;
}

static void opened_and_seen(struct trial *trial)
{
	trial->packet_tap.others.server.attempted = 7;
	trial->after.server.counters.active_opens += 7;
	trial->after.client.counters.active_opens += CONNECTIONS;
}

/* Nobody connects to the client. */
static void the_clients_backlog(struct trial *trial)
{
	trial->after.client.counters.listen_overflows = 4;
	trial->after.client.counters.listen_drops = 9;
}

static void given_up(struct trial *trial)
{
	trial->after.server.counters.abort_on_timeout = 3;
}

static void given_up_as_asked_for(struct trial *trial)
{
	given_up(trial);
	trial->clients_deviate = true;
}

static void given_up_by_the_client(struct trial *trial)
{
	trial->after.client.counters.abort_on_timeout = 3;
}

static void aborted_for_memory(struct trial *trial)
{
	trial->after.server.counters.abort_on_memory = 3;
	trial->after.client.counters.abort_on_memory = 4;
}

static void aborted_otherwise(struct trial *trial)
{
	trial->after.server.counters.abort_on_data = 3;
	trial->after.client.counters.abort_on_close = 4;
}

static void sent_again(struct trial *trial)
{
	trial->after.server.counters.syn_retrans = 5;
	trial->after.client.counters.syn_retrans = 2;
}

static void sent_again_over_a_wire_that_loses(struct trial *trial)
{
	sent_again(trial);
	trial->wire = (struct trial_wire){.exists = true, .impairment = {.loss = 0.001}};
}

static void sent_again_over_a_wire_that_delays(struct trial *trial)
{
	sent_again(trial);
	trial->wire = (struct trial_wire){.exists = true, .impairment = {.delay_ns = 1000}};
}

static void over_a_busy_wire(struct trial *trial)
{
	trial->wire = (struct trial_wire){
		.exists = true, .use = {.waited_share = 0.51, .frames_per_s = 98765}};
}

static void over_a_wire_that_has_time_left(struct trial *trial)
{
	trial->wire = (struct trial_wire){
		.exists = true, .use = {.waited_share = 0.5, .frames_per_s = 98765}};
	/* As it was told. */
	trial->wire.counts[RELAY_CLIENT] = (struct relay_counts){.lost = 3, .duplicated = 4};
}

static void over_a_wire_that_fails(struct trial *trial)
{
	trial->wire.exists = true;
	trial->wire.counts[RELAY_SERVER] = (struct relay_counts){.overflown = 1, .too_long = 2};
	trial->wire.counts[RELAY_CLIENT] = (struct relay_counts){.unsent = 4, .unread = 8};
}

static void a_syn_sent_again_on_a_shared_network(struct trial *trial)
{
	trial->remote.exists = true;
	trial->after.client.counters.syn_retrans = 1;
}

static void syns_sent_again_on_a_shared_network(struct trial *trial)
{
	trial->remote.exists = true;
	trial->after.client.counters.syn_retrans = 2;
}

static void clocks_that_are_known(struct trial *trial)
{
	trial->remote.exists = true;
	trial->remote.clock_bound_ns = 50000000;
}

static void clocks_that_are_not(struct trial *trial)
{
	trial->remote.exists = true;
	trial->remote.clock_bound_ns = 60000000;
}

static void few_of_others_on_a_shared_network(struct trial *trial)
{
	trial->remote.exists = true;
	trial->after.server.counters.passive_opens += 10;
	trial->after.client.counters.passive_opens = 10;
}

static void others_on_a_shared_network(struct trial *trial)
{
	trial->remote.exists = true;
	trial->after.server.counters.passive_opens += 11;
	trial->after.client.counters.passive_opens = 12;
}

static void syns_of_others_sent_again(struct trial *trial)
{
	trial->after.server.counters.syn_retrans = 5;
	trial->packet_tap.others.server.syns_again = 5;
}

static void sent_again_for_defer_accept(struct trial *trial)
{
	sent_again(trial);
	trial->after.server.counters.deferred_drop = 5;
}

static void sent_again_for_more_than_defer_accept(struct trial *trial)
{
	sent_again(trial);
	trial->after.server.counters.deferred_drop = 4;
}

static void sent_again_by_a_full_queue_that_defers(struct trial *trial)
{
	sent_again_for_defer_accept(trial);
	trial->after.server.counters.listen_overflows = 1;
	trial->after.server.counters.listen_drops = 1;
}

static void waited_to_the_end(struct trial *trial)
{
	trial->server_end.accept_watch.waiting = trial->server_end.accept_watch.longest.waiting = 9;
	trial->server_end.accept_watch.untouched_since_ns = 1;
	trial->after.at_ns = 1 + 1000000000;
}

static void waited_in_one_queue(struct trial *trial)
{
	trial->started_ns = 1;
	trial->server_end.accept_watch.load_over_ns = 1 + 2000000000;
	trial->server_end.listener_wait = (struct listener_wait){.at_ns = 9,
		.oldest_ms = 1000,
		.waiting = 4,
		.listeners = 2,
		.listeners_waiting = 1};
}

static void waited_some_open(struct trial *trial)
{
	waited_to_the_end(trial);
	trial->after.server.census.by_owner[SOCKET_ESTABLISHED_UNACCEPTED] = 2;
	trial->after.server.census.by_owner[SOCKET_CLOSE_WAIT_UNACCEPTED] = 4;
}

static void waited_all_open(struct trial *trial)
{
	waited_some_open(trial);
	trial->after.server.census.by_owner[SOCKET_CLOSE_WAIT_UNACCEPTED] = 7;
}

static void accepted_slowly(struct trial *trial)
{
	waited_to_the_end(trial);
	trial->after.at_ns--;
}

static void counts_differ(struct trial *trial)
{
	trial->after.server.sockstat_low = trial->after.server.sockstat_high = CONNECTIONS - 3;
}

static void counts_differ_at_both_ends(struct trial *trial)
{
	counts_differ(trial);
	trial->after.client.sockstat_low = trial->after.client.sockstat_high = 2;
}

static void orphans_are_in_sockstats_tw(struct trial *trial)
{
	trial->after.server.counters.tw += 5;
	trial->after.server.census.states[TCP_FIN_WAIT2] = 5;
	trial->after.server.census.fin_wait2_in_tw = 5;
	trial->after.server.sockstat_low = trial->after.server.sockstat_high = CONNECTIONS + 5;
}

static void counts_differ_in_between(struct trial *trial)
{
	static struct sample sample;
	sample = trial->after;
	sample.server.census.states[TCP_TIME_WAIT] = CONNECTIONS - 1;
	trial->samples = &sample;
	trial->sample_count = 1;
}

static void ended_without_a_trace(struct trial *trial)
{
	trial->after.server.counters.tw--;
}

/* The server never closes: its sockets wait in CLOSE_WAIT, the client's in FIN_WAIT_2. */
static void not_closed_by_the_server(struct trial *trial)
{
	trial->after.server.counters.tw -= 20;
	trial->after.server.census.by_owner[SOCKET_CLOSE_WAIT_OWNED] = 20;
	trial->after.client.census.by_owner[SOCKET_FIN_WAIT_2_ORPHANED] = 15;
	trial->after.client.census.by_owner[SOCKET_FIN_WAIT_2_OWNED] = 5;
	trial->after.client.census.by_owner[SOCKET_ORPHANED] = 15;
	trial->still_open = (struct census_open){20, 6940, 0};
}

/* Who holds them is known of the server alone. */
static void not_closed_by_two_processes(struct trial *trial)
{
	trial->after.server.counters.tw -= 20;
	trial->after.server.census.by_owner[SOCKET_CLOSE_WAIT_OWNED] = 19;
	trial->after.server.census.by_owner[SOCKET_ESTABLISHED] = 1;
	trial->after.client.census.by_owner[SOCKET_FIN_WAIT_2_OWNED] = 19;
	trial->still_open = (struct census_open){20, 6940, 0};
	trial->server_end.holders[SOCKET_CLOSE_WAIT_OWNED] =
		(struct holder){.pid = 4711, .processes = 2, .held = 12, .name = "httpd"};
	trial->server_end.holders[SOCKET_ESTABLISHED] =
		(struct holder){.pid = 4712, .processes = 1, .held = 1, .name = "php"};
	trial->server_end.holders[SOCKET_FIN_WAIT_2_OWNED] =
		(struct holder){.pid = 4713, .processes = 1, .held = 1, .name = "none"};
}

static void not_closed_by_the_client(struct trial *trial)
{
	trial->after.server.counters.tw -= 3;
	trial->after.server.census.by_owner[SOCKET_FIN_WAIT_1] = 1;
	trial->after.server.census.by_owner[SOCKET_ESTABLISHED] = 1;
	trial->after.client.census.by_owner[SOCKET_CLOSE_WAIT_OWNED] = 2;
	trial->still_open = (struct census_open){3, 0, 260};
}

static void never_accepted(struct trial *trial)
{
	trial->after.server.counters.tw -= 9;
	trial->after.server.census.by_owner[SOCKET_CLOSE_WAIT_UNACCEPTED] = 5;
	trial->after.server.census.by_owner[SOCKET_ESTABLISHED_UNACCEPTED] = 4;
	trial->still_open = (struct census_open){9, 1000, 0};
}

static void still_acknowledging(struct trial *trial)
{
	trial->after.server.counters.tw -= 2;
	trial->after.server.census.by_owner[SOCKET_LAST_ACK] = 1;
	trial->after.client.census.by_owner[SOCKET_CLOSING] = 1;
	trial->still_open.connections = 2;
}

/* All were in CLOSE_WAIT for a while, as every connection is: nothing is open at the end. */
static void closed_in_the_end(struct trial *trial)
{
	static struct sample sample;
	sample = trial->after;
	sample.server.census.by_owner[SOCKET_CLOSE_WAIT_OWNED] = 20;
	trial->samples = &sample;
	trial->sample_count = 1;
}

/* The sockets of others than the load. */
static void open_for_others(struct trial *trial)
{
	trial->after.server.census.by_owner[SOCKET_ESTABLISHED] = 4;
}

/* A connection may leave TIME_WAIT at both ends. */
/* The claim fails behind what it may fail for. */
/* Over TLS: so many TIME_WAITs are left, and so many connections were reset where a close_notify of
 * the client's met the server's closed socket. */
static void left_over_tls(struct trial *trial, uint64_t held, uint64_t by_alert)
{
	trial->totals.tls.handshakes = CONNECTIONS;
	trial->after.server.counters.tw = held;
	trial->after.server.counters.out_rsts = CONNECTIONS - held;
	trial->packet_tap.counts.at_server.time_wait = held;
	trial->packet_tap.counts.late_data.looked_at = CONNECTIONS;
	trial->packet_tap.counts.late_data.tls_alerts = by_alert;
}

static void ended_by_notify(struct trial *trial)
{
	left_over_tls(trial, 0, 950);
}

static void held_or_ended_by_notify(struct trial *trial)
{
	left_over_tls(trial, 500, 450);
}

static void held_or_ended_by_notify_by_too_few(struct trial *trial)
{
	left_over_tls(trial, 500, 449);
}

static void ended_by_notify_by_too_few(struct trial *trial)
{
	left_over_tls(trial, 0, 949);
}

static void ended_over_tls_by_other_data(struct trial *trial)
{
	left_over_tls(trial, 0, 0);
}

static void ended_as_by_notify_without_tls(struct trial *trial)
{
	left_over_tls(trial, 0, 950);
	trial->totals.tls.handshakes = 0;
}

static void dropped_and_held_by_too_few(struct trial *trial)
{
	trial->after.server.counters.syn_queue_drop = 3;
	held_by_too_few(trial);
}

static void held_twice(struct trial *trial)
{
	trial->after.client.counters.tw = 1;
}

static const struct validity_case cases[] = {
	CASE(nothing, NULL),
	CASE(crossed, "first closer is both, declared server"),
	CASE(closed_first_by_the_client, "first closer is client, declared server"),
	CASE(not_always_closed_first_by_the_server, "first closer is mixed, declared server"),
	CASE(nearly_always_closed_first_by_the_server, NULL),
	CASE(none_seen_to_begin,
		"first closer is unknown: every connection began before the packet tap"),
	CASE(none_seen_to_end,
		"first closer is unknown: no connection was closed before the trial ended"),
	CASE(one_looked_at, NULL),
	CASE(held_by_nobody, "holder is none, declared server"),
	CASE(held_by_the_client, "holder is client, declared server"),
	CASE(held_by_too_few, "holder is mixed, declared server"),
	CASE(dropped_and_held_by_too_few, "3 SYNs dropped by a full SYN queue (TCPReqQFullDrop); "
					  "holder is mixed, declared server"),
	CASE(held_by_nearly_all, NULL),
	CASE(ended_by_notify, NULL),
	CASE(held_or_ended_by_notify, NULL),
	CASE(held_or_ended_by_notify_by_too_few, "holder is mixed, declared server"),
	CASE(ended_by_notify_by_too_few, "holder is none, declared server"),
	CASE(ended_over_tls_by_other_data, "holder is none, declared server"),
	CASE(ended_as_by_notify_without_tls, "holder is none, declared server"),
	CASE(held_otherwise_in_a_race, NULL),
	CASE(held_otherwise_by_a_third_partys_server, NULL),
	CASE(skipped_at_the_cap,
		"3 TIME_WAITs skipped at tcp_max_tw_buckets (TCPTimeWaitOverflow)"),
	CASE(skipped_as_the_strategy_wants, NULL),
	CASE(skipped_with_another_setting,
		"3 TIME_WAITs skipped at tcp_max_tw_buckets (TCPTimeWaitOverflow)"),
	CASE(backlog_full, "4 segments met a full accept queue (ListenOverflows)"),
	CASE(syns_dropped, "4 segments met a full accept queue (ListenOverflows); 5 SYNs "
			   "dropped by the listener (ListenDrops)"),
	CASE(syns_dropped_by_the_syn_queue,
		"4 segments met a full accept queue (ListenOverflows); 2 SYNs dropped by "
		"the listener (ListenDrops); 3 SYNs dropped by a full SYN queue (TCPReqQFullDrop)"),
	CASE(dropped_with_other_listeners,
		"4 segments met a full accept queue of the server's listener or of one that "
		"it connects to (ListenOverflows); 5 SYNs dropped by the listener or by one that "
		"the server connects to (ListenDrops)"),
	CASE(dropped_by_another_listener, NULL),
	CASE(dropped_by_the_loads_listener,
		"4 segments met a full accept queue of the server's listener or of one that "
		"it connects to (ListenOverflows); 5 SYNs dropped by the listener or by one that "
		"the server connects to (ListenDrops)"),
	CASE(dropped_by_two_others, NULL),
	CASE(deferred_with_other_listeners, NULL),
	CASE(dropped_by_two_listeners,
		"3 segments met a full queue of the load's listener, by its own count of drops"),
	CASE(dropped_while_the_loads_was_closed,
		"4 segments met a full accept queue of the server's listener or of one that "
		"it connects to (ListenOverflows); 5 SYNs dropped by the listener or by one that "
		"the server connects to (ListenDrops)"),
	CASE(dropped_by_one_that_is_gone_as_well,
		"4 segments met a full accept queue of the server's listener or of one that "
		"it connects to (ListenOverflows); 5 SYNs dropped by the listener or by one that "
		"the server connects to (ListenDrops)"),
	CASE(opened_unseen, NULL),
	CASE(unsent_and_tried_again, NULL),
	CASE(more_sent_again_than_unsent_are,
		"1 SYN-ACKs sent again by the server (TCPSynRetrans)"),
	CASE(unsent_beside_dropped_acks, "1 segments met a full accept queue (ListenOverflows); 2 "
					 "SYN-ACKs sent again by the "
					 "server (TCPSynRetrans)"),
	CASE(opened_where_segments_were_lost,
		"2 connections that the server opened for itself were not seen by the packet tap: "
		"the load's figures may hold them; 1 segments lost by the packet tap"),
	CASE(opened_and_accepted_unseen,
		"2 connections that the server opened for itself were not seen by the packet tap: "
		"the load's figures may hold them"),
	CASE(opened_and_seen, NULL),
	CASE(the_clients_backlog, NULL),
	CASE(given_up, "3 connections were given up by the server's kernel (TCPAbortOnTimeout)"),
	CASE(given_up_as_asked_for, NULL),
	CASE(given_up_by_the_client, NULL),
	CASE(aborted_for_memory, "7 connections aborted for memory (TCPAbortOnMemory)"),
	CASE(aborted_otherwise, NULL),
	CASE(sent_again, "2 SYNs sent again (TCPSynRetrans); 5 SYN-ACKs sent again by the server "
			 "(TCPSynRetrans)"),
	CASE(sent_again_over_a_wire_that_loses, NULL),
	CASE(sent_again_over_a_wire_that_delays,
		"2 SYNs sent again (TCPSynRetrans); 5 SYN-ACKs sent again by the server "
		"(TCPSynRetrans)"),
	CASE(over_a_busy_wire,
		"the wire was the limit: connections waited for its thread in 51 % of "
		"their time, while it carried 98765 frames/s; ask "
		"for less (--rate, --connections)"),
	CASE(over_a_wire_that_has_time_left, NULL),
	CASE(over_a_wire_that_fails, "15 frames that the wire failed to carry"),
	CASE(a_syn_sent_again_on_a_shared_network, NULL),
	CASE(syns_sent_again_on_a_shared_network, "2 SYNs sent again (TCPSynRetrans)"),
	CASE_ALWAYS(clocks_that_are_known, NULL),
	CASE_ALWAYS(clocks_that_are_not,
		"the clocks of the two hosts are known to 60 ms only: more than 50 ms"),
	CASE_ALWAYS(few_of_others_on_a_shared_network, NULL),
	CASE_ALWAYS(others_on_a_shared_network,
		"11 other connections began on the server's host, beside 1000 of the load: more "
		"than 1 %; 12 other connections began on the client's host, beside 1000 of the "
		"load: more than 1 %"),
	CASE(syns_of_others_sent_again, NULL),
	CASE(sent_again_for_defer_accept, "2 SYNs sent again (TCPSynRetrans)"),
	CASE(sent_again_for_more_than_defer_accept,
		"2 SYNs sent again (TCPSynRetrans); 5 SYN-ACKs sent again by the server "
		"(TCPSynRetrans)"),
	CASE(sent_again_by_a_full_queue_that_defers,
		"1 segments met a full accept queue (ListenOverflows); 2 SYNs sent again "
		"(TCPSynRetrans); 5 SYN-ACKs sent again by the server (TCPSynRetrans)"),
	CASE(waited_in_one_queue,
		"4 connections waited in the queue of one listener of the port for half of the "
		"load or more, while the others had none: rates and latency are those of the "
		"others"),
	CASE(waited_to_the_end, "9 connections ended while they waited to be accepted"),
	CASE(waited_some_open, "3 connections ended while they waited to be accepted"),
	CASE(waited_all_open, NULL),
	CASE(accepted_slowly, NULL),
	CASE(counts_differ, "3 TIME_WAITs by which sock_diag and sockstat disagree"),
	CASE(counts_differ_at_both_ends, "5 TIME_WAITs by which sock_diag and sockstat disagree"),
	CASE(orphans_are_in_sockstats_tw, NULL),
	CASE(counts_differ_in_between, "1 TIME_WAITs by which sock_diag and sockstat disagree"),
	CASE(ended_without_a_trace,
		"1 connections ended without TIME_WAIT, reset or skip: the kernel's "
		"accounting does not balance"),
	CASE(not_closed_by_the_server,
		"20 connections are still open: at the server 20 in CLOSE_WAIT, which its process "
		"has not closed after the client's FIN (the oldest for 6.9 s), at the client 5 in "
		"FIN_WAIT_2, shut down, waiting for the server's FIN, at the client 15 in "
		"FIN_WAIT_2, closed, waiting for the server's FIN"),
	CASE(not_closed_by_two_processes,
		"20 connections are still open: at the server 1 in ESTABLISHED, which nobody has "
		"closed, held by php (pid 4712), at the server 19 in CLOSE_WAIT, which its process "
		"has not closed after the client's FIN (the oldest for 6.9 s), held by httpd (pid "
		"4711) and 1 other process, at the client 19 in FIN_WAIT_2, shut down, waiting for "
		"the server's FIN"),
	CASE(not_closed_by_the_client,
		"3 connections are still open: at the server 1 in ESTABLISHED, which nobody has "
		"closed, at the server 1 in FIN_WAIT_1, whose FIN the client has not "
		"acknowledged, at the client 2 in CLOSE_WAIT, which its process has not closed "
		"after the server's FIN (the oldest for 0.3 s)"),
	CASE(never_accepted,
		"9 connections are still open: at the server 4 in ESTABLISHED, which were never "
		"accepted, at the server 5 in CLOSE_WAIT, which were never accepted, after the "
		"client's FIN (the oldest for 1.0 s)"),
	CASE(still_acknowledging,
		"2 connections are still open: at the server 1 in LAST_ACK, whose FIN the client "
		"has not acknowledged, at the client 1 in CLOSING, whose FIN the server has not "
		"acknowledged"),
	CASE(closed_in_the_end, NULL),
	CASE(open_for_others, NULL),
	CASE(held_twice, NULL),
};

const struct validity_cases cases_of_kernel = {cases, sizeof(cases) / sizeof(cases[0])};
