/* What is written of a made-up trial: every number at its path, with its value worked out by hand.
 * No two numbers are alike, so that none can stand for another, and no number is written that is
 * not told here. */
#include "bench/result/latency_curve.h"
#include "bench/result/trial_json.h"

#include "bench/result/json_path.h"
#include "json_expected.h"
#include "recorded_trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct number of_a_trial[] = {
	{"repeat", 3},
	{"order", 18},
	{"started_unix_us", 1795000000123456},
	{"start.late_us", 4802},
	{"start.clock_bound_us", 4801},
	{"duration_s", 2.5},
	{"claim.share", 0.665},
	{"first_closer.packet_tap.connections", 200},
	{"first_closer.packet_tap.server", 191},
	{"first_closer.packet_tap.client", 9},
	{"first_closer.packet_tap.both", 1},
	{"first_closer.packet_tap.by_reset", 58},
	{"first_closer.packet_tap.undecided", 38},
	{"first_closer.packet_tap.sized", 4701},
	{"first_closer.packet_tap.client_bytes", 4702},
	{"first_closer.packet_tap.server_bytes", 4703},
	{"first_closer.packet_tap.segments", 604},
	{"first_closer.packet_tap.lost", 56},
	{"first_closer.packet_tap.share", 16},
	{"first_closer.packet_tap.narrowed_after", 73},
	{"late_requests.behind_fin", 4041},
	{"late_requests.knew_fin", 4042},
	{"late_requests.drained", 4044},
	{"late_requests.unread", 4043},
	{"late_data.looked_at", 4061},
	{"late_data.reset", 4062},
	{"late_data.knew_fin", 4063},
	{"late_data.tls_alerts", 4064},
	{"cut_responses.seen", 4051},
	{"cut_responses.by_fin", 4052},
	{"cut_responses.by_reset", 4053},
	{"cut_responses.chunked", 4056},
	{"cut_responses.promised_bytes", 4054},
	{"cut_responses.missing_bytes", 4055},
	{"late_requests.announced", 4045},
	{"late_requests.unannounced", 4046},
	{"late_requests.announced_timed", 4047},
	{"late_requests.announced_known", 4048},
	{"endings.server.fin_first", 127},
	{"endings.server.half_closed", 4001},
	{"endings.server.resets_sent.open", 4002},
	{"endings.server.resets_sent.across_fin", 4003},
	{"endings.server.resets_sent.behind_other_fin", 4004},
	{"endings.server.resets_sent.behind_own_fin", 4005},
	{"endings.server.resets_sent.behind_both_fins", 4006},
	{"endings.server.resets_answered.open", 4007},
	{"endings.server.resets_answered.across_fin", 4008},
	{"endings.server.resets_answered.behind_other_fin", 4009},
	{"endings.server.resets_answered.behind_own_fin", 4010},
	{"endings.server.resets_answered.behind_both_fins", 4011},
	{"endings.server.fin_behind_fin.count", 10},
	{"endings.server.fin_behind_fin.late", 4014},
	{"endings.server.fin_behind_fin.least_us", 4012},
	{"endings.server.fin_behind_fin.mean_us", 500},
	{"endings.server.fin_behind_fin.most_us", 4013},
	{"endings.server.reset_behind_fin.count", 20},
	{"endings.server.reset_behind_fin.late", 4017},
	{"endings.server.reset_behind_fin.least_us", 4015},
	{"endings.server.reset_behind_fin.mean_us", 4030},
	{"endings.server.reset_behind_fin.most_us", 4016},
	{"endings.client.fin_first", 4018},
	{"endings.client.half_closed", 4019},
	{"endings.client.resets_sent.open", 4020},
	{"endings.client.resets_sent.across_fin", 4021},
	{"endings.client.resets_sent.behind_other_fin", 4022},
	{"endings.client.resets_sent.behind_own_fin", 4023},
	{"endings.client.resets_sent.behind_both_fins", 4024},
	{"endings.client.resets_answered.open", 4025},
	{"endings.client.resets_answered.across_fin", 4026},
	{"endings.client.resets_answered.behind_other_fin", 4027},
	{"endings.client.resets_answered.behind_own_fin", 4028},
	{"endings.client.resets_answered.behind_both_fins", 4029},
	{"endings.client.fin_behind_fin.count", 40},
	{"endings.client.fin_behind_fin.late", 4034},
	{"endings.client.fin_behind_fin.least_us", 4032},
	{"endings.client.fin_behind_fin.mean_us", 4031},
	{"endings.client.fin_behind_fin.most_us", 4033},
	{"endings.client.reset_behind_fin.count", 80},
	{"endings.client.reset_behind_fin.late", 4038},
	{"endings.client.reset_behind_fin.least_us", 4036},
	{"endings.client.reset_behind_fin.mean_us", 4035},
	{"endings.client.reset_behind_fin.most_us", 4037},
	{"connections.attempted", 420},
	{"connections.established", 408},
	{"connections.opened", 400},
	{"connections.kept_from_accept", 5},
	{"connections.reset_before_accept", 3},
	{"connections.completed", 301},
	{"connections.short", 41},
	{"connections.reset", 37},
	{"connections.timed_out", 29},
	{"connections.unconnected", 4},
	{"connections.part_answered", 5},
	{"connections.unclosed", 19},
	{"connections.closed_late", 4039},
	{"connections.resets_seen", 53},
	{"connections.connect_errors.EADDRNOTAVAIL", 7},
	{"connections.connect_errors.ECONNREFUSED", 4},
	{"connections.connect_errors.unknown", 1},
	{"exchanges", 903},
	{"exchanges_per_connection", 2.2575}, /* 903 / 400 */
	{"bytes.promised", 115584},
	{"bytes.received", 115200},
	{"truncated.by_length", 31},
	{"truncated.chunked", 32},
	{"truncated.by_close", 33},
	{"truncated.in_head", 34},
	{"surplus.responses", 35},
	{"surplus.bytes", 36},
	{"loss.exhausted_s", 0.5},
	{"loss.lost_share", 107.0 / 420}, /* 41 + 37 + 29 */
	{"loss.refused_share", 12.0 / 420},
	{"loss.bytes", 384},         /* 115584 - 115200 */
	{"delivery.delivered", 320}, /* 301 + 19 */
	/* 31 + 32 + 33 + 34 + 5 responses, on no more connections than the others: 420 - 320. */
	{"delivery.truncated", 100},
	{"delivery.lost", 0},
	/* At 7.1 s: 510 + 512 + 513 + 514 + 515 + 517 + 518 - 519. */
	{"delivery.held", 3080},
	{"rate_per_s", 120},      /* 300 / 2.5 */
	{"exchanges_per_s", 360}, /* 900 / 2.5 */
	{"tls.handshakes", 400},
	{"tls.resumed", 100},
	{"tls.resumed_share", 0.25},
	{"tls.hellos", 4708},
	{"tls.hellos_resumed", 2354},
	{"tls.handshake_cpu_us", 30.5},
	{"tls.failed", 3},
	{"tls.broken", 2},
	{"tls.alerts_sent", 404},
	{"tls.alerts_received", 405},
	{"tls.notified_by_client", 401},
	{"tls.notified_by_server", 402},
	{"tls.truncated", 9},
	{"latency_us.connect.count", 1000},
	{"latency_us.connect.unfinished", 801},
	{"latency_us.connect.p50", 0.5},
	{"latency_us.connect.p90", 0.9},
	{"latency_us.connect.p99", 0.99},
	{"latency_us.connect.p999", 0.999},
	{"latency_us.connect.max", 1},
	{"latency_us.connect.mean", 0.5005},
	{"latency_us.total.count", 1000},
	{"latency_us.total.unfinished", 802},
	{"latency_us.total.p50", 1.5},
	{"latency_us.total.p90", 1.9},
	{"latency_us.total.p99", 1.99},
	{"latency_us.total.p999", 1.999},
	{"latency_us.total.max", 2},
	{"latency_us.total.mean", 1.5005},
	{"time_wait.server.peak", 259},
	{"time_wait.server.end", 251},
	{"time_wait.server.created", 266},       /* 158 of 238 of 400 */
	{"time_wait.server.created_least", 251}, /* 250 + 30 − (8 + 21) */
	{"time_wait.server.created_most", 280},
	{"time_wait.server.per_connection", 0.665},
	{"time_wait.server.disagreement", 0},
	{"time_wait.client.peak", 86}, /* of the census, since others have TIME_WAITs */
	{"time_wait.client.end", 86},
	{"time_wait.client.created", 94}, /* 56 of 238 of 400 */
	/* The server's sockets in CLOSE_WAIT and LAST_ACK leave all of them in doubt. */
	{"time_wait.client.created_least", 0},
	{"time_wait.client.created_most", 97},
	{"time_wait.client.per_connection", 0.235},
	{"time_wait.client.disagreement", 0},
	{"fin_wait2.server.peak", 17},
	{"fin_wait2.server.end", 12},
	{"fin_wait2.client.peak", 6},
	{"fin_wait2.client.end", 3},
	{"states.server.peak.established", 510},
	{"states.server.peak.established_unaccepted", 511},
	{"states.server.peak.fin_wait_1", 512},
	{"states.server.peak.fin_wait_2_owned", 513},
	{"states.server.peak.fin_wait_2_orphaned", 514},
	{"states.server.peak.close_wait_owned", 515},
	{"states.server.peak.close_wait_unaccepted", 516},
	{"states.server.peak.closing", 517},
	{"states.server.peak.last_ack", 518},
	{"states.server.peak.orphaned", 519},
	{"states.server.end.established", 490},
	{"states.server.end.established_unaccepted", 491},
	{"states.server.end.fin_wait_1", 492},
	{"states.server.end.fin_wait_2_owned", 493},
	{"states.server.end.fin_wait_2_orphaned", 494},
	{"states.server.end.close_wait_owned", 495},
	{"states.server.end.close_wait_unaccepted", 496},
	{"states.server.end.closing", 497},
	{"states.server.end.last_ack", 498},
	{"states.server.end.orphaned", 499},
	{"states.client.peak.last_ack", 521},
	{"still_open.connections", 541},
	{"still_open.server_close_wait_ms", 5421},
	{"still_open.client_close_wait_ms", 5431},
	{"close_watch.looks", 551},
	{"close_watch.threads", 552},
	{"close_watch.blocked", 553},
	{"close_watch.at_once", 554},
	{"close_watch.longest_ms", 555},
	{"accept_queue.looks", 561},
	{"accept_queue.listeners", 562},
	{"accept_queue.listeners_at_once", 563},
	{"accept_queue.peak", 564},
	{"accept_queue.wait_ms", 2 * 2000.0 / 395},
	{"accept_queue.end", 565},
	{"other_connections.server.attempted", 640},
	{"other_connections.server.opened", 639},
	{"other_connections.server.refused", 628},
	{"other_connections.server.unanswered", 627},
	{"other_connections.server.unsent", 0},
	{"other_connections.server.failed_there", 626},
	{"other_connections.server.accepted", 638},
	{"other_connections.server.closed_by_opener", 637},
	{"other_connections.server.closed_by_acceptor", 636},
	{"other_connections.server.closed_by_both", 635},
	{"other_connections.server.closed_by_reset", 634},
	{"other_connections.server.still_open", 633},
	{"other_connections.server.began_before", 632},
	{"other_connections.server.time_wait_made", 631},
	{"other_connections.server.segments", 630},
	{"other_connections.server.resets", 629},
	{"other_connections.server.ports_available", 0},
	{"other_connections.server.ports_peak", 5502},
	{"other_connections.server.time_wait_end", 700},
	{"other_connections.client.attempted", 680},
	{"other_connections.client.opened", 679},
	{"other_connections.client.refused", 668},
	{"other_connections.client.unanswered", 667},
	{"other_connections.client.unsent", 0},
	{"other_connections.client.failed_there", 666},
	{"other_connections.client.accepted", 678},
	{"other_connections.client.closed_by_opener", 677},
	{"other_connections.client.closed_by_acceptor", 676},
	{"other_connections.client.closed_by_both", 675},
	{"other_connections.client.closed_by_reset", 674},
	{"other_connections.client.still_open", 673},
	{"other_connections.client.began_before", 672},
	{"other_connections.client.time_wait_made", 671},
	{"other_connections.client.segments", 670},
	{"other_connections.client.resets", 669},
	{"other_connections.client.ports_available", 0},
	{"other_connections.client.ports_peak", 0},
	{"other_connections.client.time_wait_end", 710},
	{"ports.available", 3000},
	{"ports.peak_in_use", 1100},
	{"ports.held_share", 1100.0 / 3000},
	{"ports.in_use_at_end", 900},
	{"ports.own", 0},
	{"segments_per_connection", 8.08},    /* (1700 + 13 + 1500 + 19) / 400 */
	{"resets_per_connection", 0.0725},    /* (8 + 21) / 400 */
	{"cpu_us_per_connection.server", 65}, /* 26 ms / 400 */
	{"cpu_us_per_connection.client", 80}, /* 33.6 ms / 420 */
	{"server_memory.rss_bytes", 10960000},
	{"server_memory.bytes_per_connection", 15000}, /* 960000 / 64 */
	{"clients[0].connections", 31},
	{"clients[0].attempted", 32},
	{"clients[0].completed", 33},
	{"clients[0].short", 34},
	{"clients[0].reset", 35},
	{"clients[0].timed_out", 36},
	{"clients[0].connect_errors", 37},
	{"clients[0].responses", 38},
	{"clients[0].truncated", 39},
	{"clients[0].refused", 40},
	{"clients[0].unanswered_kept", 41},
	{"clients[0].idle_least_s", 0.042},
	{"clients[0].idle_most_s", 0.043},
	{"clients[0].pauses", 47},
	{"clients[0].pauses_cut", 48},
	{"clients[0].closed_idle", 44},
	{"clients[0].reset_idle", 46},
	{"clients[0].held", 45},
	{"beside.clients[0].connections", 81},
	{"beside.clients[0].attempted", 82},
	{"beside.clients[0].completed", 83},
	{"beside.clients[0].short", 84},
	{"beside.clients[0].reset", 85},
	{"beside.clients[0].timed_out", 86},
	{"beside.clients[0].connect_errors", 87},
	{"beside.clients[0].responses", 88},
	{"beside.clients[0].truncated", 89},
	{"beside.clients[0].refused", 90},
	{"beside.clients[0].unanswered_kept", 91},
	{"beside.clients[0].idle_least_s", 0.092},
	{"beside.clients[0].idle_most_s", 0.093},
	{"beside.clients[0].pauses", 97},
	{"beside.clients[0].pauses_cut", 98},
	{"beside.clients[0].closed_idle", 94},
	{"beside.clients[0].reset_idle", 96},
	{"beside.clients[0].held", 95},
	{"beside.server.held_peak", 18},
	{"beside.server.held_end", 9}, /* 7 + 3 + 4 - 5 */
	{"beside.server.reopened_end", 6},
	{"beside.server.peak.established", 16},
	{"beside.server.peak.last_ack", 4},
	{"beside.server.peak.fin_wait_2_orphaned", 3},
	{"beside.server.peak.orphaned", 5},
	{"beside.server.peak.established_unaccepted", 2},
	{"events[0].at_s", 0.5},
	{"events[0].done_s", 0.6},
	{"events[0].until_s", 2.5},
	{"events[0].lost_before", 0},
	{"events[0].connections[0].connections", 9100},
	{"events[0].connections[0].completed", 9101},
	{"events[0].connections[0].short", 9102},
	{"events[0].connections[0].reset", 9103},
	{"events[0].connections[0].timed_out", 9104},
	{"events[0].connections[0].connect_errors", 9105},
	{"events[0].connections[0].lived_on", 9106},
	{"events[0].connections[1].connections", 9110},
	{"events[0].connections[1].completed", 9111},
	{"events[0].connections[1].short", 9112},
	{"events[0].connections[1].reset", 9113},
	{"events[0].connections[1].timed_out", 9114},
	{"events[0].connections[1].connect_errors", 9115},
	{"events[0].connections[1].lived_on", 9116},
	{"events[0].connections[2].connections", 9120},
	{"events[0].connections[2].completed", 9121},
	{"events[0].connections[2].short", 9122},
	{"events[0].connections[2].reset", 9123},
	{"events[0].connections[2].timed_out", 9124},
	{"events[0].connections[2].connect_errors", 9125},
	{"events[0].connections[2].lived_on", 9126},
	{"events[0].connections[3].connections", 9130},
	{"events[0].connections[3].completed", 9131},
	{"events[0].connections[3].short", 9132},
	{"events[0].connections[3].reset", 9133},
	{"events[0].connections[3].timed_out", 9134},
	{"events[0].connections[3].connect_errors", 9135},
	{"events[0].connections[3].lived_on", 9136},
	{"events[0].connections[4].connections", 9140},
	{"events[0].connections[4].completed", 9141},
	{"events[0].connections[4].short", 9142},
	{"events[0].connections[4].reset", 9143},
	{"events[0].connections[4].timed_out", 9144},
	{"events[0].connections[4].connect_errors", 9145},
	{"events[0].connections[4].lived_on", 9146},
	{"events[0].queued", 9002},
	{"events[0].time_waits", 9003},
	{"events[0].lost", 136845}, /* the sum of 15 */
	{"events[0].reset", 45615},
	{"events[0].unexpected", 9008},
	{"events[0].refused", 9007},
	{"events[0].no_connection_s", 0.02},
	{"events[0].refused_first_s", 0.65},
	{"events[0].refused_last_s", 0.66},
	{"events[0].connected_again_s", 0.67},
	{"events[0].ended_s", 0.61},
	{"events[0].restart.stopped_s", 0.62},
	{"events[0].restart.started_s", 0.63},
	{"events[0].restart.listened_s", 0.64},
	{"events[0].restart.time_waits", 9004},
	{"after_events.lost", 136845},
	{"after_events.reset", 45615},
	{"after_events.unexpected", 9008},
	{"after_events.refused", 9007},
	{"after_events.no_connection_s", 0.02},
	{"wire.frames", 11212},
	{"wire.bytes", 11214},
	{"wire.lost", 11216},
	{"wire.duplicated", 11218},
	{"wire.failed", 3},
	{"wire.waited_share", 0.125},
	{"wire.frames_per_s", 52000.5},
	{"nat.ports_available", 1000},
	{"nat.ports_held_share", 0.625},
	{"nat.time_wait_s", 121},
	{"nat.peak.ports", 625},
	{"nat.peak.open", 7},
	{"nat.peak.closing", 56},
	{"nat.peak.time_wait", 64},
	{"nat.peak.reset", 128},
	{"nat.end.ports", 1000},
	{"nat.end.open", 21},
	{"nat.end.closing", 168},
	{"nat.end.time_wait", 192},
	{"nat.end.reset", 384},
	{"nat.refused", 71},
	{"nat.other_drops", 3},
	{"nat.given_up", 75},
	{"nat.invalid", 76},
	{"nat.older_timestamps", 85},
	{"samples_missed", 5},
	{"sampler_cost_ms", 22},
	{"samples[0].t_s", 0.1},
	{"samples[0].opened", 111},
	{"samples[0].completed", 108},
	{"samples[0].refused", 9011},
	{"samples[0].reset", 9012},
	{"samples[0].server_tw", 40},
	{"samples[0].client_tw", 31},
	{"samples[0].client_open", 61},
	{"samples[0].server_fin_wait2", 14},
	{"samples[0].server_states.established", 510},
	{"samples[0].server_states.established_unaccepted", 511},
	{"samples[0].server_states.fin_wait_1", 512},
	{"samples[0].server_states.fin_wait_2_owned", 513},
	{"samples[0].server_states.fin_wait_2_orphaned", 514},
	{"samples[0].server_states.close_wait_owned", 515},
	{"samples[0].server_states.close_wait_unaccepted", 516},
	{"samples[0].server_states.closing", 517},
	{"samples[0].server_states.last_ack", 518},
	{"samples[0].server_states.orphaned", 519},
	{"samples[0].client_states.last_ack", 521},
	{"samples[0].client_ports", 1100},
	{"samples[0].server_tw_census", 49},
	{"samples[0].client_tw_census", 30},
	{"samples[0].connect_us_p50", 4.5},
	{"samples[0].loader_cpu_s", 0.012},
	{"samples[0].server_cpu_s", 0.009},
	/* Neither a census nor a connection between the two. */
	{"samples[1].t_s", 0.3},
	{"samples[1].opened", 222},
	{"samples[1].completed", 219},
	{"samples[1].refused", 9013},
	{"samples[1].reset", 9014},
	{"samples[1].server_tw", 260},
	{"samples[1].client_tw", 77},
	{"samples[1].client_open", 62},
	{"samples[1].client_ports", 119}, /* 62 + 77 - 20 */
	{"samples[1].loader_cpu_s", 0},
	{"samples[1].server_cpu_s", 0.018},
	{"samples[2].t_s", 2.9},
	{"samples[2].opened", 395},
	{"samples[2].completed", 301},
	{"samples[2].refused", 9015},
	{"samples[2].reset", 9016},
	{"samples[2].server_tw", 255},
	{"samples[2].client_tw", 88},
	{"samples[2].client_open", 63},
	{"samples[2].server_fin_wait2", 12},
	{"samples[2].server_states.established", 490},
	{"samples[2].server_states.established_unaccepted", 491},
	{"samples[2].server_states.fin_wait_1", 492},
	{"samples[2].server_states.fin_wait_2_owned", 493},
	{"samples[2].server_states.fin_wait_2_orphaned", 494},
	{"samples[2].server_states.close_wait_owned", 495},
	{"samples[2].server_states.close_wait_unaccepted", 496},
	{"samples[2].server_states.closing", 497},
	{"samples[2].server_states.last_ack", 498},
	{"samples[2].server_states.orphaned", 499},
	{"samples[2].client_ports", 900},
	{"samples[2].server_tw_census", 251},
	{"samples[2].client_tw_census", 86},
};

