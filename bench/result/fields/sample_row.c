#include "bench/result/fields/sample_row.h"

#include <math.h>
#include <netinet/tcp.h>

/* What the census shows stands only in the samples in which it was taken. */
static void census_show(struct sample_row *row, const struct sample *sample)
{
	const struct diag_census *server = &sample->server.census, *client = &sample->client.census;
	bool fresh = sample->census_fresh, server_fresh = fresh && !sample->server.is_unknown;
	row->server_fin_wait2 = server_fresh ? (double)server->states[TCP_FIN_WAIT2] : NAN;
	row->client_ports = fresh ? (double)client->ports_in_use : row->client_ports;
	row->server_tw_census = server_fresh ? (double)server->states[TCP_TIME_WAIT] : NAN;
	row->client_tw_census = fresh ? (double)client->states[TCP_TIME_WAIT] : NAN;
}

static void progress_take(struct sample_row *row, const struct sample *sample)
{
	const struct sample_progress *progress = &sample->progress;
	bool asked = progress->loader_cpu_ns || progress->server_cpu_ns;
	row->connect_us_p50 =
		progress->connect_p50_ns ? (double)progress->connect_p50_ns / 1e3 : NAN;
	row->loader_cpu_s = asked ? (double)progress->loader_cpu_ns / 1e9 : NAN;
	row->server_cpu_s =
		asked && !sample->server.is_unknown ? (double)progress->server_cpu_ns / 1e9 : NAN;
}

/* Without a census: of one destination each socket has a port of its own, so the sockets of the
 * client are its ports, but for those of other connections as the latest census had them. Only
 * IPv4's stand in sockstat, and a proxy's has those of both of its hops. */
static double ports_by_sockstat(const struct trial *trial, const struct sample_end *client)
{
	double sockets = (double)(client->counters.gauge_inuse + client->counters.gauge_tw);
	if (address_family(&trial->server.address) == AF_INET6 || trial->load.is_proxy)
		return NAN;
	return fmax(0, sockets - (double)client->others.ports_in_use);
}

/* The kernel counts what the server's listeners accept of other connections, too. */
static double opened_by(const struct trial *trial, const struct sample *sample)
{
	if (sample->server.is_unknown)
		return NAN;
	double opened = (double)(sample->server.counters.passive_opens -
				 trial->before.server.counters.passive_opens);
	return fmax(0, opened - (double)sample->others_accepted);
}

static double counted_by_loader(const struct trial *trial, uint64_t count)
{
	return trial->load.is_third_party ? NAN : (double)count;
}

struct sample_row sample_row(const struct trial *trial, const struct sample *sample)
{
	const struct counters *server = &sample->server.counters;
	const struct counters *client = &sample->client.counters;
	struct sample_row row = {
		.t_s = ((double)sample->at_ns - (double)trial->started_ns) / 1e9,
		.opened = opened_by(trial, sample),
		.completed = counted_by_loader(trial, sample->progress.completed),
		.refused = counted_by_loader(trial, sample->progress.refused),
		.reset = counted_by_loader(trial, sample->progress.reset),
		.server_tw = sample->server.is_unknown ? NAN : (double)server->gauge_tw,
		.client_tw = (double)client->gauge_tw,
		.client_open = (double)client->gauge_inuse,
		.client_ports = ports_by_sockstat(trial, &sample->client),
	};
	census_show(&row, sample);
	progress_take(&row, sample);
	return row;
}
