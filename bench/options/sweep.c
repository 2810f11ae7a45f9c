#include "bench/options/sweep.h"

#include "common/clock.h"
#include "common/options.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_LENGTH 32
#define NUMBER_MAX_LENGTH 31
/* Of a sweep of pauses: each client pauses once, between two requests. */
#define THINK_REQUESTS 2

static const struct sweepable {
	const char *option;
	bool is_time;
} sweepables[] = {
	{"think", true},
	{"keep-alive", true},
	{"rtt", true},
	{"rate", false},
	{"request-rate", false},
	{"connections", false},
	{"requests-per-connection", false},
	{"request-bytes", false},
	{"response-bytes", false},
};
#define SWEEPABLES (sizeof(sweepables) / sizeof(sweepables[0]))

static const struct sweepable *sweepable_find(const char *text, size_t length, struct error *error)
{
	const char *names[SWEEPABLES];
	char name[NAME_MAX_LENGTH];
	snprintf(name, sizeof(name), "%.*s", (int)length, text);
	for (size_t i = 0; i < SWEEPABLES; i++) {
		names[i] = sweepables[i].option;
		if (strcmp(name, names[i]) == 0)
			return &sweepables[i];
	}
	const char *near = options_nearest(name, names, SWEEPABLES);
	error_set(error, STATUS_USAGE, "--sweep %s: cannot sweep \"%s\"%s%s%s", text, name,
		near ? "; did you mean " : ", but think, keep-alive, rate and others",
		near ? near : "", near ? "?" : "");
	return NULL;
}

static const struct sweepable *option_of(const char *text, struct error *error)
{
	const char *equals = strchr(text, '=');
	if (equals && equals > text && equals[1])
		return sweepable_find(text, (size_t)(equals - text), error);
	error_set(error, STATUS_USAGE,
		"--sweep %s: must be OPTION=LO..HI/STEP such as think=4s..6s/0.1s, or OPTION=A,B,C",
		text);
	return NULL;
}

int sweep_prepare(
	struct run_options *options, const struct options_given *given, struct error *error)
{
	const struct sweepable *swept = option_of(options->sweep, error);
	if (!swept)
		return -1;
	if (options_given_has(given, swept->option))
		return error_set(error, STATUS_USAGE,
			"--%s and --sweep %s: a sweep gives that option its values", swept->option,
			options->sweep);
	bool is_of_pauses =
		strcmp(swept->option, "think") == 0 || strcmp(swept->option, "keep-alive") == 0;
	if (!is_of_pauses)
		return 0;
	if (!options->clients && !options->beside)
		options->clients = "think";
	if (!options_given_has(given, "total") && !options_given_has(given, "duration"))
		options->total = options->connections;
	if (!options_given_has(given, "requests-per-connection"))
		options->requests_per_connection = THINK_REQUESTS;
	return 0;
}

/* A number that ends before `end`. Returns 0 or -1. */
static int number_parse(
	const struct sweep *sweep, const char *from, const char *end, uint64_t *value)
{
	char text[NUMBER_MAX_LENGTH + 1];
	size_t length = (size_t)(end - from);
	if (length == 0 || length > NUMBER_MAX_LENGTH)
		return -1;
	snprintf(text, sizeof(text), "%.*s", (int)length, from);
	return sweep->is_time ? options_parse_duration(text, value)
			      : options_parse_count(text, value);
}

static int range_parse(
	struct sweep *sweep, const char *text, const char *values, struct error *error)
{
	uint64_t low, high, step;
	const char *dots = strstr(values, ".."), *slash = strrchr(values, '/');
	if (!slash || slash < dots || number_parse(sweep, values, dots, &low) == -1 ||
		number_parse(sweep, dots + 2, slash, &high) == -1 ||
		number_parse(sweep, slash + 1, slash + strlen(slash), &step) == -1 || step == 0)
		return error_set(error, STATUS_USAGE, "--sweep %s: must be LO..HI/STEP, such as %s",
			text, sweep->is_time ? "4s..6s/0.1s" : "1k..5k/500");
	if (low > high)
		return error_set(error, STATUS_USAGE,
			"--sweep %s: LO is above HI, which leaves no value", text);
	uint64_t count = (high - low) / step + 1;
	if (count > SWEEP_VALUES_MAX)
		return error_set(error, STATUS_USAGE,
			"--sweep %s: names %" PRIu64 " values, and each is a trial of every "
			"strategy: at most %d",
			text, count, SWEEP_VALUES_MAX);
	for (; sweep->count < count; sweep->count++)
		sweep->values[sweep->count] = low + sweep->count * step;
	return 0;
}

static int list_parse(
	struct sweep *sweep, const char *text, const char *values, struct error *error)
{
	for (const char *at = values, *end; at; at = *end ? end + 1 : NULL) {
		uint64_t value;
		end = at + strcspn(at, ",");
		if (number_parse(sweep, at, end, &value) == -1)
			return error_set(error, STATUS_USAGE, "--sweep %s: \"%.*s\" is not a %s",
				text, (int)(end - at), at,
				sweep->is_time ? "time, such as 300ms" : "count, such as 10k");
		for (size_t i = 0; i < sweep->count; i++)
			if (sweep->values[i] == value)
				return error_set(error, STATUS_USAGE,
					"--sweep %s: %.*s is there twice; for more trials: "
					"--repeat",
					text, (int)(end - at), at);
		if (sweep->count == SWEEP_VALUES_MAX)
			return error_set(error, STATUS_USAGE, "--sweep: at most %d values",
				SWEEP_VALUES_MAX);
		sweep->values[sweep->count++] = value;
	}
	return 0;
}

/* The largest unit that writes each value without a point, which has another meaning in the name of
 * a row's metric. */
static uint64_t unit_of(const struct sweep *sweep)
{
	static const uint64_t units[] = {NS_PER_S, NS_PER_MS, NS_PER_US};
	for (size_t u = 0; sweep->is_time && u < sizeof(units) / sizeof(units[0]); u++) {
		size_t whole = 0;
		while (whole < sweep->count && sweep->values[whole] % units[u] == 0)
			whole++;
		if (whole == sweep->count)
			return units[u];
	}
	return 1;
}

int sweep_parse(struct sweep *sweep, const char *text, struct error *error)
{
	const struct sweepable *swept = option_of(text, error);
	if (!swept)
		return -1;
	*sweep = (struct sweep){.option = swept->option, .is_time = swept->is_time};
	const char *values = strchr(text, '=') + 1;
	int result = strstr(values, "..") ? range_parse(sweep, text, values, error)
					  : list_parse(sweep, text, values, error);
	sweep->unit = unit_of(sweep);
	return result;
}

void sweep_value_write(const struct sweep *sweep, size_t index, char *text, size_t size)
{
	const char *unit = !sweep->is_time            ? ""
			   : sweep->unit == NS_PER_S  ? "s"
			   : sweep->unit == NS_PER_MS ? "ms"
			   : sweep->unit == NS_PER_US ? "us"
						      : "ns";
	snprintf(text, size, "%" PRIu64 "%s", sweep->values[index] / sweep->unit, unit);
}
