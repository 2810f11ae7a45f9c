#include "bench/options/consistency.h"

#include "bench/load/batch.h"
#include "bench/network/settings.h"
#include "bench/options/beside.h"
#include "bench/options/client_end.h"
#include "bench/options/clients.h"
#include "bench/options/events.h"
#include "bench/options/factor.h"
#include "bench/options/family.h"
#include "bench/options/nat_options.h"
#include "bench/options/port_range.h"
#include "bench/options/proxy.h"
#include "bench/options/ramp_option.h"
#include "bench/options/strategies.h"
#include "bench/options/third_party.h"
#include "bench/options/tls_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Descriptors that are not connections: namespaces, netlink, counters, pipes. */
#define DESCRIPTORS_RESERVED 128
#define CONNECTIONS_OPEN_LOOP 10000

/* Replaces each chosen strategy by a copy, whose client's end is as asked for. */
static int client_ends_apply(struct run_options *options, struct error *error)
{
	bool reset = false, met = false;
	if (client_end_parse_close(options->client_close, &reset, error) == -1)
		return -1;
	for (size_t i = 0; i < options->chosen_count; i++) {
		struct td_strategy *own = &options->effective[i];
		*own = *options->chosen[i];
		options->chosen[i] = own;
		if (options->server_command)
			own->name = options->server_label;
		if (client_end_parse_source(options->source_port, &own->source_port, error) == -1)
			return -1;
		met |= client_end_is_open(own);
		if (reset && client_end_is_open(own))
			client_end_set_reset(own);
	}
	if (options->client_close && !met)
		return error_set(error, STATUS_USAGE,
			"--client-close %s: each of these strategies declares how its client "
			"closes",
			options->client_close);
	return 0;
}

/* The loader and the server are two processes: each needs one descriptor for each connection. */
static int descriptors_check(const struct run_options *options, struct error *error)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return error_set_errno(error, STATUS_FAILED, "getrlimit");
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	uint64_t beside = beside_connections(options);
	char added[60] = "";
	if (beside > 0)
		snprintf(added, sizeof(added), " and %llu of --beside", (unsigned long long)beside);
	if (options->connections + beside + DESCRIPTORS_RESERVED > limit.rlim_max)
		return error_set(error, STATUS_USAGE,
			"--connections %llu%s: the limit of open descriptors (ulimit -Hn) is %llu, "
			"which leaves room for %llu",
			(unsigned long long)options->connections, added,
			(unsigned long long)limit.rlim_max,
			(unsigned long long)(limit.rlim_max > DESCRIPTORS_RESERVED
						     ? limit.rlim_max - DESCRIPTORS_RESERVED
						     : 0));
	return 0;
}

static int arrivals_parse(struct run_options *options, struct error *error)
{
	bool fixed = strcmp(options->arrivals, "fixed") == 0;
	if (!fixed && strcmp(options->arrivals, "poisson") != 0)
		return error_set(error, STATUS_USAGE, "--arrivals %s: must be fixed or poisson",
			options->arrivals);
	bool is_open = options->rate || options->request_rate || options->ramp;
	if (!fixed && !is_open)
		return error_set(error, STATUS_USAGE,
			"--arrivals %s: needs --rate, --ramp or --request-rate; a closed loop has "
			"no schedule",
			options->arrivals);
	if (is_open && options->connect_batch != BATCH_USUAL)
		return error_set(error, STATUS_USAGE,
			"--connect-batch %llu: is for a closed loop; in an open one (--rate, "
			"--ramp) each sends at once",
			(unsigned long long)options->connect_batch);
	if (options->rate && options->request_rate)
		return error_set(error, STATUS_USAGE,
			"--rate is of connections, --request-rate of requests: give one of them");
	if (options->request_rate && options->total)
		return error_set(error, STATUS_USAGE,
			"--total counts connections, and with --request-rate how many there are "
			"follows from the requests: give --duration");
	if (is_open)
		options->arrives = fixed ? ARRIVALS_FIXED : ARRIVALS_POISSON;
	return 0;
}

uint64_t run_options_open_loop_connections(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 ||
		limit.rlim_max >= CONNECTIONS_OPEN_LOOP + DESCRIPTORS_RESERVED)
		return CONNECTIONS_OPEN_LOOP;
	return limit.rlim_max > DESCRIPTORS_RESERVED ? limit.rlim_max - DESCRIPTORS_RESERVED : 1;
}