static void test_numbers(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	json_t *json = trial_json(&trial);
	all_numbers(json, of_a_trial, sizeof(of_a_trial) / sizeof(of_a_trial[0]));
	json_decref(json);
	load_totals_finish(&trial.totals);
}

/* Known where the packet tap has lost nothing, and has looked at each connection. */
static void test_sent(void **state)
{
	static const struct number wanted[] = {{"taken_bytes", 4065}, {"arrived_bytes", 4066}};
	struct trial trial;
	recorded_trial(&trial);
	json_t *json = trial_json(&trial);
	assert_null(json_object_get(json, "sent"));
	json_decref(json);
	trial.packet_tap.lost = 0;
	json = trial_json(&trial);
	all_numbers(json_object_get(json, "sent"), wanted, sizeof(wanted) / sizeof(wanted[0]));
	json_decref(json);
	trial.packet_tap.counts.arrived.connections--;
	json = trial_json(&trial);
	assert_null(json_object_get(json, "sent"));
	json_decref(json);
	load_totals_finish(&trial.totals);
}

/* They are of what has no loader of ours, and no wire between. */
static void test_handshakes(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	json_t *json = trial_json(&trial);
	assert_null(json_object_get(json, "handshake"));
	json_decref(json);
	load_totals_finish(&trial.totals);
	recorded_wrk(&trial);
	json = trial_json(&trial);
	assert_null(json_object_get(json, "handshake"));
	json_decref(json);
	trial.wire.exists = false;
	json = trial_json(&trial);
	static const struct number wanted[] = {
		{"count", 4704}, {"p50_us", 4705}, {"p99_us", 4706}, {"max_us", 4707}};
	all_numbers(json_object_get(json, "handshake"), wanted, sizeof(wanted) / sizeof(wanted[0]));
	json_decref(json);
	trial.packet_tap.counts.handshakes = (struct handshake_times){.count = 0};
	json = trial_json(&trial);
	assert_null(json_object_get(json, "handshake"));
	json_decref(json);
	load_totals_finish(&trial.totals);
}

