/* Findings of made-up trials: each row is a record, and the findings that it must have. */
#include "bench/findings/findings.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SAMPLES 20
#define PERIOD_NS UINT64_C(100000000)
#define START_NS UINT64_C(5000000000)
#define PORTS 1000

/* What a row says of its trial; zero is an uneventful one of 2 s. */
struct row {
	const char *name;
	const char *wanted; /* the identities, in their order, each with a blank after it */
	enum td_who first_closer;
	uint64_t held_step;              /* client ports held more at each sample */
	uint64_t connect_us[2];          /* while less than half are held, and beyond */
	uint64_t refused_after;          /* sample; 0: never */
	const char *tw_reuse;            /* the client's */
	uint64_t server_skips, overflow; /* at the end */
	double loader_share, server_share;
	uint64_t resets_seen, client_resets;
	bool bytes_missing;
	const char *congestion;            /* the server's */
	uint64_t p99_ms, corrected_p99_ms; /* 0: an open loop, or nothing was measured */
	bool is_third_party;               /* the loader: wrk, of 100 connections */
	bool ended_early;
	uint64_t lost, requests;
	uint64_t client_first, server_first; /* seen by the packet tap */
};

static const struct row rows[] = {
	{.name = "uneventful", .wanted = ""},
	{.name = "cliff", .wanted = "port-parity-cliff ", .held_step = 45, .connect_us = {8, 1800}},
	{.name = "a busy machine is no cliff",
		.wanted = "",
		.held_step = 45,
		.connect_us = {8, 30}},
	{.name = "less than half held", .wanted = "", .held_step = 20, .connect_us = {8, 1800}},
	{.name = "no sample before", .wanted = "", .held_step = 600, .connect_us = {8, 1800}},
	{.name = "exhausted",
		.wanted = "ports-exhausted ",
		.held_step = 50,
		.connect_us = {8, 9},
		.refused_after = 19},
	{.name = "more at once than there are ports",
		.wanted = "ports-exhausted ",
		.held_step = 1,
		.refused_after = 3},
	{.name = "exhausted with reuse",
		.wanted = "reuse-too-young ",
		.refused_after = 5,
		.tw_reuse = "1"},
	{.name = "reuse for loopback only is none",
		.wanted = "ports-exhausted ",
		.refused_after = 5,
		.tw_reuse = "2"},
	{.name = "cap", .wanted = "tw-cap-reached ", .server_skips = 40},
	{.name = "backlog", .wanted = "listen-overflow ", .overflow = 7},
	{.name = "loader busy", .wanted = "loader-bound ", .loader_share = 0.99},
	{.name = "server busy", .wanted = "server-bound ", .server_share = 0.97},
	{.name = "both half busy", .wanted = "", .loader_share = 0.9, .server_share = 0.9},
	{.name = "truncated",
		.wanted = "response-truncated ",
		.resets_seen = 3,
		.bytes_missing = true},
	{.name = "a reset behind the last byte", .wanted = "", .resets_seen = 3},
	{.name = "client resets",
		.wanted = "loader-hides-server-policy ",
		.first_closer = TD_SERVER,
		.client_resets = 100},
	{.name = "resets are the client's policy", .wanted = "", .client_resets = 100},
	{.name = "one reset by accident",
		.wanted = "",
		.first_closer = TD_SERVER,
		.client_resets = 1},
	{.name = "bbr", .wanted = "congestion-control ", .congestion = "bbr"},
	{.name = "cubic", .wanted = "", .congestion = "cubic"},
	{.name = "a stall",
		.wanted = "coordinated-omission ",
		.p99_ms = 2,
		.corrected_p99_ms = 900},
	{.name = "slots waited for ports, not for the server",
		.wanted = "ports-exhausted ",
		.held_step = 50,
		.refused_after = 19,
		.p99_ms = 2,
		.corrected_p99_ms = 900},
	{.name = "no stall", .wanted = "", .p99_ms = 2, .corrected_p99_ms = 2},
	{.name = "wrk lost some",
		.wanted = "loader-lost-connections ",
		.is_third_party = true,
		.lost = 30,
		.requests = 1000},
	{.name = "the builtin loader loses none", .wanted = "", .requests = 1000},
	{.name = "wrk raced",
		.wanted = "loader-races-close ",
		.is_third_party = true,
		.first_closer = TD_SERVER,
		.client_first = 500,
		.server_first = 500},
	{.name = "wrk closed what was open at its end",
		.wanted = "",
		.is_third_party = true,
		.first_closer = TD_SERVER,
		.client_first = 100,
		.server_first = 900},
	{.name = "the client was to close",
		.wanted = "",
		.is_third_party = true,
		.client_first = 500,
		.server_first = 500},
	{.name = "a connection a request",
		.wanted = "latency-without-handshake ",
		.is_third_party = true,
		.requests = 990},
	{.name = "many requests on each", .wanted = "", .is_third_party = true, .requests = 9900},
	{.name = "ended early",
		.wanted = "loader-ended-early ",
		.is_third_party = true,
		.ended_early = true},
};

