#include "strategies/core/hook.h"

#include <stdio.h>

const char *const hook_names[HOOKS] = {"configure_listener", "configure", "request_sent",
	"exchange_done", "acked", "peer_fin", "timeout", "error"};

bool hook_marks_describe(
	const struct hook_mark *marks, size_t count, const char *end, char *text, size_t size)
{
	uint32_t called = 0;
	size_t used = 0;
	for (size_t i = 0; i < count; i++)
		called |= 1u << hook_mark_read(&marks[i]);
	text[0] = '\0';
	for (int hook = 0; hook < HOOKS; hook++)
		if (called & 1u << hook && used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s.%s",
				used ? ", " : "hook ", end, hook_names[hook]);
	return used > 0;
}
