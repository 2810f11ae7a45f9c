#include "bench/fleet/merge_options.h"

#include "bench/fleet/merge_values.h"

#include <stdbool.h>
#include <string.h>

const char *const merge_options_summed[] = {
	"connections", "threads", "rate", "request-rate", "total", "client-addresses", NULL};

const char *const merge_options_ignored[] = {"json", "csv", "html", "hgrm", "prometheus", "wide",
	"columns", "color", "latency", "quiet", "verbose", "fail-if", NULL};

static bool is_in(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

static int refuse(const struct merge_rules *rules, const char *name)
{
	return error_set(rules->error, STATUS_FAILED,
		"%s cannot be merged with %s: its option --%s is not the same", rules->paths[1],
		rules->paths[0], name);
}

static int option_add(
	const struct merge_rules *rules, json_t *into, const char *name, const json_t *from)
{
	const json_t *own = json_object_get(into, name);
	if (is_in(merge_options_ignored, name) || json_equal((json_t *)own, (json_t *)from))
		if (!is_in(merge_options_summed, name))
			return 0;
	if (!is_in(merge_options_summed, name) || !json_is_integer(own) || !json_is_integer(from))
		return refuse(rules, name);
	json_t *sum = merge_values_sum(own, from);
	return sum ? json_object_set_new(into, name, sum) : refuse(rules, name);
}

int merge_options_add(const struct merge_rules *rules, json_t *into, const json_t *from)
{
	const char *name;
	json_t *value;
	void *next;
	json_object_foreach((json_t *)from, name, value)
	{
		if (option_add(rules, into, name, value) == -1)
			return -1;
	}
	json_object_foreach_safe(into, next, name, value)
	{
		if (!json_object_get(from, name) && !is_in(merge_options_ignored, name))
			return refuse(rules, name);
	}
	return 0;
}
