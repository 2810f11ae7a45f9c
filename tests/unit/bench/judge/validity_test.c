/* Validity of made-up trials: an uneventful one is valid, and one thing that went wrong is one
 * reason. */
#include "bench/judge/figures.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CONNECTIONS 1000

static const struct td_strategy strategy = {
	.name = "made-up", .first_closer = TD_SERVER, .holder = TD_SERVER};

/* The server closed first, 1,000 times, and holds as many TIME_WAITs. */
static void trial_make(struct trial *trial)
{
	*trial = (struct trial){.spec = {.strategy = &strategy},
		.client_addresses = 1,
		.port_low = 1,
		.port_high = 10000,
		.window_ns = 1000000000,
		.packet_tap = {.counts = {.connections = CONNECTIONS, .server = CONNECTIONS}}};
	trial->tally.attempted = trial->tally.outcomes[OUTCOME_COMPLETED] = CONNECTIONS;
	trial->tally.bytes_promised = trial->tally.bytes_received = 128 * CONNECTIONS;
	struct sample_end *server = &trial->after.server;
	server->counters.passive_opens = server->counters.tw = CONNECTIONS;
	server->counters.gauge_tw = server->sockstat_low = server->sockstat_high = CONNECTIONS;
	server->census.states[TCP_TIME_WAIT] = CONNECTIONS;
}

static void nothing(struct trial *trial)
{
}

static void crossed(struct trial *trial)
{
	trial->packet_tap.counts.server = 0;
	trial->packet_tap.counts.both = CONNECTIONS;
}

/* By chance, where there are few. */
static void none_looked_at(struct trial *trial)
{
	trial->packet_tap = (struct packet_tap_report){.share = 8};
}

static void held_by_nobody(struct trial *trial)
{
	trial->after.server.counters.tw = 0;
	trial->after.server.counters.out_rsts = CONNECTIONS;
}

static void short_of_bytes(struct trial *trial)
{
	trial->tally.bytes_received--;
}

static void not_accounted_for(struct trial *trial)
{
	trial->tally.attempted++;
}

static void refused_ports(struct trial *trial)
{
	trial->tally.attempted++;
	trial->tally.outcomes[OUTCOME_CONNECT_ERROR]++;
	trial->tally.connect_errors[EADDRNOTAVAIL]++;
}

static void few_late(struct trial *trial)
{
	trial->tally.late = 10;
}

static void many_late(struct trial *trial)
{
	trial->tally.late = 11;
}

static void starved(struct trial *trial)
{
	trial->tally.late = trial->tally.starved = 20;
}

/* 11 of 1,011. */
static void missed(struct trial *trial)
{
	trial->tally.missed = 11;
}

static void counts_differ(struct trial *trial)
{
	trial->after.server.sockstat_low = trial->after.server.sockstat_high = CONNECTIONS - 3;
}

/* sock_diag does not tell which FIN_WAIT_2 sockstat has among its TIME_WAITs. */
static void orphans_may_be_either(struct trial *trial)
{
	trial->after.server.counters.tw += 5;
	trial->after.server.census.states[TCP_FIN_WAIT2] = 5;
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

static void skipped_at_the_cap(struct trial *trial)
{
	trial->after.server.counters.tw_overflow = 1;
}

static void sent_again(struct trial *trial)
{
	trial->after.client.counters.syn_retrans = 2;
}

static void one_sample_missed(struct trial *trial)
{
	trial->samples_missed = 1;
}

static void samples_missed(struct trial *trial)
{
	trial->samples_missed = 2;
}

static const struct {
	void (*happens)(struct trial *trial);
	const char *reason; /* NULL: valid */
} rows[] = {
	{nothing, NULL},
	{crossed, "first closer is both, declared server"},
	{none_looked_at,
		"first closer is unknown: of 1000 connections none was looked at, as 1 in 8 is "
		"(--total: of few, all are)"},
	{held_by_nobody, "holder is none, declared server"},
	{short_of_bytes, "128000 response bytes promised, 127999 received"},
	{not_accounted_for, "the loader's books do not balance"},
	{refused_ports, "1 times EADDRNOTAVAIL from connect()"},
	{few_late, NULL},
	{many_late, "of 1000 starts 11 were late by 1 ms or more and 0 were missed: the loader did "
		    "not keep up (--threads, a lower --rate)"},
	{starved,
		"of 1000 starts 20 were late by 1 ms or more and 0 were missed: every slot was in "
		"use (--connections)"},
	{missed, "of 1011 starts 0 were late by 1 ms or more and 11 were missed: the loader did "
		 "not keep up (--threads, a lower --rate)"},
	{counts_differ, "3 TIME_WAITs by which sock_diag and sockstat disagree"},
	{orphans_may_be_either, NULL},
	{counts_differ_in_between, "1 TIME_WAITs by which sock_diag and sockstat disagree"},
	{skipped_at_the_cap, "1 TIME_WAITs skipped at tcp_max_tw_buckets (TCPTimeWaitOverflow)"},
	{sent_again, "2 SYNs sent again (TCPSynRetrans)"},
	{one_sample_missed, NULL},
	{samples_missed, "2 of 2 samples missed"},
};

static void each_has_its_reason(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial trial;
		trial_make(&trial);
		rows[i].happens(&trial);
		struct figures figures = figures_of(&trial);
		struct reasons reasons = figures_invalid_because(&trial, &figures);
		const char *got = reasons.count ? reasons.text[0] : NULL;
		if (reasons.count > 1 || !got != !rows[i].reason ||
			(got && strcmp(got, rows[i].reason) != 0))
			fail_msg("row %zu: %zu reasons, \"%s\", not \"%s\"", i, reasons.count,
				got ? got : "", rows[i].reason ? rows[i].reason : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_has_its_reason)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
