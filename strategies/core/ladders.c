#include "strategies/core/ladders.h"

#include <stddef.h>
#include <string.h>

const char *strategy_ladder_of(const char *name)
{
	for (const struct strategy_ladder *ladder = strategy_ladders; ladder->name; ladder++)
		if (strcmp(ladder->name, name) == 0)
			return ladder->text;
	return NULL;
}
