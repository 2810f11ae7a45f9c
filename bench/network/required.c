#include "bench/network/required.h"

#include <stdio.h>

size_t required_settings(
	struct network_setting settings[TD_REQUIREMENTS_MAX], const struct td_strategy *strategy)
{
	size_t count = 0;
	for (; strategy && count < TD_REQUIREMENTS_MAX && strategy->requirements[count].sysctl;
		count++) {
		const struct td_requirement *need = &strategy->requirements[count];
		settings[count] = (struct network_setting){.end = need->end};
		snprintf(settings[count].name, sizeof(settings[count].name), "%s", need->sysctl);
		snprintf(settings[count].value, sizeof(settings[count].value), "%s", need->value);
	}
	return count;
}
