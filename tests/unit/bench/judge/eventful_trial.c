#include "eventful_trial.h"

#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct td_strategy eventful_strategy = {
	.name = "made-up", .first_closer = TD_SERVER, .holder = TD_SERVER};

void close_to(double figure, double wanted, const char *what)
{
	if (!(fabs(figure - wanted) <= 1e-12 * fabs(wanted)))
		fail_msg("%s is %.17g, not %.17g", what, figure, wanted);
}

uint64_t *counter_at(struct counters *counters, size_t row)
{
	return (uint64_t *)((char *)counters + counters_rows[row].offset);
}

void counters_make(struct trial *trial)
{
	for (size_t i = 0; i < counters_row_count; i++) {
		*counter_at(&trial->before.server.counters, i) = 1000 + i;
		*counter_at(&trial->after.server.counters, i) = 1000 + i + 7 + 3 * i;
		*counter_at(&trial->before.client.counters, i) = 5000 + i;
		*counter_at(&trial->after.client.counters, i) = 5000 + i + 11 + 5 * i;
	}
}

static void kernel_make(struct trial *trial)
{
	counters_make(trial);
	CAME(trial, server, passive_opens, 400);
	CAME(trial, server, attempt_fails, 0);
	CAME(trial, client, active_opens, 415);
	CAME(trial, server, tw, 250);
	CAME(trial, server, tw_killed, 30);
	CAME(trial, server, tw_overflow, 5);
	CAME(trial, client, tw, 90);
	CAME(trial, client, tw_killed, 7);
	CAME(trial, client, tw_overflow, 2);
	CAME(trial, server, out_segs, 1700);
	CAME(trial, server, retrans_segs, 13);
	CAME(trial, client, out_segs, 1500);
	CAME(trial, client, retrans_segs, 19);
	CAME(trial, server, out_rsts, 8);
	CAME(trial, client, out_rsts, 21);
}

static void end_make(struct sample_end *end, uint64_t gauge_tw, uint64_t tw, uint64_t fin_wait2,
	uint64_t sockstat_low, uint64_t sockstat_high, uint64_t ports)
{
	end->counters.gauge_tw = gauge_tw;
	end->census.states[TCP_TIME_WAIT] = tw;
	end->census.states[TCP_FIN_WAIT2] = end->census.fin_wait2_in_tw = fin_wait2;
	end->census.ports_in_use = ports;
	end->sockstat_low = sockstat_low;
	end->sockstat_high = sockstat_high;
}

/* Two samples and the reading after the load. sockstat says too few of the server's TIME_WAITs and
 * orphans in FIN_WAIT_2, by 23, 14 and 16, and too many of the client's, by 3 and by 6. */
static void samples_make(struct trial *trial)
{
	static struct sample samples[2];
	memset(samples, 0, sizeof(samples));
	end_make(&samples[0].server, 40, 49, 14, 38, 40, 4001);
	end_make(&samples[1].server, 260, 259, 17, 261, 262, 4003);
	end_make(&trial->after.server, 255, 251, 12, 240, 247, 4002);
	end_make(&samples[0].client, 31, 30, 6, 39, 41, 1100);
	end_make(&samples[1].client, 77, 78, 4, 88, 89, 1000);
	end_make(&trial->after.client, 88, 86, 3, 85, 90, 900);
	for (uint64_t i = 0; i < SOCKET_STATES; i++) {
		samples[0].server.census.by_owner[i] = 400 + i;
		samples[1].server.census.by_owner[i] = 600 + i;
		/* Fewer than enough to leave a doubt about any orphan: see time_wait_made_test.c.
		 */
		trial->after.server.census.by_owner[i] = 95 - 10 * i;
		trial->after.client.census.by_owner[i] = 75 - 7 * i;
	}
	trial->samples = samples;
	trial->sample_count = 2;
}

void eventful(struct trial *trial)
{
	*trial = (struct trial){
		.strategy = &eventful_strategy,
		.load = {.connections = 100},
		.client_addresses = 3,
		.port_low = 2000,
		.port_high = 2999,
		.window_ns = 2500000000,
		.server_end.cpu_ns = 26000000,
		.server_end.rss_before = 10000000,
		.server_end.rss_peak = 10960000,
		.packet_tap = {.counts = {.connections = 199,
				       .server = 190,
				       .client = 9,
				       .undecided = 1,
				       .at_server = {.time_wait = 130},
				       .at_client = {.time_wait = 45}}},
		.totals = {.attempted = 420,
			.window_completed = 300,
			.window_exchanges = 900,
			.connections_peak = 64,
			.cpu_ns = 33600000},
	};
	kernel_make(trial);
	samples_make(trial);
}