/* Of the 105 connections that the server's host accepted, and the two that it opened, packets show
 * 100 of the load. */
static void test_remote(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	trial.before.server.counters = trial.before.client.counters = (struct counters){.tw = 0};
	trial.after.server.counters =
		(struct counters){.passive_opens = 105, .active_opens = 2, .out_rsts = 9};
	trial.after.client.counters = (struct counters){.active_opens = 103};
	trial.packet_tap.counts = (struct first_closer_counts){.connections = 98, .undecided = 2};
	trial.packet_tap.counts.at_server.resets_sent[RESET_OPEN] = 3;
	trial.packet_tap.counts.at_server.resets_answered[RESET_BEHIND_BOTH_FINS] = 1;
	trial.packet_tap.others = (struct other_ends){.forgotten = 0};
	trial.packet_tap.lost = 0;
	trial.totals.established = 100;
	trial.remote = (struct server_end_remote){true, true, -1500, 2500};
	json_t *json = trial_json(&trial);
	static const struct number wanted[] = {{"server_port", 8080}, {"clock_shift_us", -1.5},
		{"clock_bound_us", 2.5}, {"server_others", 7}, {"client_others", 3},
		{"others_share", 0.07}};
	all_numbers(json_object_get(json, "remote"), wanted, sizeof(wanted) / sizeof(wanted[0]));
	assert_true(json_is_true(json_path_at(json, "remote.lost")));
	assert_int_equal(json_integer_value(json_path_at(json, "connections.opened")), 100);
	/* Of nine that its kernel counted. */
	double resets = json_number_value(json_path_at(json, "resets_per_connection"));
	assert_true(resets > 0.0399 && resets < 0.0401);
	json_decref(json);
	load_totals_finish(&trial.totals);
}

