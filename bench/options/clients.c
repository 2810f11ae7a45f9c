#include "bench/options/clients.h"

#include "bench/options/client_item.h"
#include "common/clock.h"
#include "common/options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Shares are told in decimals: so much may be lost in adding them up. */
#define SHARE_ROUNDING 1e-9
#define THINK_NS NS_PER_S
#define THINK_MAX_NS (3600 * NS_PER_S)

static int share_parse(const char *text, double *share, struct error *error)
{
	char *end;
	double percent = strtod(text, &end);
	if (end == text || strcmp(end, "%") != 0 || !(percent > 0 && percent <= 100))
		return error_set(error, STATUS_USAGE,
			"--clients: %s must be a share of the connections such as 5%%, above 0 and "
			"up to 100%%",
			text);
	*share = percent / 100;
	return 0;
}

/* A value without % is a parameter: pipeline=8. */
static bool is_share(const char *value)
{
	size_t length = value ? strlen(value) : 0;
	return length > 0 && value[length - 1] == '%';
}

static int item_take(struct client_items *items, char *text, struct error *error)
{
	struct client_item item = client_item_cut(text);
	bool has_share = is_share(item.value);
	if (item.value && !has_share)
		item.parameter = item.value;
	struct client_share *share = client_item_add(items, &item, error);
	if (!share)
		return -1;
	return has_share ? share_parse(item.value, &share->share, error) : 0;
}

/* Those without a share have what is left, in equal parts; where each has one, and they leave
 * something, plain clients have it. */
static int shares_fill(struct run_options *options, struct error *error)
{
	double sum = 0;
	size_t open = 0;
	bool has_plain = false;
	for (size_t i = 0; i < options->share_count; i++) {
		sum += options->shares[i].share;
		open += options->shares[i].share == 0;
		has_plain |= client_behaviour_is_plain(options->shares[i].behaviour);
	}
	double left = 1 - sum;
	if (left < -SHARE_ROUNDING)
		return error_set(error, STATUS_USAGE, "--clients %s: the shares add up to %.10g %%",
			options->clients, 100 * sum);
	if (open > 0 && left < SHARE_ROUNDING)
		return error_set(error, STATUS_USAGE,
			"--clients %s: nothing is left for those without a share",
			options->clients);
	if (open == 0 && left > SHARE_ROUNDING && has_plain)
		return error_set(error, STATUS_USAGE,
			"--clients %s: the shares add up to %.10g %%, not 100", options->clients,
			100 * sum);
	for (size_t i = 0; i < options->share_count; i++)
		if (options->shares[i].share == 0)
			options->shares[i].share = left / (double)open;
	return 0;
}

/* `whole` in the shares: rounded at each boundary, so that the parts add up. */
static uint64_t part_of(uint64_t whole, double before, double share)
{
	return (uint64_t)llround((double)whole * (before + share)) -
	       (uint64_t)llround((double)whole * before);
}

static int connections_share(struct run_options *options, struct error *error)
{
	double before = 0;
	for (size_t i = 0; i < options->share_count; i++) {
		struct client_share *share = &options->shares[i];
		share->connections = (uint32_t)part_of(options->connections, before, share->share);
		share->total = part_of(options->total, before, share->share);
		before += share->share;
		if (share->connections == 0)
			return error_set(error, STATUS_USAGE,
				"--clients: %.4g %% of %llu connections is no %s client: give more "
				"(--connections)",
				100 * share->share, (unsigned long long)options->connections,
				share->behaviour->name);
		if (options->total && share->total == 0)
			return error_set(error, STATUS_USAGE,
				"--clients: %.4g %% of a --total of %llu is no connection of %s",
				100 * share->share, (unsigned long long)options->total,
				share->behaviour->name);
	}
	return 0;
}

/* The plain ones are the load's own: they leave the list. */
static void plain_take_out(struct run_options *options)
{
	size_t kept = 0;
	for (size_t i = 0; i < options->share_count; i++)
		if (!client_behaviour_is_plain(options->shares[i].behaviour))
			options->shares[kept++] = options->shares[i];
	options->share_count = kept;
}

