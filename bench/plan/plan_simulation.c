#include "bench/plan/plan_simulation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS 1e9
#define TEXT_MAX 64
#define BURST_MOST 1000000
#define SHAPE_LEAST 1.01
#define SHAPE_MOST 100
#define ZIPF_MOST 10
#define DURATION_DEFAULT_S 600

static int arrivals_read(const char *text, struct simulation_input *input, struct error *error)
{
	static const char bursts[] = "bursts:";
	uint64_t burst = 0;
	input->burst = 1;
	if (strcmp(text, "fixed") == 0) {
		input->arrivals = SIMULATION_FIXED;
		return 0;
	}
	if (strcmp(text, "poisson") == 0) {
		input->arrivals = SIMULATION_POISSON;
		return 0;
	}
	if (strncmp(text, bursts, strlen(bursts)) != 0 ||
		options_parse_count(text + strlen(bursts), &burst) != 0 || burst < 1 ||
		burst > BURST_MOST)
		return error_set(error, STATUS_USAGE,
			"--arrivals %s: must be fixed, poisson or bursts:N, N from 1 to 1M", text);
	input->arrivals = SIMULATION_BURSTS;
	input->burst = (uint32_t)burst;
	return 0;
}

/* A number with nothing behind it. */
static int real_read(const char *text, double low, double high, double *value)
{
	char *end;
	*value = strtod(text, &end);
	return end != text && *end == '\0' && *value >= low && *value <= high ? 0 : -1;
}

static int distribution_read(
	const char *name, const char *text, struct simulation_input *input, struct error *error)
{
	static const char pareto[] = "pareto:";
	if (strcmp(name, "fixed") == 0) {
		input->lifetimes = LIFETIMES_FIXED;
		return 0;
	}
	if (strcmp(name, "exponential") == 0) {
		input->lifetimes = LIFETIMES_EXPONENTIAL;
		return 0;
	}
	if (strncmp(name, pareto, strlen(pareto)) == 0 &&
		real_read(name + strlen(pareto), SHAPE_LEAST, SHAPE_MOST, &input->pareto_shape) ==
			0) {
		input->lifetimes = LIFETIMES_PARETO;
		return 0;
	}
	return error_set(error, STATUS_USAGE,
		"--lifetime %s: behind the comma must be fixed, exponential or pareto:SHAPE, SHAPE "
		"from %g to %d",
		text, SHAPE_LEAST, SHAPE_MOST);
}

static int lifetime_read(const char *text, struct simulation_input *input, struct error *error)
{
	char mean[TEXT_MAX];
	uint64_t ns;
	size_t length = strcspn(text, ",");
	input->lifetimes = LIFETIMES_FIXED;
	snprintf(mean, sizeof(mean), "%.*s", (int)length, text);
	if (length >= sizeof(mean) || options_parse_duration(mean, &ns) != 0)
		return error_set(error, STATUS_USAGE,
			"--lifetime %s: is not a duration, such as 500ms or 2s,exponential", text);
	input->lifetime_s = (double)ns / NS;
	return text[length] ? distribution_read(text + length + 1, text, input, error) : 0;
}

static int outage_read(const char *text, struct simulation_input *input, struct error *error)
{
	char from[TEXT_MAX];
	uint64_t from_ns, to_ns;
	size_t length = strcspn(text, "-");
	snprintf(from, sizeof(from), "%.*s", (int)length, text);
	if (length >= sizeof(from) || text[length] == '\0' ||
		options_parse_duration(from, &from_ns) != 0 ||
		options_parse_duration(text + length + 1, &to_ns) != 0)
		return error_set(
			error, STATUS_USAGE, "--outage %s: is not FROM-TO, such as 60s-90s", text);
	if (to_ns <= from_ns)
		return error_set(error, STATUS_USAGE, "--outage %s: ends before it begins", text);
	input->outage_from_s = (double)from_ns / NS;
	input->outage_for_s = (double)(to_ns - from_ns) / NS;
	if (input->outage_from_s >= input->seconds)
		return error_set(error, STATUS_USAGE,
			"--outage %s: begins behind the end of what is simulated, %g s", text,
			input->seconds);
	return 0;
}

