#include "bench/options/factor.h"

#include "bench/load/clients/behaviour.h"
#include "bench/options/family.h"
#include "bench/options/sweep.h"
#include "bench/options/tls_options.h"
#include "common/clock.h"
#include "common/options.h"
#include "strategies/core/defaults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a cell of --matrix: few connections, which end by themselves or with the load. */
#define CELL_CONNECTIONS 4
#define CELL_TOTAL 8
#define CELL_DURATION_NS (300 * NS_PER_MS)
/* A path as clients have: without one, what is queued has arrived before a reset is sent. */
#define CELL_RTT "10ms"
/* So much longer than the strategies wait for their peer: where both ends wait for each other, it
 * would be chance which gives up first. */
#define CELL_TIMEOUT_BEHIND_NS (3 * NS_PER_S)
/* Long enough for several looks at what the server holds. */
#define HELD_DURATION_NS (600 * NS_PER_MS)
/* More than the first window takes, so that a reset takes along what is queued; and so little that
 * a client with a small receive buffer has it within --timeout. */
#define CELL_RESPONSE_BYTES 256000
/* Less than that, for clients that stay: what the server does with a descriptor that it is done
 * with, is the question then. */
#define HELD_RESPONSE_BYTES 64000
/* More than both socket buffers take, and a server's limit that it is above. */
#define UPLOAD_BYTES 16000000
#define UPLOAD_MAX_BODY 1000
#define UPLOAD_STATUS "413"

static void matrix_prepare(struct run_options *options, struct options_given *given)
{
	if (!options_given_has(given, "connections"))
		options->connections = CELL_CONNECTIONS;
	if (!options_given_has(given, "total") && !options_given_has(given, "duration"))
		options->total = CELL_TOTAL;
	if (!options_given_has(given, "duration"))
		options->duration_ns = CELL_DURATION_NS;
	if (!options_given_has(given, "response-bytes"))
		options->response_bytes = CELL_RESPONSE_BYTES;
	if (!options_given_has(given, "network") && !options->rtt && !options->proxy_command)
		options->rtt = CELL_RTT;
	options_given_add(given, "duration");
}

int factor_prepare(struct run_options *options, struct options_given *given, struct error *error)
{
	if (factor_check_asked(options, error) == -1)
		return -1;
	if (!options_given_has(given, "repeat"))
		options->repeat = factor_has_cells(options) ? 1 : FAMILY_REPEAT;
	if (!factor_has_cells(options))
		return 0;
	if (options->matrix)
		matrix_prepare(options, given);
	else if (sweep_prepare(options, given, error) == -1)
		return -1;
	return 0;
}

static int level_add(struct factor *factor, const char *value, const char *name)
{
	size_t size = (factor->count + 1) * sizeof(*factor->levels);
	struct factor_level *levels = realloc(factor->levels, size);
	if (!levels)
		return -1;
	factor->levels = levels;
	struct factor_level *level = &levels[factor->count++];
	*level = (struct factor_level){0};
	snprintf(level->value, sizeof(level->value), "%s", value);
	snprintf(level->name, sizeof(level->name), "%s", name);
	return 0;
}

static int level_refuse(const struct factor *factor, const char *name, struct error *error)
{
	if (strchr(name, '%'))
		return error_set(error, STATUS_USAGE,
			"--matrix: each cell has clients of one behaviour alone: --clients A,B "
			"without shares");
	for (size_t i = 0; i < factor->count; i++)
		if (strcmp(factor->levels[i].name, name) == 0)
			return error_set(error, STATUS_USAGE,
				"--clients: %s is there twice; for more trials: --repeat", name);
	return 0;
}

/* Those that --clients names, or all. */
static int behaviours_add(
	struct factor *factor, const struct run_options *options, struct error *error)
{
	char *list = options->clients ? strdup(options->clients) : NULL, *rest = list;
	int result = options->clients && !list ? -1 : 0;
	for (char *name; list && result == 0 && (name = options_next_name(&rest));) {
		if (level_refuse(factor, name, error) == -1) {
			free(list);
			return -1;
		}
		result = level_add(factor, name, name);
	}
	for (size_t i = 0; !list && result == 0 && i < client_behaviour_count; i++)
		result = level_add(factor, client_behaviours[i]->name, client_behaviours[i]->name);
	free(list);
	return result == 0 ? 0 : error_set(error, STATUS_FAILED, "no memory for the levels");
}

