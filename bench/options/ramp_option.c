#include "bench/options/ramp_option.h"

#include "common/clock.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_MAX_LENGTH 31
#define RATE_MOST 10000000
/* Shorter parts than 50 ms hold what a busy machine does, not what the server does. */
#define DURATION_LEAST_NS (1 * NS_PER_S)

static int range_parse(struct ramp *ramp, const char *text, struct error *error)
{
	char first[NUMBER_MAX_LENGTH + 1];
	const char *dots = strstr(text, "..");
	size_t length = dots ? (size_t)(dots - text) : 0;
	snprintf(first, sizeof(first), "%.*s", (int)length, text);
	if (length == 0 || length > NUMBER_MAX_LENGTH ||
		options_parse_count(first, &ramp->first_per_s) == -1 ||
		options_parse_count(dots + 2, &ramp->last_per_s) == -1)
		return error_set(error, STATUS_USAGE,
			"--ramp %s: must be LO..HI connections a second, such as 100..2k", text);
	if (ramp->first_per_s == 0 || ramp->last_per_s > RATE_MOST)
		return error_set(error, STATUS_USAGE, "--ramp %s: rates are 1 to %d a second", text,
			RATE_MOST);
	if (ramp->first_per_s >= ramp->last_per_s)
		return error_set(error, STATUS_USAGE,
			"--ramp %s: the rate rises, so HI must be above LO; one rate is --rate",
			text);
	return 0;
}

int ramp_option_check(struct run_options *options, struct error *error)
{
	const struct {
		bool asked;
		const char *refusal;
	} rows[] = {
		{options->rate > 0, "--rate is one rate, --ramp one that rises: give one of them"},
		{options->request_rate > 0, "--ramp is of connections, --request-rate of requests: "
					    "give one of them"},
		{options->total > 0, "--total ends a trial before the rate of --ramp has risen: "
				     "give --duration"},
		{options->warmup_ns > 0, "--warmup and --ramp: the ramp begins at its lowest rate, "
					 "which is its warm-up"},
		{options->duration_ns < DURATION_LEAST_NS,
			"--ramp: has 20 parts, and so needs a --duration of 1s or more"},
		{options->matrix, "--matrix plays a few connections at no rate; not with --ramp"},
		{options->sweep, "--sweep plays each value at one rate, and --ramp goes through "
				 "rates by itself: give one of them"},
	};
	if (!options->ramp)
		return 0;
	if (range_parse(&options->rising, options->ramp, error) == -1)
		return -1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].asked)
			return error_set(error, STATUS_USAGE, "%s", rows[i].refusal);
	options->rising.rises_ns = options->duration_ns;
	return 0;
}
