#include "bench/report/conditions_text.h"

#include "bench/result/json_path.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define RESUMED_SHARE_MOST 0.05

void conditions_source_print(const char *name, const char *path, const json_t *result, FILE *out)
{
	fprintf(out, "%s: %s", name, path);
	if (json_path_at(result, "started"))
		fprintf(out, " (%s on %s)", json_path_text(result, "started"),
			json_path_text(result, "host.name"));
	fputc('\n', out);
}

static bool is_condition(const char *option)
{
	static const char *const no[] = {"strategies", "json", "csv", "hgrm", "html", "prometheus",
		"seed", "repeat", "fail-if", "latency", "quiet", "verbose", "wide", "columns",
		"color", "network"};
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (strcmp(no[i], option) == 0)
			return false;
	return true;
}

static void condition_print(const char *name, const json_t *a, const json_t *b, FILE *out)
{
	char *a_text = json_dumps(a, JSON_ENCODE_ANY), *b_text = json_dumps(b, JSON_ENCODE_ANY);
	fprintf(out, "not the same: %s: A %s, B %s\n", name, a_text ? a_text : "nothing",
		b_text ? b_text : "nothing");
	free(a_text);
	free(b_text);
}

/* A count or a flag always has a value: where there is none, an older teardown had no such option.
 */
static bool is_unknown(const json_t *value, const json_t *other)
{
	return !other && (json_is_integer(value) || json_is_boolean(value));
}

static void options_print(const json_t *a, const json_t *b, FILE *out)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)a, name, value)
	{
		const json_t *other = json_object_get(b, name);
		if (is_condition(name) && !is_unknown(value, other) &&
			!json_equal(value, (json_t *)other))
			condition_print(name, value, other, out);
	}
	/* What was asked for of B alone. */
	json_object_foreach((json_t *)b, name, value)
	{
		if (is_condition(name) && !json_object_get(a, name) && !is_unknown(value, NULL))
			condition_print(name, NULL, value, out);
	}
}

/* Of the first trial that has it; NULL: none. */
static const json_t *of_trials(const json_t *result, const char *path)
{
	size_t i;
	json_t *trial;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		const json_t *value = json_path_at(trial, path);
		if (value)
			return value;
	}
	return NULL;
}

/* What the server chose: a full handshake of TLS 1.3 takes a third more instructions than one
 * of 1.2, and one with a key of RSA 2048 more than with one of P-256. */
static void tls_print(const json_t *a, const json_t *b, FILE *out)
{
	static const char *const chosen[] = {"tls.version", "tls.cipher", "tls.key"};
	for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++) {
		const json_t *own = of_trials(a, chosen[i]), *its = of_trials(b, chosen[i]);
		if (own && its && !json_equal((json_t *)own, (json_t *)its))
			condition_print(chosen[i], own, its, out);
	}
}

/* One that is resumed spares the server's signature. It differs a little from run to run. */
static void resumption_print(const json_t *a, const json_t *b, FILE *out)
{
	static const char path[] = "tls.resumed_share";
	const json_t *own = of_trials(a, path), *its = of_trials(b, path);
	if (own && its &&
		fabs(json_number_value(own) - json_number_value(its)) > RESUMED_SHARE_MOST)
		condition_print(path, own, its, out);
}

void conditions_print(const json_t *a, const json_t *b, FILE *out)
{
	static const char *const host[] = {
		"host.kernel", "host.cpu_model", "host.cpus", "version", "network.kind"};
	const json_t *a_options = json_object_get(a, "options");
	const json_t *b_options = json_object_get(b, "options");
	if (a_options && b_options)
		options_print(a_options, b_options, out);
	for (size_t i = 0; i < sizeof(host) / sizeof(host[0]); i++) {
		const json_t *own = json_path_at(a, host[i]), *its = json_path_at(b, host[i]);
		if ((own || its) && !json_equal((json_t *)own, (json_t *)its))
			condition_print(host[i], own, its, out);
	}
	tls_print(a, b, out);
	resumption_print(a, b, out);
}