int plan_simulation_read(const struct plan_options *options, const struct plan_asked *asked,
	struct simulation_input *input, struct error *error)
{
	*input = (struct simulation_input){
		.sources = (uint64_t)(asked->hosts * asked->addresses),
		.sources_of_host = (uint64_t)asked->addresses,
		.destinations = (uint64_t)asked->destinations,
		.rate_per_s = asked->requests_per_s,
		.seconds = options->duration_ns ? (double)options->duration_ns / NS
						: DURATION_DEFAULT_S,
		.connect_timeout_s = (double)options->connect_timeout_ns / NS,
		.retries = (uint32_t)options->retries,
		.retry_after_s = (double)options->retry_after_ns / NS,
		.is_jittered = options->jitter,
		.cap = isfinite(asked->time_wait_most) ? (uint64_t)asked->time_wait_most : 0,
		.seed = options->seed,
		.threads = (uint32_t)options->threads,
	};
	if (options->nat_ports) {
		input->sources = input->sources_of_host = 1;
		input->ports = (uint32_t)options->nat_ports;
		input->hold_s = (double)options->nat_hold_ns / NS;
	}
	if (options->zipf && real_read(options->zipf, 0, ZIPF_MOST, &input->zipf) == -1)
		return error_set(error, STATUS_USAGE, "--zipf %s: must be a number from 0 to %d",
			options->zipf, ZIPF_MOST);
	if (arrivals_read(options->arrivals, input, error) == -1 ||
		(options->lifetime && lifetime_read(options->lifetime, input, error) == -1))
		return -1;
	return options->outage ? outage_read(options->outage, input, error) : 0;
}

/* The same for all strategies, and then what is of this one. */
static struct simulation_input input_of(const struct plan_asked *asked,
	const struct simulation_input *all, const struct td_strategy *strategy, bool *is_by_parity)
{
	struct plan_asked uncapped = *asked;
	/* The cap is played, not what would come of it. */
	uncapped.time_wait_most = INFINITY;
	struct plan_terms terms = plan_terms_of(&uncapped, strategy);
	struct simulation_input input = *all;
	input.rate_per_s /= terms.requests_per_connection;
	if (input.lifetime_s <= 0)
		input.lifetime_s = terms.open_s;
	*is_by_parity = false;
	/* Ports of a NAT, which holds them whoever keeps TIME_WAIT. */
	if (input.ports > 0)
		return input;
	input.ports = (uint32_t)terms.ports_of_pair;
	input.hold_s = terms.hold_s;
	if (terms.hold_s >= asked->life.most_s) {
		input.hold_s = asked->life.least_s;
		input.tick_s = asked->life.most_s - asked->life.least_s;
	} else {
		input.cap = 0;
	}
	*is_by_parity = terms.is_by_parity;
	return input;
}

static bool is_alike(
	const struct plan_simulated *group, const struct simulation_input *input, bool is_by_parity)
{
	return group->input.ports == input->ports && group->input.rate_per_s == input->rate_per_s &&
	       group->input.lifetime_s == input->lifetime_s &&
	       group->input.hold_s == input->hold_s && group->input.tick_s == input->tick_s &&
	       group->is_by_parity == is_by_parity;
}

static struct plan_simulated *group_find(struct plan_simulated *groups, size_t *count,
	const struct simulation_input *input, bool is_by_parity)
{
	for (size_t i = 0; i < *count; i++)
		if (is_alike(&groups[i], input, is_by_parity))
			return &groups[i];
	groups[*count] = (struct plan_simulated){.input = *input, .is_by_parity = is_by_parity};
	return &groups[(*count)++];
}

static int group_ready(struct plan_simulated *group, struct error *error)
{
	if (group->input.lifetime_s + group->input.hold_s <= 0)
		return 0;
	if (simulation_init(&group->simulation, &group->input, error) == -1)
		return -1;
	group->tally = malloc(sizeof(*group->tally));
	return group->tally ? 0 : error_set(error, STATUS_FAILED, "no memory");
}

struct plan_simulated *plan_simulated_create(const struct plan_asked *asked,
	const struct simulation_input *input, const struct td_strategy *const *strategies,
	size_t strategy_count, size_t *count, struct error *error)
{
	struct plan_simulated *groups = calloc(strategy_count, sizeof(*groups));
	*count = 0;
	for (size_t i = 0; groups && i < strategy_count; i++) {
		bool is_by_parity;
		struct simulation_input own = input_of(asked, input, strategies[i], &is_by_parity);
		struct plan_simulated *group = group_find(groups, count, &own, is_by_parity);
		if (!group->strategies)
			group->strategies =
				calloc(strategy_count, sizeof(const struct td_strategy *));
		if (!group->strategies)
			goto no_memory;
		group->is_nat = input->ports > 0;
		group->strategies[group->count++] = strategies[i];
	}
	for (size_t i = 0; groups && i < *count; i++)
		if (group_ready(&groups[i], error) == -1) {
			plan_simulated_destroy(groups, *count);
			return NULL;
		}
	if (groups)
		return groups;
no_memory:
	plan_simulated_destroy(groups, *count);
	error_set(error, STATUS_FAILED, "no memory");
	return NULL;
}

void plan_simulated_destroy(struct plan_simulated *simulated, size_t count)
{
	for (size_t i = 0; simulated && i < count; i++) {
		free(simulated[i].strategies);
		free(simulated[i].tally);
	}
	free(simulated);
}