/* Without a race there is no idle time; without clients that are not plain there is no list. */
static void test_clients(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	trial.clients[0].kept_unanswered = 0;
	json_t *json = trial_json(&trial);
	const json_t *client = json_array_get(json_object_get(json, "clients"), 0);
	assert_string_equal(json_string_value(json_object_get(client, "behaviour")), "think");
	assert_true(json_is_null(json_object_get(client, "idle_most_s")));
	json_decref(json);
	trial.client_count = trial.beside_count = 0;
	json = trial_json(&trial);
	assert_null(json_object_get(json, "clients"));
	assert_null(json_object_get(json, "beside"));
	json_decref(json);
	load_totals_finish(&trial.totals);
}

static void test_counters_are_of_their_end(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	json_t *json = trial_json(&trial);
	for (size_t i = 0; i < counters_row_count; i++) {
		char path[96];
		snprintf(path, sizeof(path), "counters.server.%s", counters_rows[i].name);
		assert_int_equal(json_integer_value(json_path_at(json, path)),
			*recorded_counter(&trial.after.server.counters, i) -
				*recorded_counter(&trial.before.server.counters, i));
		snprintf(path, sizeof(path), "counters.client.%s", counters_rows[i].name);
		assert_int_equal(json_integer_value(json_path_at(json, path)),
			*recorded_counter(&trial.after.client.counters, i) -
				*recorded_counter(&trial.before.client.counters, i));
	}
	assert_int_equal(
		json_integer_value(json_path_at(json, "counters.server.TCPMigrateReqFailure")),
		7 + 3 * 32);
	assert_int_equal(
		json_object_size(json_path_at(json, "counters.client")), counters_row_count);
	json_decref(json);
	load_totals_finish(&trial.totals);
}

