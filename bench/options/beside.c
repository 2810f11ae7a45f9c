#include "bench/options/beside.h"

#include "bench/options/client_item.h"
#include "common/options.h"

#include <stdlib.h>
#include <string.h>

#define CONNECTIONS_MAX 1000000

static int item_take(struct client_items *items, char *text, struct error *error)
{
	uint64_t n;
	struct client_item item = client_item_cut(text);
	struct client_share *share = client_item_add(items, &item, error);
	if (!share)
		return -1;
	if (!item.value)
		return error_set(error, STATUS_USAGE, "--beside %s: how many of them? %s=100",
			share->behaviour->name, share->behaviour->name);
	if (options_parse_count(item.value, &n) == -1 || n < 1 || n > CONNECTIONS_MAX)
		return error_set(error, STATUS_USAGE,
			"--beside %s=%s: must be a number of connections, 1 to %d",
			share->behaviour->name, item.value, CONNECTIONS_MAX);
	share->connections = (uint32_t)n;
	return 0;
}

int beside_parse(struct run_options *options, struct error *error)
{
	struct client_items items = {"--beside", false, options->beside_shares, 0};
	char *list = options->beside ? strdup(options->beside) : NULL, *rest = list;
	int result = 0;
	if (options->beside && !list)
		return error_set(error, STATUS_FAILED, "no memory");
	for (char *item; list && result == 0 && (item = options_next_name(&rest));)
		result = item_take(&items, item, error);
	free(list);
	options->beside_count = items.count;
	return result;
}

uint64_t beside_connections(const struct run_options *options)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < options->beside_count; i++)
		sum += options->beside_shares[i].connections;
	return sum;
}
