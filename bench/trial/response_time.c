#include "bench/trial/response_time.h"

#include "bench/options/third_party.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

/* How many connections of a closed loop receive at the same time. */
static uint64_t at_once(const struct run_options *options)
{
	bool is_few = options->total && options->total < options->connections;
	return is_few ? options->total : options->connections;
}

double response_time_needs(const struct run_options *options)
{
	/* A body that was sent comes back (consistency.c). */
	double bytes = (double)options->response_bytes + (double)options->request_bytes;
	double alone = bytes * 1e9 / (double)options->timeout_ns;
	if (options->server_command || third_party_make_load(options))
		return 0;
	if (options->rate)
		return fmax(alone, bytes * (double)options->rate);
	return alone * (double)at_once(options);
}

double response_time_most(const struct run_options *options, double one_bytes_per_s)
{
	double threads = fmin((double)options->threads, (double)options->server_threads);
	return one_bytes_per_s * threads;
}

const char *response_time_warn(
	const struct run_options *options, double one_bytes_per_s, char *text, size_t size)
{
	double needed = response_time_needs(options);
	double most = response_time_most(options, one_bytes_per_s);
	*text = '\0';
	if (needed <= most)
		return text;
	int used = snprintf(text, size, "responses of %" PRIu64 " bytes ", options->response_bytes);
	if (options->rate)
		used += snprintf(
			text + used, size - (size_t)used, "at %" PRIu64 "/s", options->rate);
	else
		used += snprintf(text + used, size - (size_t)used,
			"on %" PRIu64 " connections at once", at_once(options));
	snprintf(text + used, size - (size_t)used,
		" need %.3g GB/s to arrive within --timeout (%.3g s); this host was just seen to "
		"carry %.2g GB/s: %s",
		needed / 1e9, (double)options->timeout_ns / 1e9, most / 1e9,
		options->rate
			? "they pile up until they time out or starts are missed (a lower --rate)"
			: "some will time out (fewer --connections, a longer --timeout)");
	return text;
}