static void test_open_loop(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	trial.load.loop = "open";
	trial.load.arrivals = "poisson";
	trial.load.rate_per_s = 5003;
	trial.totals.late = 71;
	trial.totals.starved = 72;
	trial.totals.missed = 73;
	trial.totals.missed_starved = 74;
	json_t *json = trial_json(&trial);
	static const struct number wanted[] = {{"rate_per_s", 5003},
		{"intended", 493}, /* 420 + 73 */
		{"late", 71}, {"starved", 72}, {"missed", 73}, {"missed_starved", 74}};
	all_numbers(json_object_get(json, "loop"), wanted, sizeof(wanted) / sizeof(wanted[0]));
	text_is(json, "loop.arrivals", "poisson");
	text_is(json, "tls.version", "TLSv1.3");
	text_is(json, "tls.cipher", "TLS_AES_128_GCM_SHA256");
	text_is(json, "tls.key", "EC 256");
	text_is(json, "tls.failure", "bad signature");
	json_decref(json);
	trial.load.rate_per_s = 0;
	trial.load.request_rate_per_s = 5009;
	trial.totals.asked_again = 1000;
	json = trial_json(&trial);
	static const struct number of_requests[] = {{"requests_per_s", 5009},
		{"intended", 1493}, /* 420 + 1000 + 73 */
		{"late", 71}, {"starved", 72}, {"missed", 73}, {"missed_starved", 74}};
	all_numbers(json_object_get(json, "loop"), of_requests,
		sizeof(of_requests) / sizeof(of_requests[0]));
	json_decref(json);
	load_totals_finish(&trial.totals);
}

