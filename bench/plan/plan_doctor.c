#include "bench/plan/plan_doctor.h"

#include "bench/plan/plan_options.h"
#include "common/bounded_text.h"
#include "common/printable.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define SCHEMA "teardown-doctor/1"
#define PORT_MOST 65535
#define HZ_LEAST 24
#define HZ_MOST 1200
#define RATE_MOST 1e12
#define CAP_MOST 2147483647
#define DELAY_MOST_MS 86400e3

static int refuse(struct error *error, const char *path, const char *what)
{
	return error_set(error, STATUS_USAGE, "--from-doctor %s: %s", path, what);
}

static void text_take(const json_t *object, const char *key, char text[PLAN_DOCTOR_TEXT_MAX])
{
	const char *value = json_string_value(json_object_get(object, key));
	bounded_text_write(text, PLAN_DOCTOR_TEXT_MAX, "%s", value ? value : "?");
	printable_clean(text, PRINTABLE_ONE_LINE);
}

/* NAN: there is none, or it is beyond its bounds. */
static double number_of(const json_t *number, double least, double most)
{
	double value = json_is_number(number) ? json_number_value(number) : NAN;
	return value >= least && value <= most ? value : NAN;
}

/* The greatest of the windows; NAN: there is none, or one cannot be. */
static double rate_of(const json_t *pair)
{
	static const char *const windows[] = {"5s", "30s", "60s"};
	const json_t *rates = json_object_get(pair, "rate_per_s");
	double most = NAN;
	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		double rate = number_of(json_object_get(rates, windows[i]), 0, RATE_MOST);
		if (isnan(rate))
			return NAN;
		most = fmax(most, rate);
	}
	return most;
}

/* Returns 0, with NULL where none opens connections; or -1 where the rates of one cannot be. */
static int busiest_pair_find(const json_t *file, const json_t **busiest)
{
	const json_t *pairs = json_object_get(file, "pairs");
	double most = 0;
	*busiest = NULL;
	for (size_t i = 0; i < json_array_size(pairs); i++) {
		const json_t *pair = json_array_get(pairs, i);
		double rate = rate_of(pair);
		if (isnan(rate))
			return -1;
		if (rate > most) {
			most = rate;
			*busiest = pair;
		}
	}
	return 0;
}

static const json_t *namespace_of(const json_t *file, const json_t *pair)
{
	const json_t *spaces = json_object_get(file, "namespaces");
	const char *wanted = json_string_value(json_object_get(pair, "namespace"));
	for (size_t i = 0; wanted && i < json_array_size(spaces); i++) {
		const json_t *space = json_array_get(spaces, i);
		const char *name = json_string_value(json_object_get(space, "name"));
		if (name && strcmp(name, wanted) == 0)
			return space;
	}
	return NULL;
}

static int pair_take(const json_t *file, const json_t *pair, struct plan_doctor *found)
{
	const json_t *space = namespace_of(file, pair), *ports = json_object_get(space, "ports");
	double low = number_of(json_array_get(ports, 0), 1, PORT_MOST);
	double high = number_of(json_array_get(ports, 1), low, PORT_MOST);
	double hz =
		number_of(json_object_get(json_object_get(file, "host"), "hz"), HZ_LEAST, HZ_MOST);
	text_take(pair, "source", found->source);
	text_take(pair, "destination", found->destination);
	text_take(pair, "namespace", found->space);
	found->rate_per_s = rate_of(pair);
	found->available = number_of(json_object_get(pair, "available"), 1, high - low + 1);
	found->held = number_of(json_object_get(pair, "held"), 0, PORT_MOST);
	found->reuses = json_is_true(json_object_get(pair, "reuse"));
	found->reuse_delay_s =
		number_of(json_object_get(space, "tw_reuse_delay_ms"), 0, DELAY_MOST_MS) / 1e3;
	found->time_wait_most = number_of(json_object_get(space, "tw_buckets"), 0, CAP_MOST);
	found->hz = isnan(hz) ? 0 : (uint32_t)hz;
	if (isnan(low) || isnan(high) || isnan(found->available) || isnan(found->held))
		return -1;
	found->port_low = (uint16_t)low;
	found->port_high = (uint16_t)high;
	return 0;
}

