#include "strategies/core/requirement.h"

#include "common/sysctl.h"

#include <string.h>

int requirement_verify(const struct td_strategy *strategy, enum td_who end, struct error *error)
{
	for (size_t i = 0; i < TD_REQUIREMENTS_MAX && strategy->requirements[i].sysctl; i++) {
		const struct td_requirement *need = &strategy->requirements[i];
		char found[SYSCTL_VALUE_MAX];
		if (need->end != end)
			continue;
		if (sysctl_read(need->sysctl, found, sizeof(found)) == -1)
			return error_set_errno(error, STATUS_HOST_CANNOT,
				"strategy %s needs %s = %s here, because %s; it cannot be read",
				strategy->name, need->sysctl, need->value, need->why);
		if (strcmp(found, need->value) != 0)
			return error_set(error, STATUS_HOST_CANNOT,
				"strategy %s needs %s = %s here, because %s; it is %s",
				strategy->name, need->sysctl, need->value, need->why, found);
	}
	return 0;
}