static struct run_options options = {.client_addresses = 1,
	.threads = 1,
	.server_threads = 1,
	.connections = 100,
	.duration_ns = SAMPLES * PERIOD_NS};
static struct td_strategy strategy = {.name = "made-up"};
static struct sample samples[SAMPLES];

static void setting_add(struct trial *trial, enum td_who end, const char *name, const char *value)
{
	struct network_setting *s = &trial->settings[trial->setting_count++];
	s->end = end;
	snprintf(s->name, sizeof(s->name), "%s", name);
	snprintf(s->value, sizeof(s->value), "%s", value);
}

static void samples_make(const struct row *row)
{
	memset(samples, 0, sizeof(samples));
	for (uint64_t i = 0; i < SAMPLES; i++) {
		struct sample *s = &samples[i];
		uint64_t held = i * row->held_step < PORTS ? i * row->held_step : PORTS;
		uint64_t ms = i * PERIOD_NS / 1000000;
		s->at_ns = START_NS + i * PERIOD_NS;
		s->client.counters.gauge_tw = held;
		s->client.counters.active_opens = i > 0 ? 100 : 0;
		s->server.counters.listen_overflows = i >= 10 ? row->overflow : 0;
		s->server.counters.tw_overflow = i >= 10 ? row->server_skips : 0;
		s->client.counters.out_rsts = i >= 2 ? row->client_resets : 0;
		s->progress.completed = 100 * i;
		s->census_fresh = true;
		s->client.counters.gauge_inuse = i < 10 ? 100 : 100 - row->lost;
		s->progress.connect_p50_ns = 1000 * row->connect_us[2 * held > PORTS];
		s->progress.loader_cpu_ns = (uint64_t)(row->loader_share * 1e6 * (double)ms);
		s->progress.server_cpu_ns = (uint64_t)(row->server_share * 1e6 * (double)ms);
	}
}

static void trial_make(struct trial *trial, const struct row *row)
{
	memset(trial, 0, sizeof(*trial));
	samples_make(row);
	strategy.first_closer = row->first_closer ? row->first_closer : TD_CLIENT;
	trial->spec = (struct trial_spec){.options = &options, .strategy = &strategy};
	trial->port_low = 1;
	trial->port_high = PORTS;
	trial->started_ns = START_NS;
	trial->window_ns = SAMPLES * PERIOD_NS;
	trial->samples = samples;
	trial->sample_count = SAMPLES;
	trial->after = samples[SAMPLES - 1];
	trial->after.at_ns += PERIOD_NS;
	trial->after.server.counters.passive_opens = 1000;
	trial->tally.attempted = 1000;
	trial->tally.outcomes[OUTCOME_RESET] = row->resets_seen;
	trial->tally.first_ns[OUTCOME_RESET] = row->resets_seen ? START_NS + PERIOD_NS : 0;
	trial->tally.bytes_promised = 128000;
	trial->tally.bytes_received = row->bytes_missing ? 127000 : 128000;
	if (row->refused_after) {
		trial->tally.connect_errors[EADDRNOTAVAIL] = 12;
		trial->tally.outcomes[OUTCOME_CONNECT_ERROR] = 12;
		trial->tally.first_ns[OUTCOME_CONNECT_ERROR] = samples[row->refused_after].at_ns;
	}
	setting_add(trial, TD_SERVER, "net.ipv4.tcp_max_tw_buckets", "600");
	if (row->tw_reuse)
		setting_add(trial, TD_CLIENT, "net.ipv4.tcp_tw_reuse", row->tw_reuse);
	if (row->congestion)
		setting_add(trial, TD_SERVER, "net.ipv4.tcp_congestion_control", row->congestion);
}

static void latency_make(struct trial *trial, enum latency kind, uint64_t ms)
{
	trial->tally.latencies[kind] = histogram_create();
	if (ms > 0)
		histogram_record(trial->tally.latencies[kind], ms * 1000000);
}

