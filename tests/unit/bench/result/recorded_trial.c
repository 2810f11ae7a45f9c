#include "recorded_trial.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

struct td_strategy recorded_strategy = {
	.name = "made-up", .first_closer = TD_SERVER, .holder = TD_SERVER};
static struct sample samples[2];

uint64_t *recorded_counter(struct counters *counters, size_t row)
{
	return (uint64_t *)((char *)counters + counters_rows[row].offset);
}

#define CAME(trial, end, counter, difference)                                                      \
	((trial)->after.end.counters.counter = (trial)->before.end.counters.counter + (difference))

/* Other connections, whose share of the counters comes on top of the load's. */
static const struct other_ends others = {
	.server = {.attempted = 640,
		.opened = 639,
		.refused = 628,
		.unanswered = 627,
		.accepted = 638,
		.closed_by_opener = 637,
		.closed_by_acceptor = 636,
		.closed_by_both = 635,
		.closed_by_reset = 634,
		.still_open = 633,
		.began_before = 632,
		.time_wait = 631,
		.segments = 630,
		.resets = 629,
		.to = {{0x0100007f}, 9000, false},
		.failing = {.to = {{0x0100007f}, 9003, false}, .refused = 620, .unanswered = 6}},
	.client = {.attempted = 680,
		.opened = 679,
		.refused = 668,
		.unanswered = 667,
		.accepted = 678,
		.closed_by_opener = 677,
		.closed_by_acceptor = 676,
		.closed_by_both = 675,
		.closed_by_reset = 674,
		.still_open = 673,
		.began_before = 672,
		.time_wait = 671,
		.segments = 670,
		.resets = 669,
		.to = {{0x0100007f}, 9001, false},
		.to_several = true,
		.failing = {.to = {{0x0100007f}, 9004, false}, .refused = 660, .unanswered = 6}},
};

/* Differences of 7, 10, 13, … at the server and of 11, 16, 21, … at the client; then those that
 * figures are made of. */
static void kernel_make(struct trial *trial)
{
	for (size_t i = 0; i < counters_row_count; i++) {
		*recorded_counter(&trial->before.server.counters, i) = 1000 + i;
		*recorded_counter(&trial->after.server.counters, i) = 1000 + i + 7 + 3 * i;
		*recorded_counter(&trial->before.client.counters, i) = 5000 + i;
		*recorded_counter(&trial->after.client.counters, i) = 5000 + i + 11 + 5 * i;
	}
	CAME(trial, server, passive_opens, 395 + others.server.accepted);
	CAME(trial, server, active_opens, others.server.attempted);
	CAME(trial, client, active_opens, 415 + others.client.attempted);
	CAME(trial, server, tw, 250 + others.server.time_wait);
	CAME(trial, server, tw_killed, 30);
	CAME(trial, client, tw, 90 + others.client.time_wait);
	CAME(trial, client, tw_killed, 7);
	CAME(trial, server, out_segs, 1700 + others.server.segments);
	CAME(trial, server, retrans_segs, 13);
	CAME(trial, client, out_segs, 1500 + others.client.segments);
	CAME(trial, client, retrans_segs, 19);
	CAME(trial, server, out_rsts, 8 + others.server.resets);
	CAME(trial, client, out_rsts, 21 + others.client.resets);
	CAME(trial, server, attempt_fails, 3 + others.server.attempted - others.server.opened);
	trial->after.client.counters.attempt_fails +=
		others.client.attempted - others.client.opened;
}

static void end_make(struct sample_end *end, uint64_t gauge_tw, uint64_t inuse, uint64_t tw,
	uint64_t fin_wait2, uint64_t ports)
{
	end->counters.gauge_tw = gauge_tw;
	end->counters.gauge_inuse = inuse;
	end->census.states[TCP_TIME_WAIT] = tw;
	end->census.states[TCP_FIN_WAIT2] = fin_wait2;
	end->census.ports_in_use = ports;
	end->sockstat_low = end->sockstat_high = tw;
}