static int pair_add(struct factor *factor, const char *option, const char *const values[2],
	const char *const names[2], struct error *error)
{
	factor->option = option;
	for (size_t i = 0; i < 2; i++)
		if (level_add(factor, values[i], names[i]) == -1)
			return error_set(error, STATUS_FAILED, "no memory for the levels");
	return 0;
}

static int families_add(struct factor *factor, struct error *error)
{
	static const char *const values[] = {"4", "6"};
	static const char *const names[] = {FAMILY_IPV4_NAME, FAMILY_IPV6_NAME};
	return pair_add(factor, "family", values, names, error);
}

static int channels_add(struct factor *factor, struct error *error)
{
	static const char *const names[] = {TLS_PLAIN_NAME, TLS_NAME};
	return pair_add(factor, "compare-tls", names, names, error);
}

static int values_add(struct factor *factor, const struct run_options *options, struct error *error)
{
	struct sweep sweep;
	char value[FACTOR_LEVEL_MAX / 2], name[FACTOR_LEVEL_MAX];
	if (sweep_parse(&sweep, options->sweep, error) == -1)
		return -1;
	factor->option = sweep.option;
	for (size_t i = 0; i < sweep.count; i++) {
		sweep_value_write(&sweep, i, value, sizeof(value));
		snprintf(name, sizeof(name), "%s@%s", sweep.option, value);
		if (level_add(factor, value, name) == -1)
			return error_set(error, STATUS_FAILED, "no memory for the levels");
	}
	return 0;
}

/* A request that is refused before it is whole needs one that is long, and a server that refuses
 * it. */
static void upload_set(struct run_options *options)
{
	if (options->request_bytes == 0)
		options->request_bytes = UPLOAD_BYTES;
	if (options->server_command || options->max_body > 0)
		return;
	options->max_body = UPLOAD_MAX_BODY;
	if (!options->expect)
		options->expect = UPLOAD_STATUS;
}

static int behaviour_set(struct run_options *options, const char *value, struct error *error)
{
	char name[FACTOR_LEVEL_MAX];
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(value, "=:"), value);
	const struct client_behaviour *behaviour = client_behaviour_find(name, error);
	if (!behaviour)
		return -1;
	options->clients = value;
	bool stays = client_behaviour_stays(behaviour);
	if (stays && options->response_bytes == CELL_RESPONSE_BYTES)
		options->response_bytes = HELD_RESPONSE_BYTES;
	if (stays && options->duration_ns == CELL_DURATION_NS)
		options->duration_ns = HELD_DURATION_NS;
	if (behaviour->meets_refusal)
		upload_set(options);
	return 0;
}

/* As if the value had been typed. */
static int value_set(
	struct run_options *options, const char *option, char *value, struct error *error)
{
	char word[FACTOR_LEVEL_MAX + 2];
	char *argv[] = {"teardown", word, value, NULL};
	snprintf(word, sizeof(word), "--%s", option);
	return options_parse(&run_option_table, 3, argv, options, NULL, NULL, error) ==
			       OPTIONS_PARSED
		       ? 0
		       : -1;
}

static int level_set(const struct factor *factor, struct factor_level *level,
	const struct run_options *raw, struct error *error)
{
	if (raw->matrix)
		return behaviour_set(level->options, level->value, error);
	if (!raw->compare_tls)
		return value_set(level->options, factor->option, level->value, error);
	tls_options_level_set(level->options, strcmp(level->value, TLS_NAME) == 0);
	return 0;
}

static int names_make(struct factor_level *level, struct error *error)
{
	for (size_t i = 0; i < level->options->chosen_count; i++)
		if (asprintf(&level->names[i], "%s:%s", level->options->chosen[i]->name,
			    level->name) == -1)
			return error_set(error, STATUS_FAILED, "no memory for the levels");
	return 0;
}