static void third_party_make(struct trial *trial, const struct row *row)
{
	trial->packet_tap.share = 1;
	trial->packet_tap.counts.client = row->client_first;
	trial->packet_tap.counts.server = row->server_first;
	trial->packet_tap.counts.connections = row->client_first + row->server_first;
	trial->third_party = (struct third_party_report){
		.is_third_party = row->is_third_party,
		.is_wrk = row->is_third_party,
		.stopped = !row->ended_early,
		.ran_ns = SAMPLES * PERIOD_NS / (row->ended_early ? 2 : 1),
		.wrk = {.requests = row->requests, .latency_us = {[WRK_MEAN] = 1000}},
	};
	if (row->is_third_party)
		trial->third_party.wrk.errors[WRK_CONNECT] = row->lost;
}

static struct findings findings_make(const struct row *row)
{
	struct trial trial;
	trial_make(&trial, row);
	latency_make(&trial, LATENCY_TOTAL, row->p99_ms);
	latency_make(&trial, LATENCY_CORRECTED, row->corrected_p99_ms);
	third_party_make(&trial, row);
	struct figures figures = figures_of(&trial);
	struct findings findings = findings_of(&trial, &figures);
	tally_finish(&trial.tally);
	return findings;
}

static void test_each_record_has_its_findings(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct findings findings = findings_make(&rows[i]);
		char ids[512] = "";
		for (size_t f = 0; f < findings.count; f++) {
			strcat(ids, findings.list[f].id);
			strcat(ids, " ");
		}
		if (strcmp(ids, rows[i].wanted) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", rows[i].name, ids, rows[i].wanted);
	}
}

static const struct row *row_named(const char *name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	fail_msg("no row %s", name);
	return NULL;
}

static void test_numbers(void **state)
{
	static const struct {
		const char *row, *field;
		double number;
	} numbers[] = {
		/* 45 × 12 is the first beyond 500; the sample after it is wholly beyond. */
		{"wrk lost some", "t_s", 1},
		{"wrk lost some", "connect_failures", 30},
		{"wrk lost some", "open", 70},
		{"wrk raced", "client_first", 500},
		{"a connection a request", "connection_us_mean", 200000},
		{"a connection a request", "latency_us_mean", 1000},
		{"ended early", "t_s", 1},
		{"cliff", "t_s", 1.3},
		{"cliff", "connect_us_p50_before", 8},
		{"cliff", "connect_us_p50_after", 1800},
		{"cliff", "samples_before", 11},
		{"cliff", "samples_after", 7},
		{"cliff", "rate_per_s_before", 1000},
		{"cliff", "ports_available", PORTS},
		{"exhausted", "t_s", 1.9},
		{"exhausted", "refused", 12},
		{"exhausted", "lasting_rate_per_s", PORTS / 60.0},
		{"more at once than there are ports", "connections", 100},
		{"more at once than there are ports", "ports_available", PORTS},
		{"exhausted with reuse", "t_s", 0.5},
		{"exhausted with reuse", "delay_ms", 1000},
		{"exhausted with reuse", "lasting_rate_per_s", PORTS},
		{"cap", "t_s", 1},
		{"cap", "skipped", 40},
		{"cap", "lasting_rate_per_s", 10},
		{"backlog", "t_s", 1},
		{"backlog", "overflows", 7},
		{"loader busy", "cpu_share_median", 0.99},
		{"server busy", "samples_full", SAMPLES - 1},
		{"truncated", "t_s", 0.1},
		{"truncated", "bytes_missing", 1000},
		{"client resets", "t_s", 0.2},
		{"client resets", "resets", 100},
		{"a stall", "total_us_p99", 2000},
		{"a stall", "total_corrected_us_p99", 900000},
	};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct findings findings = findings_make(row_named(numbers[i].row));
		const struct finding *finding = &findings.list[0];
		size_t f = 0;
		while (f < finding->field_count &&
			strcmp(finding->fields[f].name, numbers[i].field) != 0)
			f++;
		if (f == finding->field_count)
			fail_msg("%s has no %s", numbers[i].row, numbers[i].field);
		double off = finding->fields[f].number - numbers[i].number;
		if (off > 1e-6 || off < -1e-6)
			fail_msg("%s: %s is %f, not %f", numbers[i].row, numbers[i].field,
				finding->fields[f].number, numbers[i].number);
	}
}

static void test_a_text_is_whole(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct findings findings = findings_make(&rows[i]);
		for (size_t f = 0; f < findings.count; f++)
			assert_in_range(strlen(findings.list[f].text), 80,
				sizeof(findings.list[f].text) - 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_record_has_its_findings),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_a_text_is_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
