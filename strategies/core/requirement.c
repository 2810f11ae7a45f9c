#include "strategies/core/requirement.h"

#include "common/sysctl.h"

#include <string.h>

/* Other values that do what a required one does. */
static const struct {
	const char *sysctl, *required, *as_good;
} alternatives[] = {
	/* Timestamps without an offset of each connection's own (tcp(7)). */
	{"net.ipv4.tcp_timestamps", "1", "2"},
};

bool requirement_is_met(const struct td_requirement *need, const char *value)
{
	if (strcmp(need->value, value) == 0)
		return true;
	for (size_t i = 0; i < sizeof(alternatives) / sizeof(alternatives[0]); i++)
		if (strcmp(alternatives[i].sysctl, need->sysctl) == 0 &&
			strcmp(alternatives[i].required, need->value) == 0 &&
			strcmp(alternatives[i].as_good, value) == 0)
			return true;
	return false;
}

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
		if (!requirement_is_met(need, found))
			return error_set(error, STATUS_HOST_CANNOT,
				"strategy %s needs %s = %s here, because %s; it is %s",
				strategy->name, need->sysctl, need->value, need->why, found);
	}
	return 0;
}