static uint64_t cell_timeout_ns(const struct run_options *options)
{
	uint64_t longest_ns = 0;
	for (size_t i = 0; i < options->chosen_count; i++) {
		uint64_t idle_ns = strategy_idle_ns(options->chosen[i], 0);
		longest_ns = idle_ns > longest_ns ? idle_ns : longest_ns;
	}
	return longest_ns + CELL_TIMEOUT_BEHIND_NS;
}

static int level_complete(struct factor *factor, struct factor_level *level,
	const struct run_options *raw, uint64_t timeout_ns, const struct options_given *given,
	factor_complete_fn *complete, struct error *error)
{
	level->options = malloc(sizeof(*level->options));
	if (!level->options)
		return error_set(error, STATUS_FAILED, "no memory for the levels");
	*level->options = *raw;
	level->options->timeout_ns = timeout_ns;
	if (level_set(factor, level, raw, error) == -1)
		return -1;
	struct options_given all = *given;
	options_given_add(&all, factor->option);
	return complete(level->options, &all, error) == -1 ? -1 : names_make(level, error);
}

/* A level whose options are not complete would be none. */
static int trials_check(
	const struct factor *factor, const struct run_options *options, struct error *error)
{
	uint64_t trials = factor->count * options->chosen_count * options->repeat;
	double trial_s = (double)(options->warmup_ns + options->duration_ns) / 1e9;
	if (factor->count == 0)
		return error_set(error, STATUS_USAGE, "--sweep %s: names no value", options->sweep);
	if (trials <= FACTOR_TRIALS_MAX)
		return 0;
	return error_set(error, STATUS_USAGE,
		"%s: %zu values x %zu strategies x %llu trials are %llu trials, of up to %.3g s "
		"each: up to %.3g h; at most %d: take a wider step, or fewer strategies",
		factor_option_text(options), factor->count, options->chosen_count,
		(unsigned long long)options->repeat, (unsigned long long)trials, trial_s,
		(double)trials * trial_s / 3600, FACTOR_TRIALS_MAX);
}

/* Options that are completed again have a factor of their own. */
static void factor_release(struct factor *factor)
{
	for (size_t i = 0; i < factor->count; i++) {
		for (size_t n = 0; n < RUN_STRATEGIES_MAX; n++)
			free(factor->levels[i].names[n]);
		free(factor->levels[i].options);
	}
	free(factor->levels);
}

int factor_make(struct run_options *options, const struct run_options *raw,
	const struct options_given *given, factor_complete_fn *complete, struct error *error)
{
	/* Reachable, as what lives as long as the program is to be. */
	static struct factor factor;
	factor_release(&factor);
	factor = (struct factor){.option = "clients"};
	int added = options->matrix           ? behaviours_add(&factor, options, error)
		    : family_is_both(options) ? families_add(&factor, error)
		    : options->compare_tls    ? channels_add(&factor, error)
					      : values_add(&factor, options, error);
	if (added == -1 || trials_check(&factor, options, error) == -1)
		return -1;
	if (options->matrix && !options_given_has(given, "timeout"))
		options->timeout_ns = cell_timeout_ns(options);
	for (size_t i = 0; i < factor.count; i++)
		if (level_complete(&factor, &factor.levels[i], raw, options->timeout_ns, given,
			    complete, error) == -1)
			return -1;
	options->factor = &factor;
	return 0;
}

size_t run_rows_count(const struct run_options *options)
{
	return options->chosen_count * (options->factor ? options->factor->count : 1);
}

struct run_row run_row_at(const struct run_options *options, size_t index)
{
	const struct factor *factor = options->factor;
	if (!factor)
		return (struct run_row){
			options, options->chosen[index], index, options->chosen[index]->name};
	size_t chosen = index / factor->count;
	const struct factor_level *level = &factor->levels[index % factor->count];
	return (struct run_row){
		level->options, level->options->chosen[chosen], chosen, level->names[chosen]};
}