static void samples_make(struct trial *trial)
{
	memset(samples, 0, sizeof(samples));
	end_make(&samples[0].server, 40, 0, 49, 14, 4001);
	end_make(&samples[0].client, 31, 61, 30, 6, 1100);
	end_make(&samples[1].server, 260, 0, 259, 17, 4003);
	end_make(&samples[1].client, 77, 62, 78, 4, 1000);
	end_make(&trial->after.server, 255, 0, 251, 12, 4002);
	end_make(&trial->after.client, 88, 63, 86, 3, 900);
	samples[1].client.others.ports_in_use = 20;
	trial->after.server.others.states[TCP_TIME_WAIT] = 700;
	trial->after.server.sockstat_low += 700;
	trial->after.server.sockstat_high += 700;
	trial->after.client.others.states[TCP_TIME_WAIT] = 710;
	trial->after.client.sockstat_low += 710;
	trial->after.client.sockstat_high += 710;
	samples[0].at_ns = 7100000000;
	samples[1].at_ns = 7300000000;
	trial->after.at_ns = 9900000000;
	samples[0].server.counters.passive_opens = 1001 + 111 + 3;
	samples[1].server.counters.passive_opens = 1001 + 222 + 5;
	trial->after.server.census.states[TCP_SYN_RECV] = 2;
	samples[0].others_accepted = 3;
	samples[1].others_accepted = 5;
	trial->after.others_accepted = others.server.accepted;
	samples[0].census_fresh = trial->after.census_fresh = true;
	samples[0].progress = (struct sample_progress){.completed = 108,
		.refused = 9011,
		.reset = 9012,
		.connect_p50_ns = 4500,
		.loader_cpu_ns = 12000000,
		.server_cpu_ns = 9000000};
	samples[1].progress = (struct sample_progress){
		.completed = 219, .refused = 9013, .reset = 9014, .server_cpu_ns = 18000000};
	trial->after.progress.completed = 301;
	trial->after.progress.refused = 9015;
	trial->after.progress.reset = 9016;
	trial->samples = samples;
	trial->sample_count = 2;
}

/* A state that no socket was in is not told; one that none was in at the end is. */
static void states_make(struct trial *trial)
{
	for (uint64_t i = 0; i < SOCKET_STATES; i++) {
		samples[0].server.census.by_owner[i] = 510 + i;
		trial->after.server.census.by_owner[i] = 490 + i;
	}
	samples[0].client.census.by_owner[SOCKET_LAST_ACK] = 521;
	/* Carried over from the sample before: no census was taken. */
	samples[1].client.census.by_owner[SOCKET_LAST_ACK] = 521;
	trial->after.server.others.busiest.ports = 5502;
	trial->still_open = (struct census_open){541, 5421, 5431};
	trial->server_end.close_watch = (struct close_watch_report){
		.looks = 551, .threads = 552, .blocked = 553, .at_once = 554, .longest_ms = 555};
	trial->server_end.accept_watch = (struct accept_watch_report){.looks = 561,
		.ever = 562,
		.at_once = 563,
		.waiting_peak = 564,
		.waiting = 565,
		.load_looks = 12,
		.load_waiting = 24};
	trial->server_end.accept_watch.load_over_ns = trial->started_ns + 2000000000;
}

/* Of 1000 values, each 1 ns longer than the one before: none is rounded. */
static void latency_make(struct histogram *histogram, uint64_t above_ns)
{
	for (uint64_t i = 1; i <= 1000; i++)
		histogram_record(histogram, above_ns + i);
}

static void totals_make(struct load_totals *totals)
{
	load_totals_init(totals);
	struct load_totals counts = {.attempted = 420,
		.outcomes = {[OUTCOME_COMPLETED] = 301,
			[OUTCOME_SHORT] = 41,
			[OUTCOME_RESET] = 37,
			[OUTCOME_TIMED_OUT] = 29,
			[OUTCOME_CONNECT_ERROR] = 12},
		.first_ns = {[OUTCOME_CONNECT_ERROR] = 7250000000},
		.no_port_ns = 7500000000,
		.established = 408,
		.exchanges = 903,
		.sent_bytes = 4065,
		.bytes_promised = 115584,
		.bytes_received = 115200,
		.truncated = {[RESPONSE_BY_LENGTH] = 31,
			[RESPONSE_CHUNKED] = 32,
			[RESPONSE_BY_CLOSE] = 33,
			[RESPONSE_IN_HEAD] = 34},
		.surplus_responses = 35,
		.surplus_bytes = 36,
		.unconnected = 4,
		.part_answered = 5,
		.unclosed = 19,
		.closed_late = 4039,
		.resets_seen = 53,
		.window_completed = 300,
		.window_exchanges = 900,
		.connections_peak = 64,
		.unfinished = {[LATENCY_CONNECT] = 801, [LATENCY_TOTAL] = 802},
		.cpu_ns = 33600000,
		.tls = {400, 100, 3, 2, 401, 402, 9, 404, 405, 12200000, "TLSv1.3",
			"TLS_AES_128_GCM_SHA256", "bad signature", "EC 256"}};
	memcpy(counts.latencies, totals->latencies, sizeof(counts.latencies));
	*totals = counts;
	for (size_t i = 0; i < EVENT_GROUPS; i++)
		totals->events[0].groups[i] =
			(struct event_group_count){9100 + 10 * i, 9101 + 10 * i, 9102 + 10 * i,
				9103 + 10 * i, 9104 + 10 * i, 9105 + 10 * i, 9106 + 10 * i};
	totals->events[0].unexpected = 9008;
	totals->events[0].refused = 9007;
	totals->events[0].refused_first_ns = 7650000000;
	totals->events[0].refused_last_ns = 7660000000;
	totals->events[0].connected_ns = 7670000000;
	totals->connect_errors[EADDRNOTAVAIL] = 7;
	totals->connect_errors[ECONNREFUSED] = 4;
	totals->connect_errors[0] = 1;
	latency_make(totals->latencies[LATENCY_CONNECT], 0);
	latency_make(totals->latencies[LATENCY_TOTAL], 1000);
}

