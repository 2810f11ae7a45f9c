#include "strategies/core/ladders.h"

#include <stddef.h>
#include <string.h>

const char *ladder_of(const struct named_ladder *list, const char *name)
{
	for (const struct named_ladder *ladder = list; ladder->name; ladder++)
		if (strcmp(ladder->name, name) == 0)
			return ladder->text;
	return NULL;
}