/* Of a thousand values, 1001 to 2000 ns, the quantile q is the value number 1000 q, rounded up. */
static void test_curve(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	json_t *json = trial_json(&trial), *quantiles = latency_curve_quantiles();
	const json_t *curve = json_path_at(json, "latency_us.total.curve");
	static const struct {
		size_t point;
		double quantile, us;
	} rows[] = {{0, 0, 1.001}, {1, 0.125, 1.125}, {4, 0.5, 1.5}, {5, 0.5625, 1.563},
		{8, 0.75, 1.75}, {40, 1 - 1.0 / 1024, 2}, {60, 1, 2}};
	assert_int_equal(json_array_size(quantiles), 61);
	assert_int_equal(json_array_size(curve), 61);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double q = json_number_value(json_array_get(quantiles, rows[i].point));
		double us = json_number_value(json_array_get(curve, rows[i].point));
		if (!(fabs(q - rows[i].quantile) <= 1e-12 && fabs(us - rows[i].us) <= 1e-9))
			fail_msg("point %zu: %.17g at %.17g", rows[i].point, us, q);
	}
	for (size_t i = 1; i < 61; i++)
		assert_true(json_number_value(json_array_get(quantiles, i)) >
			    json_number_value(json_array_get(quantiles, i - 1)));
	assert_null(json_path_at(json, "latency_us.close"));
	json_decref(quantiles);
	json_decref(json);
	load_totals_finish(&trial.totals);
}

