#include "bench/load/client_group.h"

#include "bench/load/client_request.h"

#include <string.h>

static void source_init(struct source_address *source, const struct builtin_loader_spec *spec,
	const struct client_list *list, uint32_t index)
{
	if (list->is_beside)
		source_address_init_beside(source, spec->network);
	else
		source_address_init(source, spec->network, spec->strategy->source_port,
			spec->port_low, spec->port_high, spec->threads + index,
			spec->threads + list->count);
}

/* Of a behaviour that asks once the first request is the last one, and says so. */
static uint32_t exchanges_of(
	const struct client_share *share, const struct builtin_loader_spec *spec, bool is_beside)
{
	uint32_t own = client_share_exchanges(share);
	if (!client_behaviour_asks_again(share->behaviour))
		return 1;
	return is_beside && own ? own : spec->requests_per_connection;
}

int client_group_init(struct client_group *group, const struct builtin_loader_spec *spec,
	const struct client_list *list, uint32_t index, uint64_t tick_ns, struct error *error)
{
	const struct client_share *share = &list->shares[index];
	struct connection_context *context = &group->context;
	*group = (struct client_group){.behaviour = share->behaviour,
		.thinking = spec->thinking,
		.random = spec->seed + index,
		.exchanges = exchanges_of(share, spec, list->is_beside),
		.connections = share->connections,
		.quota = share->total ? share->total : UINT64_MAX};
	if (connection_context_init(context, spec, tick_ns, error) == -1)
		return -1;
	context->receive_buffer = share->behaviour->receive_buffer;
	source_init(&context->source, spec, list, index);
	if (recorder_init(&context->recorder, false, NULL) == -1 ||
		client_request_make(group, share->parameter) == -1)
		return error_set(error, STATUS_FAILED, "no memory for the clients");
	context->recorder.expected = spec->expected;
	return 0;
}

void client_group_put(struct client *client)
{
	client->next_ready = client->group->ready;
	client->group->ready = client;
}

struct client *client_group_take(struct client_group *group)
{
	struct client *client = group->ready;
	if (group->quota == 0 || !client)
		return NULL;
	group->ready = client->next_ready;
	group->quota--;
	return client;
}

void client_group_hurry(struct client_group *group)
{
	group->quota = 0;
	group->context.hurrying = true;
}

void client_group_count(const struct client_group *group, struct client_count *count)
{
	const struct load_totals *totals = &group->context.recorder.totals;
	*count = (struct client_count){
		.behaviour = group->behaviour,
		.connections = group->connections,
		.attempted = totals->attempted,
		.exchanges = totals->exchanges,
		.truncated = load_totals_truncated(totals),
		.refused = totals->refused,
		.kept_unanswered = totals->kept_unanswered,
		.kept_idle_least_ns = totals->kept_idle_least_ns,
		.kept_idle_most_ns = totals->kept_idle_most_ns,
		.pauses = group->pauses,
		.pauses_cut = group->pauses_cut,
		.closed_idle = group->closed_idle,
		.reset_idle = group->reset_idle,
		.held = group->held,
	};
	memcpy(count->outcomes, totals->outcomes, sizeof(count->outcomes));
}

void client_group_finish(struct client_group *group)
{
	client_request_free(group);
	recorder_finish(&group->context.recorder);
	connection_context_finish(&group->context);
}
