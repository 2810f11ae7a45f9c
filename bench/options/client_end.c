#include "bench/options/client_end.h"

#include "teardown/hooks.h"

#include <string.h>

const struct td_strategy client_end_alone = {
	TD_STRATEGY_HEADER,
	.name = "server-command",
	.summary = "The client waits for the server's FIN.",
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.server = {.exchange_done = td_close_after_last},
	.client = {.exchange_done = td_wait_after_last},
};

static const char *const sources[] = {
	[TD_PORT_KERNEL] = "kernel",
	[TD_PORT_RANGE] = "range",
	[TD_PORT_BIND] = "bind",
};

static enum td_verdict reset_at_fin(const struct td_view *view)
{
	return TD_RESET;
}

int client_end_parse_source(const char *text, enum td_source_port *mode, struct error *error)
{
	for (size_t i = 0; text && i < sizeof(sources) / sizeof(sources[0]); i++) {
		if (strcmp(text, sources[i]) != 0)
			continue;
		*mode = (enum td_source_port)i;
		return 0;
	}
	return text ? error_set(error, STATUS_USAGE,
			      "--source-port %s: must be kernel, range or bind", text)
		    : 0;
}

int client_end_parse_close(const char *text, bool *reset, struct error *error)
{
	if (!text)
		return 0;
	*reset = strcmp(text, "reset") == 0;
	if (*reset || strcmp(text, "plain") == 0)
		return 0;
	return error_set(error, STATUS_USAGE, "--client-close %s: must be plain or reset", text);
}

bool client_end_is_open(const struct td_strategy *strategy)
{
	return strategy->first_closer == TD_SERVER && !strategy->client.peer_fin;
}

void client_end_set_reset(struct td_strategy *strategy)
{
	strategy->client.peer_fin = reset_at_fin;
}

const char *client_end_source(const struct td_strategy *strategy)
{
	return sources[strategy->source_port];
}

const char *client_end_close(const struct td_strategy *strategy)
{
	if (strategy->client.peer_fin == reset_at_fin)
		return "reset";
	return client_end_is_open(strategy) ? "plain" : "strategy";
}