static int headers_check(const struct run_options *options, struct error *error)
{
	for (size_t i = 0; i < options->headers.count; i++) {
		const char *header = options->headers.items[i];
		const char *colon = strchr(header, ':');
		if (!colon || colon == header || strpbrk(header, "\r\n"))
			return error_set(error, STATUS_USAGE,
				"--header '%s': must be 'Name: value'", header);
	}
	return 0;
}

static int expect_check(struct run_options *options, struct error *error)
{
	const char *text = options->expect;
	if (text && !expected_status_parse(&options->expected, text))
		return error_set(error, STATUS_USAGE,
			"--expect %s: must be a status such as 413, or a class such as 4xx, from "
			"200 to 599",
			text);
	return 0;
}

static bool is_stdout(const char *path)
{
	return path && strcmp(path, "-") == 0;
}

/* What is said, and where. */
static int output_check(const struct run_options *options, struct error *error)
{
	if (options->quiet && options->verbose)
		return error_set(error, STATUS_USAGE, "--quiet and --verbose: give one of them");
	if (is_stdout(options->json) && is_stdout(options->csv))
		return error_set(error, STATUS_USAGE,
			"--json - and --csv -: stdout has room for one of them");
	return 0;
}

static int own_server_check(const struct run_options *options, struct error *error)
{
	if (options->server_command && (options->max_body > 0 || options->keep_alive_ns > 0))
		return error_set(error, STATUS_USAGE,
			"--%s is teardown-server's: what --server-command starts has settings of "
			"its own",
			options->max_body > 0 ? "max-body" : "keep-alive");
	return 0;
}

static int ladders_check(const struct run_options *options, struct error *error)
{
	if (options->ladders && third_party_make_load(options))
		return error_set(error, STATUS_USAGE,
			"--ladders plays one connection, which the builtin loader makes: not with "
			"--loader or --loader-command");
	return 0;
}

/* A twin that is done leaves the processors to the other one, which a window in time prevents. */
int run_options_check_twins(const struct run_options *options, struct error *error)
{
	if (options->twins && options->factor && options->chosen_count != 1)
		return error_set(error, STATUS_USAGE,
			"--twins with %s plays one strategy in both ways at the same time, and "
			"here are %zu: --strategies A",
			factor_option_text(options), options->chosen_count);
	if (options->twins && run_rows_count(options) != 2)
		return error_set(error, STATUS_USAGE,
			"--twins plays two strategies at the same time, and here %s %zu: "
			"--strategies A,B",
			options->chosen_count == 1 ? "is" : "are", options->chosen_count);
	if (options->twins && options->total)
		return error_set(error, STATUS_USAGE,
			"--twins and --total: a twin that is done leaves the processors to the "
			"other; give --duration");
	return 0;
}

bool run_options_own_stdout(const struct run_options *options)
{
	return is_stdout(options->json) || is_stdout(options->csv);
}

int run_options_check(struct run_options *options, struct error *error)
{
	if (output_check(options, error) == -1)
		return -1;
	if (options->threads > options->connections)
		return error_set(error, STATUS_USAGE,
			"--threads %llu: there are only %llu connections to share",
			(unsigned long long)options->threads,
			(unsigned long long)options->connections);
	if (own_server_check(options, error) == -1 || third_party_check(options, error) == -1 ||
		tls_options_check(options, error) == -1 || ladders_check(options, error) == -1 ||
		strategies_choose(options, error) == -1 ||
		client_ends_apply(options, error) == -1 ||
		port_range_parse("port-range", options->port_range, &options->port_low,
			&options->port_high, error) == -1 ||
		headers_check(options, error) == -1 || expect_check(options, error) == -1 ||
		ramp_option_check(options, error) == -1 || arrivals_parse(options, error) == -1 ||
		beside_parse(options, error) == -1 || clients_parse(options, error) == -1 ||
		descriptors_check(options, error) == -1)
		return -1;
	for (size_t i = 0; i < options->sysctls.count; i++)
		if (settings_parse(options->sysctls.items[i], &options->settings[i], error) == -1)
			return -1;
	if (family_parse(options, error) == -1 || proxy_check(options, error) == -1 ||
		nat_options_check(options, error) == -1 || events_parse(options, error) == -1)
		return -1;
	for (size_t i = 0; i < options->chosen_count && strategies_are_named(options); i++)
		if (strategies_check_settings(options, options->chosen[i], error) == -1 ||
			strategies_check_loader(options, options->chosen[i], error) == -1)
			return -1;
	if (options->request_bytes)
		options->response_bytes = options->request_bytes;
	return 0;
}
