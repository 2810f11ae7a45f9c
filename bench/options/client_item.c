#include "bench/options/client_item.h"

#include "common/options.h"

#include <string.h>

struct client_item client_item_cut(char *text)
{
	struct client_item item = {.name = text};
	char *value = strchr(text, '=');
	if (value) {
		*value++ = '\0';
		item.value = value;
	}
	char *colon = strchr(text, ':');
	if (colon) {
		*colon = '\0';
		item.parameter = colon + 1;
	}
	return item;
}

#define SHARE_SUGGESTED "10"

/* What was typed, where a "%" makes it a share; else another one. */
static const char *share_suggested(const char *text)
{
	uint64_t percent;
	bool is_share = strspn(text, "0123456789") == strlen(text) &&
			options_parse_count(text, &percent) == 0 && percent >= 1 && percent <= 100;
	return is_share ? text : SHARE_SUGGESTED;
}

static int number_refuse(
	const struct client_items *items, const char *name, const char *text, struct error *error)
{
	if (!items->have_shares)
		return error_set(
			error, STATUS_USAGE, "%s: %s takes no number", items->option, name);
	return error_set(error, STATUS_USAGE,
		"%s: %s takes no number; a share of the connections is %s=%s%%", items->option,
		name, name, share_suggested(text));
}

static int parameter_parse(const struct client_items *items, struct client_share *share,
	const char *text, struct error *error)
{
	const struct client_behaviour *behaviour = share->behaviour;
	uint64_t n;
	share->parameter = behaviour->parameter_default;
	if (!text)
		return 0;
	bool is_count = options_parse_count(text, &n) == 0;
	if (!behaviour->parameter)
		return number_refuse(items, behaviour->name, text, error);
	if (!is_count || n < 1 || n > CLIENT_PARAMETER_MAX)
		return error_set(error, STATUS_USAGE, "%s: %s=%s: the %s must be 1 to %d",
			items->option, behaviour->name, text, behaviour->parameter,
			CLIENT_PARAMETER_MAX);
	share->parameter = (uint32_t)n;
	return 0;
}

struct client_share *client_item_add(
	struct client_items *items, const struct client_item *item, struct error *error)
{
	if (*item->name == '\0') {
		error_set(
			error, STATUS_USAGE, "%s: the name of a behaviour is empty", items->option);
		return NULL;
	}
	struct client_share share = {.behaviour = client_behaviour_find(item->name, error)};
	if (!share.behaviour || parameter_parse(items, &share, item->parameter, error) == -1)
		return NULL;
	for (size_t i = 0; i < items->count; i++)
		if (items->shares[i].behaviour == share.behaviour) {
			error_set(error, STATUS_USAGE, "%s: %s is there twice", items->option,
				share.behaviour->name);
			return NULL;
		}
	items->shares[items->count] = share;
	return &items->shares[items->count++];
}