/* Half as many connections as the load's, 200 of 400, go to one place, and 150 of them leave the
 * server a TIME_WAIT; there are 1000 ports. */
static void test_ports_of_a_server_that_connects_on(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	json_t *json = trial_json(&trial);
	assert_null(json_path_at(json, "other_connections.server.runway"));
	assert_null(json_path_at(json, "other_connections.client.runway"));
	json_decref(json);

	trial.time_wait_life.most_s = 62;
	struct network_setting *range = &trial.settings[trial.setting_count++];
	*range = (struct network_setting){.end = TD_SERVER, .value = "10001 11000"};
	snprintf(range->name, sizeof(range->name), "net.ipv4.ip_local_port_range");
	trial.packet_tap.others.server.busiest = (struct destination){
		.to = {{0x0200000a}, 5432, false}, .opened = 200, .time_wait = 150, .even = true};
	json = trial_json(&trial);
	static const struct number wanted[] = {{"ports", 1000}, {"rate_per_s", 60},
		{"held_after_s", 1000 / (60 * 0.75)}, {"lasts_per_s", 1000 / (62 * 0.75)},
		{"slow_from_per_s", 500 / (62 * 0.75)}};
	all_numbers(json_path_at(json, "other_connections.server.runway"), wanted,
		sizeof(wanted) / sizeof(wanted[0]));
	text_is(json, "other_connections.server.runway.to", "10.0.0.2:5432");
	assert_null(json_path_at(json, "other_connections.client.runway"));
	json_decref(json);
	load_totals_finish(&trial.totals);
}