static int list_parse(struct run_options *options, struct error *error)
{
	struct client_items items = {"--clients", true, options->shares, 0};
	char *list = strdup(options->clients), *rest = list;
	int result = list ? 0 : error_set(error, STATUS_FAILED, "no memory");
	for (char *item; result == 0 && (item = options_next_name(&rest));)
		result = item_take(&items, item, error);
	free(list);
	options->share_count = items.count;
	return result;
}

static bool some_think(const struct client_share *shares, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (client_behaviour_thinks(shares[i].behaviour))
			return true;
	return false;
}

/* The first pause begins within the load. A matrix has cells that end in one, and a sweep's levels
 * each have their own. */
static int pauses_check(const struct run_options *options, struct error *error)
{
	const struct thinking *thinking = &options->thinking;
	uint64_t load_ns = options->warmup_ns + options->duration_ns;
	bool is_left_open = !options->think && (options->matrix || options->sweep);
	if (is_left_open || options->total || thinking->is_exponential ||
		thinking->mean_ns < load_ns || !some_think(options->shares, options->share_count))
		return 0;
	return error_set(error, STATUS_USAGE,
		"--think %.3gs: the load ends after %.3g s, before a request can follow such a "
		"pause; give a longer --duration, or --total",
		(double)thinking->mean_ns / 1e9, (double)load_ns / 1e9);
}

static int think_parse(struct run_options *options, struct error *error)
{
	const char *text = options->think;
	bool random = text && strncmp(text, "exp:", 4) == 0;
	struct thinking *thinking = &options->thinking;
	*thinking = (struct thinking){.mean_ns = THINK_NS, .is_exponential = random};
	if (!text)
		return 0;
	if (options_parse_duration(random ? text + 4 : text, &thinking->mean_ns) == -1 ||
		thinking->mean_ns == 0 || thinking->mean_ns > THINK_MAX_NS)
		return error_set(error, STATUS_USAGE,
			"--think %s: must be a time such as 4s, or exp:4s for random times of that "
			"mean, up to 1h",
			text);
	if (some_think(options->shares, options->share_count) ||
		some_think(options->beside_shares, options->beside_count))
		return 0;
	return error_set(
		error, STATUS_USAGE, "--think %s: no client pauses; give --clients think", text);
}

static int mix_check(const struct run_options *options, struct error *error)
{
	if (strcmp(options->loader, "builtin") != 0 || options->loader_command)
		return error_set(error, STATUS_USAGE,
			"--clients: another loader has clients of its own; behaviours are the "
			"builtin loader's");
	if (options->rate || options->request_rate || options->ramp)
		return error_set(error, STATUS_USAGE,
			"--clients: each client begins its next connection when its last one has "
			"ended, so there is no %s",
			options->ramp   ? "--ramp"
			: options->rate ? "--rate"
					: "--request-rate");
	return 0;
}

uint64_t clients_plain_connections(const struct run_options *options)
{
	uint64_t plain = options->connections;
	for (size_t i = 0; i < options->share_count; i++)
		plain -= options->shares[i].connections;
	return plain;
}

uint64_t clients_plain_total(const struct run_options *options)
{
	uint64_t plain = options->total;
	for (size_t i = 0; i < options->share_count; i++)
		plain -= options->shares[i].total;
	return plain;
}

int clients_parse(struct run_options *options, struct error *error)
{
	if (options->clients &&
		(mix_check(options, error) == -1 || list_parse(options, error) == -1 ||
			shares_fill(options, error) == -1 ||
			connections_share(options, error) == -1))
		return -1;
	if (options->clients)
		plain_take_out(options);
	uint64_t plain = clients_plain_connections(options);
	if (plain > 0 && options->threads > plain)
		options->threads = plain;
	return think_parse(options, error) == -1 ? -1 : pauses_check(options, error);
}

uint32_t clients_exchanges(const struct run_options *options)
{
	uint32_t most = 0;
	for (size_t i = 0; i < options->share_count; i++) {
		const struct client_share *share = &options->shares[i];
		uint32_t own = client_share_exchanges(share);
		most = own > most ? own : most;
	}
	return most;
}

bool clients_follow(const struct run_options *options)
{
	for (size_t i = 0; i < options->share_count; i++)
		if (!client_behaviour_follows(options->shares[i].behaviour))
			return false;
	return true;
}