static bool has_no_time_waits(const json_t *file, const json_t *pair)
{
	const json_t *cap = json_object_get(namespace_of(file, pair), "tw_buckets");
	return json_is_integer(cap) && json_integer_value(cap) == 0;
}

static int file_take(
	const json_t *file, const char *path, struct plan_doctor *found, struct error *error)
{
	const char *schema = json_string_value(json_object_get(file, "schema"));
	if (!schema || strcmp(schema, SCHEMA) != 0)
		return refuse(error, path, "is not of schema " SCHEMA " (teardown doctor --json)");
	const json_t *pair;
	if (busiest_pair_find(file, &pair) == -1)
		return refuse(error, path,
			"a rate_per_s of one of its pairs is missing, or is not between 0 and "
			"10^12");
	if (!pair)
		return refuse(error, path,
			"no pair in it opens connections that leave a TIME_WAIT at that host");
	if (has_no_time_waits(file, pair))
		return refuse(error, path,
			"tcp_max_tw_buckets is 0 where its busiest pair is: no TIME_WAIT holds a "
			"port there");
	if (pair_take(file, pair, found) == -1)
		return refuse(
			error, path, "the ports of its busiest pair are missing, or cannot be");
	return 0;
}

int plan_doctor_read(const char *path, struct plan_doctor *found, struct error *error)
{
	json_error_t wrong;
	FILE *in = fopen(path, "re");
	if (!in)
		return error_set_errno(error, STATUS_USAGE, "--from-doctor %s", path);
	json_t *file = json_loadf(in, 0, &wrong);
	/* Of a folder: it opens, and cannot be read. */
	int failed = ferror(in) ? errno : 0;
	fclose(in);
	errno = failed;
	if (!file && failed)
		return error_set_errno(error, STATUS_USAGE, "--from-doctor %s", path);
	if (!file)
		return error_set(error, STATUS_USAGE, "--from-doctor %s:%d: %s", path, wrong.line,
			wrong.text);
	int result = file_take(file, path, found, error);
	json_decref(file);
	return result;
}

/* Whether the option is the file's to say: it was not given. Else `overruled` names it, where it
 * says something else. */
static bool is_to_take(const struct options_given *given, const char *option, bool is_other,
	char overruled[PLAN_DOCTOR_TEXT_MAX])
{
	char before[PLAN_DOCTOR_TEXT_MAX];
	if (!options_given_has(given, option))
		return true;
	memcpy(before, overruled, sizeof(before));
	if (is_other)
		bounded_text_write(overruled, PLAN_DOCTOR_TEXT_MAX, "%s%s--%s", before,
			before[0] ? ", " : "", option);
	return false;
}

static void ports_take(const struct plan_doctor *found, const struct options_given *given,
	struct plan_asked *asked, char overruled[PLAN_DOCTOR_TEXT_MAX])
{
	bool is_other = asked->port_low != found->port_low || asked->port_high != found->port_high;
	if (!is_to_take(given, "ports", is_other, overruled))
		return;
	asked->port_low = found->port_low;
	asked->port_high = found->port_high;
	asked->ports_taken = found->port_high - found->port_low + 1.0 - found->available;
}

void plan_doctor_take(const struct plan_doctor *found, const struct options_given *given,
	struct plan_asked *asked, char overruled[PLAN_DOCTOR_TEXT_MAX])
{
	overruled[0] = '\0';
	double rate = found->rate_per_s * asked->hosts;
	if (is_to_take(given, "rate", asked->requests_per_s != rate, overruled))
		asked->requests_per_s = rate;
	ports_take(found, given, asked, overruled);
	asked->reuses = found->reuses;
	if (!isnan(found->reuse_delay_s) &&
		is_to_take(given, "reuse-delay", asked->reuse_delay_s != found->reuse_delay_s,
			overruled))
		asked->reuse_delay_s = found->reuse_delay_s;
	if (!isnan(found->time_wait_most) &&
		is_to_take(given, "tw-buckets", asked->time_wait_most != found->time_wait_most,
			overruled))
		asked->time_wait_most = found->time_wait_most;
	if (found->hz && is_to_take(given, "hz", asked->life.hz != found->hz, overruled))
		asked->life = time_wait_life_of(found->hz);
}