/* Nine are neither seen nor accepted anywhere. */
static void test_connects_that_did_not_leave(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	trial.after.server.counters.active_opens += 9;
	trial.after.client.counters.passive_opens =
		trial.before.client.counters.passive_opens + 678;
	trial.packet_tap.lost = 0;
	/* The first had a SYN in the trial, the second before it. */
	for (uint16_t i = 0; i < 3; i++)
		connecting_places_add(&trial.after.server.others.connecting,
			&(struct tcp_segment_end){{0x0100007f}, 9005 + i, false});
	trial.packet_tap.others.of_server =
		(struct destinations){.list = {{.to = {{0x0100007f}, 9005, false}}}, .count = 1};
	connecting_places_add(&trial.before.server.others.connecting,
		&(struct tcp_segment_end){{0x0100007f}, 9006, false});
	json_t *json = trial_json(&trial);
	assert_int_equal(
		json_integer_value(json_path_at(json, "other_connections.server.unsent")), 9);
	text_is(json, "other_connections.server.unsent_to", "127.0.0.1:9007");
	assert_null(json_path_at(json, "other_connections.client.unsent_to"));
	assert_int_equal(
		json_integer_value(json_path_at(json, "other_connections.client.unsent")), 0);
	text_is(json, "other_connections.server.failed_to", "127.0.0.1:9003");
	text_is(json, "other_connections.client.failed_to", "127.0.0.1:9004");
	json_decref(json);
	load_totals_finish(&trial.totals);
}

/* The second sample has no census. */
static void ports_without_census_are_unknown(struct trial *trial)
{
	json_t *json = trial_json(trial);
	const json_t *samples = json_path_at(json, "samples");
	assert_null(json_object_get(json_array_get(samples, 1), "client_ports"));
	assert_int_equal(
		json_integer_value(json_object_get(json_array_get(samples, 0), "client_ports")),
		1100);
	json_decref(json);
	load_totals_finish(&trial->totals);
}

/* sockstat has IPv4's sockets alone. */
static void test_ports_of_ipv6(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	assert_int_equal(address_parse("[::1]:80", &trial.server.address), 0);
	ports_without_census_are_unknown(&trial);
}

/* A proxy's has those of both of its hops. */
static void test_ports_of_a_proxy(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	trial.load.is_proxy = true;
	ports_without_census_are_unknown(&trial);
}

/* What the packets show of a loader that does not say. */
static void test_handshakes_of_a_third_party(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	trial.totals.tls = (struct load_tls){.handshakes = 0};
	json_t *json = trial_json(&trial);
	static const struct number wanted[] = {
		{"hellos", 4708}, {"hellos_resumed", 2354}, {"resumed_share", 0.5}};
	all_numbers(json_object_get(json, "tls"), wanted, sizeof(wanted) / sizeof(wanted[0]));
	text_is(json, "tls.version", "TLSv1.2");
	assert_int_equal(json_object_size(json_object_get(json, "tls")), 4);
	json_decref(json);
	trial.packet_tap.counts.hellos = (struct server_hellos){.told = 0};
	json = trial_json(&trial);
	assert_null(json_object_get(json, "tls"));
	json_decref(json);
	/* No handshake was completed. */
	trial.totals.tls = (struct load_tls){.failed = 5, .broken = 5, .failure = "no TLS"};
	json = trial_json(&trial);
	static const struct number failed[] = {{"handshakes", 0}, {"resumed", 0}, {"failed", 5},
		{"broken", 5}, {"alerts_sent", 0}, {"alerts_received", 0},
		{"notified_by_client", 0}, {"notified_by_server", 0}, {"truncated", 0}};
	all_numbers(json_object_get(json, "tls"), failed, sizeof(failed) / sizeof(failed[0]));
	text_is(json, "tls.failure", "no TLS");
	assert_null(json_path_at(json, "tls.version"));
	assert_null(json_path_at(json, "tls.resumed_share"));
	json_decref(json);
	load_totals_finish(&trial.totals);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_clients),
		cmocka_unit_test(test_sent),
		cmocka_unit_test(test_handshakes),
		cmocka_unit_test(test_handshakes_of_a_third_party),
		cmocka_unit_test(test_remote),
		cmocka_unit_test(test_counters_are_of_their_end),
		cmocka_unit_test(test_open_loop),
		cmocka_unit_test(test_curve),
		cmocka_unit_test(test_ports_of_a_server_that_connects_on),
		cmocka_unit_test(test_connects_that_did_not_leave),
		cmocka_unit_test(test_ports_of_ipv6),
		cmocka_unit_test(test_ports_of_a_proxy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