static struct network_setting setting(enum td_who end, const char *name, const char *value)
{
	struct network_setting made = {.end = end};
	snprintf(made.name, sizeof(made.name), "%s", name);
	snprintf(made.value, sizeof(made.value), "%s", value);
	return made;
}

static const struct client_behaviour recorded_behaviour = {.name = "think"};

/* The server's sockets of other connections: in the middle, and at the end. */
static void beside_make(struct trial *trial)
{
	uint64_t *middle = trial->samples[0].server.others.by_owner;
	uint64_t *end = trial->beside_end.server.by_owner;
	middle[SOCKET_ESTABLISHED] = 16;
	middle[SOCKET_ESTABLISHED_UNACCEPTED] = middle[SOCKET_LAST_ACK] = 2;
	end[SOCKET_ESTABLISHED] = 7;
	end[SOCKET_LAST_ACK] = 4;
	end[SOCKET_FIN_WAIT_2_ORPHANED] = 3;
	end[SOCKET_ORPHANED] = 5;
	trial->beside_end.reopened = 6;
}

void recorded_trial(struct trial *trial)
{
	*trial = (struct trial){
		.strategy = &recorded_strategy,
		.repeat = 3,
		.order = 18,
		.server = {.name = "teardown-server", .threads = 1, .port = 8080},
		.load = {.name = "builtin",
			.source_port = "kernel",
			.client_close = "plain",
			.loop = "closed",
			.threads = 1,
			.connections = 100,
			.duration_ns = 2500000000},
		.settings = {setting(TD_SERVER, "net.ipv4.tcp_tw_reuse", "0"),
			setting(TD_CLIENT, "net.ipv4.tcp_tw_reuse", "2")},
		.setting_count = 2,
		.wire = {.exists = true,
			.counts = {[RELAY_SERVER] = {.arrived = 5601,
					   .bytes = 5602,
					   .lost = 5603,
					   .duplicated = 5604,
					   .overflown = 1},
				[RELAY_CLIENT] = {.arrived = 5611,
					.bytes = 5612,
					.lost = 5613,
					.duplicated = 5614,
					.unread = 2}},
			.use = {.waited_share = 0.125, .frames_per_s = 52000.5}},
		.nat = {.exists = true,
			.port_low = 20000,
			.port_high = 20999,
			.time_wait_s = 121,
			.counts_older = true,
			.peak = {.ports = 625,
				.states = {[CONNTRACK_SYN_SENT] = 1,
					[CONNTRACK_SYN_RECV] = 2,
					[CONNTRACK_ESTABLISHED] = 4,
					[CONNTRACK_FIN_WAIT] = 8,
					[CONNTRACK_CLOSE_WAIT] = 16,
					[CONNTRACK_LAST_ACK] = 32,
					[CONNTRACK_TIME_WAIT] = 64,
					[CONNTRACK_CLOSE] = 128}},
			/* A look that took a while. */
			.end = {.ports = 1003,
				.states = {[CONNTRACK_SYN_SENT] = 3,
					[CONNTRACK_SYN_RECV] = 6,
					[CONNTRACK_ESTABLISHED] = 12,
					[CONNTRACK_FIN_WAIT] = 24,
					[CONNTRACK_CLOSE_WAIT] = 48,
					[CONNTRACK_LAST_ACK] = 96,
					[CONNTRACK_TIME_WAIT] = 192,
					[CONNTRACK_CLOSE] = 384}},
			.counters =
				{.insert_failed = 71, .drop = 74, .early_drop = 75, .invalid = 76}},
		.clients = {{.behaviour = &recorded_behaviour,
			.connections = 31,
			.attempted = 32,
			.outcomes = {33, 34, 35, 36, 37},
			.exchanges = 38,
			.truncated = 39,
			.refused = 40,
			.kept_unanswered = 41,
			.kept_idle_least_ns = 42000000,
			.kept_idle_most_ns = 43000000,
			.pauses = 47,
			.pauses_cut = 48,
			.closed_idle = 44,
			.reset_idle = 46,
			.held = 45}},
		.client_count = 1,
		.beside = {{.behaviour = &recorded_behaviour,
			.connections = 81,
			.attempted = 82,
			.outcomes = {83, 84, 85, 86, 87},
			.exchanges = 88,
			.truncated = 89,
			.refused = 90,
			.kept_unanswered = 91,
			.kept_idle_least_ns = 92000000,
			.kept_idle_most_ns = 93000000,
			.pauses = 97,
			.pauses_cut = 98,
			.closed_idle = 94,
			.reset_idle = 96,
			.held = 95}},
		.beside_count = 1,
		.events = {{.spec = {.at_ns = 500000000,
				    .of_proxy = true,
				    .kind = EVENT_RESTART,
				    .text = "restart"},
			.done_ns = 7600000000,
			.refused_seen = 9001,
			.queued = 9002,
			.time_waits = 9003,
			.ended_ns = 7610000000,
			.end = "exited with status 3",
			.stopped_ns = 7620000000,
			.started_ns = 7630000000,
			.listened_ns = 7640000000,
			.port = {.time_waits = 9004, .is_in_use = true}}},
		.event_count = 1,
		.client_addresses = 3,
		.port_low = 2000,
		.port_high = 2999,
		.started_ns = 7000000000,
		.started_unix_us = 1795000000123456,
		.agreed = {.at_ns = 6999000000, .bound_us = 4801},
		.late_us = 4802,
		.window_ns = 2500000000,
		.server_end.cpu_ns = 26000000,
		.server_end.rss_before = 10000000,
		.server_end.rss_peak = 10960000,
		.samples_missed = 5,
		.sampler_cost_ns = 22000000,
		.packet_tap =
			{.counts = {.connections = 200,
				 .server = 191,
				 .client = 9,
				 .both = 1,
				 .by_reset = 58,
				 .undecided = 38,
				 .sized = 4701,
				 .client_bytes = 4702,
				 .hellos = {4708, 2354, 0x0303, false},
				 .handshakes = {4704, 4705000, 4706000, 4707000},
				 .server_bytes = 4703,
				 .at_server = {.time_wait = 158,
					 .fin_first = 127,
					 .half_closed = 4001,
					 .resets_sent = {4002, 4003, 4004, 4005, 4006},
					 .resets_answered = {4007, 4008, 4009, 4010, 4011},
					 .fin_behind_fin = {10, 5000000, 4012000, 4013000, 4014},
					 .reset_behind_fin = {20, 80600000, 4015000, 4016000,
						 4017}},
				 .at_client = {.time_wait = 56,
					 .fin_first = 4018,
					 .half_closed = 4019,
					 .resets_sent = {4020, 4021, 4022, 4023, 4024},
					 .resets_answered = {4025, 4026, 4027, 4028, 4029},
					 .fin_behind_fin = {40, 161240000, 4032000, 4033000, 4034},
					 .reset_behind_fin = {80, 322800000, 4036000, 4037000,
						 4038}},
				 .late = {.behind_fin = 4041,
					 .knew_fin = 4042,
					 .unread = 4043,
					 .drained = 4044},
				 .late_data = {4061, 4062, 4063, 4064, 0},
				 .arrived = {408, 4066},
				 .responses = {.is_looked_at = true,
					 .late = {4045, 4046, 4047, 4048},
					 .cuts = {4051, 4052, 4053, 4054, 4055, 0, 4056}}},
				.segments = 604,
				.lost = 56,
				.share = 16,
				.narrowed_after = 73,
				.others = others},
	};
	kernel_make(trial);
	samples_make(trial);
	states_make(trial);
	beside_make(trial);
	totals_make(&trial->totals);
}

void recorded_wrk(struct trial *trial)
{
	recorded_trial(trial);
	trial->load.name = "wrk";
	CAME(trial, client, attempt_fails, 5 + others.client.attempted - others.client.opened);
	trial->load.source_port = trial->load.client_close = "loader";
	trial->load.is_third_party = trial->load.is_wrk = true;
	trial->server = (struct server_identity){.is_third_party = true, .name = "server-command"};
	trial->third_party = (struct third_party_report){.command = "wrk -t1",
		.output = "two\nlines",
		.end = "exited with status 2",
		.exit_status = 2,
		.stopped = true,
		.ran_ns = 2400000000,
		.kind = loader_kinds[0], /* wrk */
		.said = {.requests = 801,
			.requests_per_s = 351.5,
			.errors = {21, 22, 23, 24, 20},
			.non_success = 25,
			.latency_us = {901, 902, 903, 904, 905, 906, 907, 908}}};
}
